"""Tables for everybody: in every format the same released figures, and in none of them a hidden cell."""

import csv
import io
import json
import os
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import frictionless
import openpyxl
import pytest
from lxml import etree
from pyarrow import parquet

from surveys.metrics.release import Audience, release
from surveys.models import Wave
from surveys.reports.material import material_of, snapshot_of
from surveys.reports.pack import tables
from tests.surveys.exports.conftest import WHY, file_of

DDI = {"d": "ddi:codebook:2_5"}
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def released(snapshot):
    """The tables of the public pack; those of counts say beside each row whether one is hidden."""
    material = material_of(snapshot_of(snapshot.wave_id))
    found = {}
    for name, (head, rows) in tables(material).items():
        if "reason" in head:
            found[name] = (list(head), [list(row) for row in rows])
        else:
            found[name] = ([*head, "reason"], [[*row, "HIDDEN" if None in row else None] for row in rows])
    return found


def written(cell) -> str:
    return "" if cell is None else str(cell)


@pytest.mark.django_db
def test_csv_tables_are_the_released_ones(made, released):
    with ZipFile(file_of(made("csv", "a"))) as archive:
        names = set(archive.namelist())
        for name, (head, rows) in released.items():
            found = list(csv.reader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"), newline="")))
            assert found == [head, *([written(cell) for cell in row] for row in rows)]
        protocol = json.loads(archive.read("protocol.json"))

    assert names == {f"{name}.csv" for name in released} | {"codebook.csv", "protocol.json"}
    assert (protocol["level"], protocol["k"], protocol["why"]) == ("a", 5, WHY)
    assert protocol["licence"]["name"] == "KOGL-1"


@pytest.mark.django_db
def test_a_hidden_count_is_empty_with_its_reason(made):
    with ZipFile(file_of(made("csv", "a"))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("people.csv").decode("utf-8-sig"), newline="")))

    # One man of 75 and older, and whoever would give him away.
    told = {row["category"]: (row["answered"], row["reason"]) for row in rows if row["variable"] == "age"}
    assert told["75+"] == ("", "HIDDEN")
    assert told["40-49"] == ("15", "")


@pytest.mark.django_db
def test_workbook_has_a_sheet_for_each_released_table(made, released):
    book = openpyxl.load_workbook(file_of(made("xlsx", "a")))

    assert book.sheetnames == ["notes", *released, "codebook"]
    for name, (head, rows) in released.items():
        found = [list(row) for row in book[name].iter_rows(values_only=True)]
        assert found[0] == head
        # Excel keeps sixteen digits, and nothing where there is no text.
        expected = [[cell if cell != "" else None for cell in row] for row in rows]
        assert len(found[1:]) == len(expected)
        for one, other in zip(found[1:], expected, strict=True):
            assert one == [pytest.approx(cell, rel=1e-15) if isinstance(cell, float) else cell for cell in other]


@pytest.mark.django_db
def test_parquet_tables_are_the_released_ones(made, released):
    with ZipFile(file_of(made("parquet", "a"))) as archive:
        for name, (head, rows) in released.items():
            table = parquet.read_table(io.BytesIO(archive.read(f"{name}.parquet")))
            assert table.column_names == head
            assert [list(row.values()) for row in table.to_pylist()] == [
                [
                    str(cell) if kind == "string" and cell is not None else cell
                    for cell, kind in zip(row, kinds, strict=True)
                ]
                for row in rows
                for kinds in [[str(field.type) for field in table.schema]]
            ]


@pytest.mark.django_db
def test_package_of_tables_is_valid_for_frictionless(made, released, tmp_path):
    with ZipFile(file_of(made("package", "a"))) as archive:
        archive.extractall(tmp_path)

    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    package = frictionless.Package(str(tmp_path / "datapackage.json"))

    assert report.valid, report.flatten(["fieldName", "note"])
    assert package.resource_names == list(released)
    for resource in package.resources:
        head, rows = released[resource.name]
        assert resource.schema.field_names == head
        assert len(resource.read_rows()) == len(rows)


