"""Making one exported file: its format and level decide who writes what."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

from surveys.exports import csv_file, ddi, package, parquet, sav, syntax
from surveys.exports.microdata import ROWS_AT_ONCE, Microdata, full_file, question_variables, research_file
from surveys.exports.protocol import Protocol, protocol_of
from surveys.exports.recipes import RESEARCH
from surveys.exports.variables import DICTIONARY, Chunk, dictionary
from surveys.exports.workbook import Workbook
from surveys.metrics.release import HIDDEN
from surveys.models import Export, Snapshot
from surveys.reports.material import Material, material_of
from surveys.reports.pack import CODEBOOK, json_bytes, results, tables
from surveys.spreadsheets import csv_bytes

FORMATS: Mapping[str, tuple[Export.Format, ...]] = {
    Export.Level.AGGREGATE: (
        Export.Format.XLSX,
        Export.Format.CSV,
        Export.Format.PARQUET,
        Export.Format.PACKAGE,
        Export.Format.DDI,
        Export.Format.JSON,
    ),
    **dict.fromkeys(
        (Export.Level.RESEARCH, Export.Level.FULL),
        (
            Export.Format.CSV,
            Export.Format.XLSX,
            Export.Format.SAV,
            Export.Format.PARQUET,
            Export.Format.PACKAGE,
            Export.Format.SYNTAX,
            Export.Format.DDI,
        ),
    ),
}
ENDINGS = {Export.Format.XLSX: "xlsx", Export.Format.SAV: "sav", Export.Format.DDI: "xml"}
RESPONSES = "responses"
# Labels in files that have room for one language.
LANGUAGE = "ko"
# Answers shrink to a fifth at once; trying harder takes five times as long for a few percent.
QUICKLY = 1

Tell = Callable[[int], None]
# Columns and rows.
Table = tuple[list[str], list[list[Any]]]


@dataclass(frozen=True)
class Made:
    """What the row of an export keeps of its file."""

    rows: int | None
    protocol: Mapping[str, Any]
    # How many of these people each member of the staff entered.
    entered: tuple[int, ...] = ()


def ending_of(export: Export) -> str:
    if export.format == Export.Format.PARQUET and export.level != Export.Level.AGGREGATE:
        return "parquet"
    return ENDINGS.get(Export.Format(export.format), "zip")


def make_file(export: Export, snapshot: Snapshot, path: Path, *, at: datetime, tell: Tell) -> Made:
    """Write the file. ``tell`` hears how far it is, in percent, and may raise to stop."""
    material = material_of(snapshot)
    tell(1)
    if export.level == Export.Level.AGGREGATE:
        protocol = protocol_of(export, snapshot, at=at, rows=None, disclosure=None)
        _write_released(Export.Format(export.format), material, protocol, path)
        return Made(None, protocol.without_names())
    with _microdata(export, material) as data:
        protocol = protocol_of(export, snapshot, at=at, rows=data.rows, disclosure=data.disclosure)
        told = Microdata(data.variables, data.rows, _telling(data, tell), data.disclosure)
        _write_rows(Export.Format(export.format), material, told, protocol, path, at)
        return Made(data.rows, protocol.without_names(), data.entered)


def _microdata(export: Export, material: Material) -> AbstractContextManager[Microdata]:
    if export.level == Export.Level.RESEARCH:
        return research_file(export.wave, RESEARCH[export.recipe], material.figures)
    return full_file(export.wave)


def _telling(data: Microdata, tell: Tell) -> Iterator[Chunk]:
    """The rows, telling between chunks how many of them are through."""
    done = 0
    for chunk in data.chunks:
        yield chunk
        done += len(chunk[0])
        tell(1 + 98 * done // data.rows)


# Released tables


def _write_released(form: Export.Format, material: Material, protocol: Protocol, path: Path) -> None:
    imported = material.pilot.imported
    found = {name: explained(head, rows, imported=imported) for name, (head, rows) in tables(material).items()}
    if form == Export.Format.XLSX:
        with Workbook(path) as book:
            book.add_notes(protocol)
            for name, (head, rows) in found.items():
                book.add_table(name, head, rows)
            book.add_table("codebook", ("column", "meaning_en", "meaning_ko"), CODEBOOK)
    elif form == Export.Format.DDI:
        variables = tuple(question_variables(material.wave))
        counted = material.figures["counts"]["counted"]
        path.write_bytes(ddi.codebook(material, variables, protocol, file=f"{RESPONSES}.csv", rows=counted))
    else:
        with _archive(path) as archive:
            archive.add("protocol.json", protocol.as_json().encode())
            if form == Export.Format.JSON:
                archive.add("results.json", json_bytes(results(material)))
            elif form == Export.Format.CSV:
                for name, (head, rows) in found.items():
                    archive.add(f"{name}.csv", csv_bytes(head, rows))
                archive.add("codebook.csv", csv_bytes(("column", "meaning_en", "meaning_ko"), CODEBOOK))
            elif form == Export.Format.PARQUET:
                for name, (head, rows) in found.items():
                    target = BytesIO()
                    parquet.write_table(target, head, rows, {"livinglab": protocol.as_json()})
                    archive.add(f"{name}.parquet", target.getvalue())
            else:
                resources = []
                for name, (head, rows) in found.items():
                    data = csv_bytes(head, rows).removeprefix(csv_file.BYTE_ORDER_MARK)
                    archive.add(f"{name}.csv", data)
                    fields = package.fields_of_table(head, rows)
                    resources.append(package.Resource(name, fields, len(data), sha256(data).hexdigest()))
                archive.add("datapackage.json", package.description(protocol, resources).encode())


def explained(
    head: Sequence[str], rows: Iterable[Sequence[Any]], *, imported: bool
) -> tuple[list[str], list[list[Any]]]:
    """A table of counts with the reason beside every row in which one is hidden; tables of figures have theirs."""
    if "reason" in head:
        return list(head), [list(row) for row in rows]
    # Nobody knows whom an imported survey invited.
    counts = {"answers", "answered"} if imported else {"answers", "answered", "invited"}
    places = [place for place, name in enumerate(head) if name in counts]
    told = [[*row, HIDDEN if any(row[place] is None for place in places) else None] for row in rows]
    return [*head, "reason"], told


# Rows about people


def _write_rows(
    form: Export.Format, material: Material, data: Microdata, protocol: Protocol, path: Path, at: datetime
) -> None:
    variables = data.variables
    if form == Export.Format.XLSX:
        with Workbook(path) as book:
            book.add_notes(protocol)
            book.add_dictionary(variables)
            book.add_rows(RESPONSES, variables, data.chunks)
    elif form == Export.Format.SAV:
        with open(path, "wb") as file:
            notes = [f"{name}: {value}" for name, value in protocol.rows()]
            title = f"{protocol.told['pilot']} wave {protocol.told['wave']} ({protocol.told['level']})"
            local = timezone.localtime(at)
            sav.write_sav(
                file, variables, data.rows, data.chunks, title=title, notes=notes, at=local, language=LANGUAGE
            )
    elif form == Export.Format.PARQUET:
        with open(path, "wb") as file:
            parquet.write_rows(file, variables, data.chunks, protocol, at_once=ROWS_AT_ONCE)
    elif form == Export.Format.DDI:
        path.write_bytes(ddi.codebook(material, variables, protocol, file=f"{RESPONSES}.csv", rows=data.rows))
    else:
        with _archive(path) as archive:
            archive.add("protocol.json", protocol.as_json().encode())
            mark = form != Export.Format.PACKAGE
            size, digest = archive.add_blocks(
                f"{RESPONSES}.csv", csv_file.csv_blocks(variables, data.chunks, mark=mark)
            )
            if form == Export.Format.PACKAGE:
                fields = package.fields_of_rows(variables)
                resource = package.Resource(RESPONSES, fields, size, digest, primary_key=variables[0].name)
                archive.add("datapackage.json", package.description(protocol, [resource]).encode())
                return
            archive.add("codebook.csv", csv_bytes(DICTIONARY, dictionary(variables)))
            if form == Export.Format.SYNTAX:
                program = {"file": f"{RESPONSES}.csv", "language": LANGUAGE}
                archive.add("responses.R", syntax.r_program(variables, **program).encode())
                archive.add(
                    "responses.sps", csv_file.BYTE_ORDER_MARK + syntax.spss_program(variables, **program).encode()
                )


class _Archive:
    """A zip file to which whole files and streams are added."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, data: bytes) -> None:
        self.add_blocks(name, [data])

    def add_blocks(self, name: str, blocks: Iterable[bytes]) -> tuple[int, str]:
        """Returns how many bytes it were, and their SHA-256."""
        size, digest = 0, sha256()
        with self._archive.open(name, "w", force_zip64=True) as target:
            for block in blocks:
                target.write(block)
                size += len(block)
                digest.update(block)
        return size, digest.hexdigest()


@contextmanager
def _archive(path: Path) -> Iterator[_Archive]:
    with ZipFile(path, "w", compression=ZIP_DEFLATED, compresslevel=QUICKLY) as archive:
        yield _Archive(archive)
