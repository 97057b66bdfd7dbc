"""`manage.py restore FOLDER`: the site as it was when the backup was made (docs/deployment.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livinglab.backups import NoBackup, read_backup, read_key, restore_backup
from livinglab.web.management.commands.backup import read_passphrase


class Command(BaseCommand):
    help = "Restore a backup; the site must be stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only look whether the backup is whole")
        parser.add_argument("--replace", action="store_true", help="the site that is here goes")
        parser.add_argument("--other-key", action="store_true", help="the key of the backup is lost")
        parser.add_argument("--key-to", type=Path, help="only write the key of the backup into this file")
        parser.add_argument("--passphrase-file", type=Path, help="with which the backup was made")

    def handle(self, *, folder: Path, passphrase_file: Path | None, key_to: Path | None, **options: Any) -> None:
        try:
            if key_to is not None:
                self._write_key(folder, key_to, read_passphrase(passphrase_file))
                return
            if options["check"]:
                self.stdout.write(f"{folder} is whole; it was made at {read_backup(folder).at}.")
                return
            manifest = restore_backup(folder, replace=options["replace"], other_key=options["other_key"])
        except NoBackup as error:
            raise CommandError(str(error)) from None
        rows = sum(count for count, _sum in manifest.tables.values())
        self.stdout.write(f"The site is as it was at {manifest.at}: {rows} rows, every table as it was backed up.")

    def _write_key(self, folder: Path, file: Path, passphrase: str) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already; name a file that is not there yet.")
        key = read_key(folder, passphrase)
        file.touch(mode=0o600)
        file.write_text(f"{key}\n")
        self.stdout.write(f"The key is in {file}.")
