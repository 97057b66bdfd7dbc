from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.errors import Refused
from livinglab.private_files import write_private
from surveys.bank_schema import WrongBank
from surveys.imports.bring_in import Found, bring_in, look_through
from surveys.imports.documents import WrongDocument
from surveys.imports.files import Unreadable
from surveys.imports.mapping import read_mapping
from surveys.imports.reading import HEADINGS, Refusal
from surveys.spreadsheets import csv_bytes

SHOWN = 50


class Command(BaseCommand):
    help = "Brings an existing survey in as a pilot with closed waves: all of it or nothing, and never twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mapping", type=Path, help="YAML file that says what columns and words mean")
        parser.add_argument("files", type=Path, nargs="+", help="the CSV, XLSX or SPSS files the mapping describes")
        parser.add_argument("--skip-refused", action="store_true", help="take the rows that can be read")
        parser.add_argument("--refused", type=Path, help="write the table of refused rows to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = read_mapping(options["mapping"])
            found = look_through(mapping, options["files"])
            self.show_refused(found, options["refused"])
            done = bring_in(mapping, options["files"], found, at=timezone.now(), skip_refused=options["skip_refused"])
        except (Refused, WrongDocument, Unreadable, WrongBank) as error:
            raise CommandError(str(error)) from error
        if not done.made:
            self.stdout.write(f"Already there: {found.total} answers of {done.pilot.slug}. Nothing was changed.")
            return
        for number, count in sorted(found.rows.items()):
            first, last = found.first[number], found.last[number]
            self.stdout.write(f"Wave {number}: {count} answers, {first:%Y-%m-%d} to {last:%Y-%m-%d}")
        if found.left_out:
            self.stdout.write(f"Left out as the mapping says: {found.left_out} rows")
        self.stdout.write(f"The pilot {done.pilot.slug} is there. Its report: manage.py report {done.pilot.slug}")

    def show_refused(self, found: Found, target: Path | None) -> None:
        if target:
            write_private(target, csv_bytes(HEADINGS, (refusal.cells() for refusal in found.refusals)))
        if not found.refusals:
            return
        self.stdout.write(f"Refused: {found.refused_rows} rows")
        for line in table(found.refusals[:SHOWN]):
            self.stdout.write(line)
        if len(found.refusals) > SHOWN:
            self.stdout.write(f"... and {len(found.refusals) - SHOWN} more; --refused FILE.csv writes all of them")


def table(refusals: list[Refusal]) -> list[str]:
    rows = [list(HEADINGS), *(refusal.cells() for refusal in refusals)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
