#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL they use the embedded PostgreSQL, started for as long as they run."""

import os
import sys
from contextlib import nullcontext

WITHOUT_DATABASE = {
    "analyse",
    "build_assets",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "messages",
    "spectacular",
    "verify_report",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livinglab.settings")
    from django.core.management import execute_from_command_line

    from livinglab import embedded
    from livinglab.env import ENV

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    uses_embedded = ENV.embedded_database and command not in WITHOUT_DATABASE
    try:
        with embedded.postgres_while_used(ENV.var_dir / "postgres") if uses_embedded else nullcontext():
            execute_from_command_line(sys.argv)
    except embedded.CannotStart as error:
        sys.exit(f"livinglab: {error}")


if __name__ == "__main__":
    main()