@pytest.mark.django_db
def test_json_holds_the_figures_as_everybody_may_see_them(made, snapshot):
    with ZipFile(file_of(made("json", "a"))) as archive:
        results = json.loads(archive.read("results.json"))

    assert results["figures"] == json.loads(json.dumps(release(snapshot_of(snapshot.wave_id), Audience.PUBLIC)))
    assert results["figures"]["audience"] == "public"


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["a", "b", "c"])
def test_ddi_describes_every_variable_with_released_counts_whatever_the_file_holds(made, snapshot, level):
    """Against the structure that the specification of DDI Codebook 2.5 names."""
    document = etree.parse(str(file_of(made("ddi", level))))

    root = document.getroot()
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert root.get("version") == "2.5"
    assert [etree.QName(child).localname for child in root] == ["stdyDscr", "fileDscr", "dataDscr"]
    assert root.findtext("d:stdyDscr/d:citation/d:titlStmt/d:titl", namespaces=DDI).endswith("1번째 조사")
    assert root.findtext("d:stdyDscr/d:citation/d:titlStmt/d:IDNo", namespaces=DDI)
    variables = root.findall("d:dataDscr/d:var", DDI)
    assert root.findtext("d:fileDscr/d:fileTxt/d:dimensns/d:varQnty", namespaces=DDI) == str(len(variables))
    assert root.findtext("d:fileDscr/d:fileTxt/d:dimensns/d:caseQnty", namespaces=DDI) == "30"
    assert {variable.get("files") for variable in variables} == {root.find("d:fileDscr", DDI).get("ID")}
    told = {variable.get("name"): variable for variable in variables}
    assert [label.get(XML_LANGUAGE) for label in told["PU1"].findall("d:labl", DDI)] == ["ko", "en"]
    released = {item["code"]: item for item in release(snapshot_of(snapshot.wave_id), Audience.PUBLIC)["items"]}
    for code, item in released.items():
        counts = {part["from"]: part["n"] for part in item["histogram"]}
        counts |= {97: item["not_applicable"], 98: item["dont_know"], 99: item["no_answer"]}
        for category in told[code].findall("d:catgry", DDI):
            count = counts[int(category.findtext("d:catValu", namespaces=DDI))]
            assert category.findtext("d:catStat", namespaces=DDI) == (None if count is None else str(count))
            assert category.findtext("d:txt", namespaces=DDI) == ("HIDDEN" if count is None else None)
    missing = [one.get("VALUE") for one in told["PU1"].findall("d:invalrng/d:item", DDI)]
    assert missing == ["97", "98", "99"]


# The order in which the specification has the children of an element that we write.
ORDER = {
    "stdyDscr": ["citation", "stdyInfo", "method", "dataAccs"],
    "citation": ["titlStmt", "rspStmt", "prodStmt"],
    "titlStmt": ["titl", "subTitl", "altTitl", "parTitl", "IDNo"],
    "prodStmt": ["producer", "copyright", "prodDate", "prodPlac", "software"],
    "stdyInfo": ["subject", "abstract", "sumDscr"],
    "sumDscr": ["timePrd", "collDate", "nation", "geogCover", "geogUnit", "anlyUnit", "universe", "dataKind"],
    "dataColl": ["timeMeth", "dataCollector", "sampProc", "collMode", "resInstru", "sources", "weight"],
    "useStmt": ["confDec", "specPerm", "restrctn", "contact", "citReq", "deposReq", "conditions"],
    "fileDscr": ["fileTxt", "locMap", "notes"],
    "fileTxt": ["fileName", "fileCont", "fileStrc", "dimensns", "fileType"],
    "var": ["labl", "qstn", "valrng", "invalrng", "universe", "sumStat", "txt", "catgry", "concept", "varFormat"],
    "catgry": ["catValu", "labl", "txt", "catStat"],
}
# Of these there is one at most beside each other; in which language they speak is told around them.
ALONE = {"titl", "IDNo", "restrctn", "conditions", "fileName", "dimensns", "catValu", "varFormat"}
# The official schema is not ours to pass on: whoever has a copy, with what it imports, puts it here.
SCHEMA = Path(os.environ.get("LIVINGLAB_DATA", "")) / "ddi-codebook-2.5" / "codebook.xsd"


@pytest.mark.django_db
@pytest.mark.skipif(not SCHEMA.is_file(), reason="LIVINGLAB_DATA holds no ddi-codebook-2.5/codebook.xsd")
@pytest.mark.parametrize("level", ["a", "b", "c"])
def test_ddi_is_valid_for_the_official_schema(made, run, made_of, level):
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    run()
    imported = Wave.objects.get(survey__pilot__slug="library-hours", number=2)

    for export in (made("ddi", level), made_of(imported, "ddi", level)):
        document = etree.parse(str(file_of(export)))
        assert schema.validate(document), schema.error_log


@pytest.mark.django_db
def test_ddi_has_its_elements_in_the_order_of_the_specification(made):
    document = etree.parse(str(file_of(made("ddi", "b"))))

    for element in document.iter():
        order = ORDER.get(etree.QName(element).localname)
        if order:
            places = [order.index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), element.tag
        names = Counter(etree.QName(child).localname for child in element)
        assert not {name for name, times in names.items() if times > 1} & ALONE, element.tag
    ids = document.xpath("//@ID")
    assert len(ids) == len(set(ids))
