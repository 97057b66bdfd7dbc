from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from livinglab.web import messages


class Command(BaseCommand):
    help = "Collect the texts of code and templates into the Korean catalogue and compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail unless the catalogue is complete"
        )
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:
        if check:
            if found := messages.problems():
                raise CommandError("\n".join(found))
            return
        if not compile:
            messages.update()
        messages.compile_catalogue()
