from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.korean import fill
from surveys.analysis.pictures import pictures_of
from surveys.analysis.run import analyse
from surveys.analysis.spec import Spec, read_spec, text_in
from surveys.analysis.table import WrongRows, read_table
from surveys.analysis.write import OtherFiles, check_folder, write_analysis
from surveys.bank_schema import WrongBank
from surveys.imports.documents import WrongDocument
from surveys.imports.files import Unreadable
from surveys.instruments import BANKS, read_bank
from surveys.metrics.figures import Plain
from surveys.metrics.snapshots import code_version
from surveys.reports.fonts import FontsMissing
from surveys.reports.numbers import share, share_interval

WRONG_DATA, WRONG_SPEC = 1, 2
MOST_TOLD = 20


class Command(BaseCommand):
    help = "Works out every figure of a survey file, without the site and without a database (docs/analyse.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("spec", type=Path, help="YAML file that says what was asked and registered")
        parser.add_argument("files", type=Path, nargs="+", help="the answers: CSV, XLSX or SPSS files")
        parser.add_argument("--out", type=Path, default=Path("analysis"), help="folder to write to (default: analysis)")
        parser.add_argument("--language", choices=["ko", "en"], default="ko", help="of labels and figures")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                check_folder(options["out"])
                spec = read_spec(options["spec"], banks=BANKS, read_bank=read_bank)
                table = read_table(spec, options["files"])
                results = analyse(spec, table, program=code_version())
                name_service(results, spec)
                try:
                    pictures = list(pictures_of(results, options["language"]))
                except FontsMissing:
                    pictures = []
                    self.stderr.write(_("Pictures are left out: their font is fetched by manage.py build_assets."))
                written = write_analysis(results, pictures, options["out"], language=options["language"])
            except WrongDocument as error:
                told = [f"{error.name}, {complaint}" for complaint in error.complaints]
                raise CommandError(listed(told, len(told)), returncode=WRONG_SPEC) from error
            except WrongBank as error:
                raise CommandError(str(error), returncode=WRONG_SPEC) from error
            except WrongRows as error:
                raise CommandError(listed(error.refusals, error.count), returncode=WRONG_DATA) from error
            except (Unreadable, OtherFiles) as error:
                raise CommandError(str(error), returncode=WRONG_DATA) from error
            except OSError as error:
                reason = f"{options['out']} cannot be written ({error.strerror})."
                raise CommandError(reason, returncode=WRONG_DATA) from error
            for wave in results["waves"]:
                self.stdout.write(in_short(wave))
            self.stdout.write(_("%(count)s files in %(folder)s") % {"count": len(written), "folder": options["out"]})


def listed(complaints: list[Any], count: int) -> str:
    """The first complaints, and how many there are."""
    lines = [str(complaint) for complaint in complaints[:MOST_TOLD]]
    if count > len(lines):
        lines.append(f"... and {count - len(lines)} more")
    return "\n".join([*lines, f"{count} complaints; nothing was written." if count > 1 else "Nothing was written."])


def name_service(results: Plain, spec: Spec) -> None:
    """Put the service's name where the wording of a bank says {S}, with its particle."""
    for wave in results["waves"]:
        for item in wave["items"]:
            text = item["text"] if isinstance(item["text"], dict) else {"": item["text"]}
            filled = {language: fill(words, text_in(spec.service, language)) for language, words in text.items()}
            item["text"] = filled if isinstance(item["text"], dict) else filled[""]


def in_short(wave: Plain) -> str:
    """A wave in a line."""
    words = [_("Wave %(wave)s: %(count)s answers") % {"wave": wave["number"], "count": wave["counts"]["counted"]}]
    accept = wave["accept"]
    if accept["value"] is not None:
        words.append(
            _("accept %(share)s (%(interval)s)") % {"share": share(accept), "interval": share_interval(accept)}
        )
    verdict = wave["verdict"]
    if verdict["outcome"]:
        words.append(f"{verdict['outcome']} ({', '.join(verdict['codes'])})")
    return ", ".join(words)
