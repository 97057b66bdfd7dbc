"""`manage.py backup FOLDER`: database, uploads, reports and files of waves in one folder (docs/deployment.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livinglab.backups import NoBackup, make_backup


def read_passphrase(file: Path | None) -> str:
    """The first line of the file; empty where none is named."""
    if file is None:
        return ""
    try:
        passphrase = file.read_text().partition("\n")[0].strip()
    except OSError as error:
        raise CommandError(f"{file} cannot be read ({error.strerror}).") from None
    if not passphrase:
        raise CommandError(f"{file} is empty; write a passphrase into its first line.")
    return passphrase


class Command(BaseCommand):
    help = "Back up the site into a new folder, while it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="must not be there yet")
        parser.add_argument(
            "--passphrase-file", type=Path, help="also puts SECRET_KEY in, encrypted with the first line of this file"
        )

    def handle(self, *, folder: Path, passphrase_file: Path | None, **options: Any) -> None:
        try:
            manifest = make_backup(folder, passphrase=read_passphrase(passphrase_file))
        except NoBackup as error:
            raise CommandError(str(error)) from None
        rows = sum(count for count, _sum in manifest.tables.values())
        size = sum(size for size, _hash in manifest.files.values())
        self.stdout.write(f"{folder}: {rows} rows, {len(manifest.files)} files, {size / 10**6:.1f} MB.")
        if not passphrase_file:
            self.stdout.write("SECRET_KEY is not in it; keep it at another place.")
