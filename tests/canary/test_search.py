"""The search of the canary test would see a mark in whatever it was wrapped: each way of wrapping has a test."""

import base64
import gzip
import hashlib
import html
import io
import json
import quopri
import zipfile
import zlib
from email.message import EmailMessage
from urllib.parse import quote

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
from django.core import signing
from PIL import Image

from tests.canary.search import Beside, Mark, Search, word

MARK = Mark("accounts.Person.name", word(1234), "somebody")
OTHER = Mark("accounts.Person.email", word(1235), "somebody")
KEY = Mark("surveys.ParticipantKey.key", "6f8d1c1e-77aa-4d3c-9b1e-0d2f4a5b6c7d", "somebody")
TEXT = f"Dear {MARK.value}, 안녕하세요"


def zipped(data: bytes, name: str = "inner.txt", **more) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.comment = more.get("comment", b"")
    return target.getvalue()


def workbook(text: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet().write(3, 3, text)
    return target.getvalue()


def properties_of_workbook(text: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"author": text})
        book.add_worksheet()
    return target.getvalue()


def parquet(text: str) -> bytes:
    target = io.BytesIO()
    rows = [f"row {number}" for number in range(100)]
    pyarrow.parquet.write_table(pyarrow.table({"words": [*rows, text]}), target, compression="zstd")
    return target.getvalue()


def parquet_metadata(text: str) -> bytes:
    target = io.BytesIO()
    table = pyarrow.table({"words": ["nothing"]}).replace_schema_metadata({"by": base64.b64encode(text.encode())})
    pyarrow.parquet.write_table(table, target)
    return target.getvalue()


def spss(text: str, tmp_path) -> bytes:
    import pandas
    import pyreadstat

    path = tmp_path / "file.sav"
    pyreadstat.write_sav(pandas.DataFrame({"words": [text] * 3}), str(path), row_compress=True)
    return path.read_bytes()


def photo(kind: str, text: str) -> bytes:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = text  # description
    exif.get_ifd(0x8825)[29] = text  # GPS date stamp
    Image.new("RGB", (8, 8)).save(target, kind, exif=exif)
    return target.getvalue()


def pdf(text: str, title: str = "A title") -> bytes:
    import typst

    page = f'#set document(title: "{title}")\n{text}'
    return typst.compile(page.encode())  # type: ignore[return-value]


def mail(text: str, **more) -> bytes:
    message = EmailMessage()
    message["Subject"] = more.get("subject", "Hello")
    message.set_content(text, cte=more.get("cte", "base64"))
    return message.as_bytes()


def hits(data: bytes | str, *marks: Mark) -> list[Mark]:
    return [
        hit.mark for hit in Search(marks or [MARK, OTHER, KEY]).hits(data.encode() if isinstance(data, str) else data)
    ]


WRAPPED = {
    "as it stands": TEXT,
    "in capitals": TEXT.upper(),
    "HTML entities": "".join(f"&#{ord(letter)};" for letter in TEXT),
    "HTML entities twice": html.escape("".join(f"&#x{ord(letter):x};" for letter in TEXT)),
    "address": "/?next=" + "".join(f"%{ord(letter):02X}" for letter in MARK.value),
    "address twice": quote("".join(f"%{ord(letter):02x}" for letter in MARK.value)),
    "JSON": json.dumps({"a": TEXT}),
    "JSON escapes": "".join(f"\\u{ord(letter):04x}" for letter in MARK.value),
    "quoted-printable": quopri.encodestring(("한" * 11 + TEXT).encode()),
    "quoted-printable, all": "".join(f"={ord(letter):02X}" for letter in MARK.value),
    "UTF-16 little": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16 big": TEXT.encode("utf-16-be"),
    "UTF-16 at an odd byte": b"(" + TEXT.encode("utf-16-be"),
    "base64": base64.b64encode(TEXT.encode()),
    "base64 alignment 1": base64.b64encode(f"x{MARK.value}".encode()),
    "base64 alignment 2": base64.b64encode(f"xy{MARK.value}".encode()),
    "base64 in a page": f'<img src="data:text/plain;base64,{base64.b64encode(TEXT.encode()).decode()}">',
    "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfe\xfb" + TEXT.encode()),
    "base64 twice": base64.b64encode(base64.b64encode(TEXT.encode() * 3)),
    "hexadecimal": f"id-{TEXT.encode().hex()}",
    "gzip": gzip.compress(TEXT.encode()),
    "zlib": zlib.compress(TEXT.encode()),
    "signed by Django": signing.dumps({"name": MARK.value}, key="any"),
    "signed and packed by Django": signing.dumps({"name": MARK.value, "pad": "a" * 300}, key="any", compress=True),
    "ZIP": zipped(TEXT.encode()),
    "ZIP in a ZIP": zipped(zipped(TEXT.encode())),
    "name in a ZIP": zipped(b"", name=f"{MARK.value}.txt"),
    "comment of a ZIP": zipped(b"", comment=MARK.value.encode()),
    "XLSX": workbook(TEXT),
    "author of an XLSX": properties_of_workbook(TEXT),
    "Parquet": parquet(TEXT),
    "metadata of a Parquet": parquet_metadata(TEXT),
    "JPEG": photo("JPEG", MARK.value),
    "PNG": photo("PNG", MARK.value),
    "WebP": photo("WEBP", MARK.value),
    "PDF": pdf(TEXT),
    "title of a PDF": pdf("nothing", title=TEXT),
    "PDF in a ZIP": zipped(pdf(TEXT)),
    "text of a picture in a PDF": pdf(f'#set text(lang: "en")\n#figure(rect(), alt: "{MARK.value}")'),
    "file in a PDF": pdf(f'#pdf.attach("a.txt", bytes("{MARK.value}"))'),
    "e-mail": mail(TEXT),
    "quoted e-mail": mail("한" * 12 + TEXT, cte="quoted-printable"),
    "subject of an e-mail": mail("nothing", subject=f"안녕 {MARK.value}"),
    "MD5": f"/avatar/{hashlib.md5(MARK.value.encode()).hexdigest()}.png",
    "SHA-256 of the address": hashlib.sha256(f"{MARK.value}@example.kr".encode()).hexdigest(),
}


@pytest.mark.parametrize("data", WRAPPED.values(), ids=WRAPPED)
def test_mark_is_seen_in(data: bytes | str):
    assert MARK in hits(data)
    assert OTHER not in hits(data)


# What a line of a page can hold.
IN_LINES = [
    *("as it stands", "in capitals", "HTML entities", "HTML entities twice", "address", "address twice", "JSON"),
    *("JSON escapes", "base64", "base64 alignment 1", "base64 alignment 2", "base64 in a page", "base64 for addresses"),
    *("base64 twice", "hexadecimal", "signed by Django", "signed and packed by Django", "quoted-printable"),
    *("MD5", "SHA-256 of the address"),
]


@pytest.mark.parametrize("name", IN_LINES)
def test_mark_is_seen_in_a_page_which_is_searched_line_by_line(name: str):
    wrapped = WRAPPED[name]
    data = wrapped if isinstance(wrapped, bytes) else wrapped.encode()

    assert MARK in hits(b"<!DOCTYPE html>\n<html>\n<p>" + data + b"</p>\n</html>\n")


def test_label_is_seen_beside_its_person_on_another_line():
    person = Mark("accounts.Person.name", MARK.value, "somebody", identifies=True)
    search = Search([person], [Beside("pilots.Enrolment.sex", "Woman", "somebody")])

    seen = search.hits(f"<!DOCTYPE html>\n<p>{MARK.value}</p>\n<p>Woman</p>".encode())

    assert [hit.mark.column for hit in seen] == ["accounts.Person.name", "pilots.Enrolment.sex"]


def test_mark_is_seen_in_spss(tmp_path):
    assert hits(spss(TEXT, tmp_path)) == [MARK]


def test_torn_mark_is_seen_and_called_so():
    (torn,) = hits(f"Dear {MARK.value[:-2]}…")

    assert torn.column == "torn or of nobody"


def test_key_is_seen_as_it_is_stored():
    assert hits(f'{{"key": "{KEY.value.upper()}"}}') == [KEY]
    assert hits(zipped(KEY.value.encode())) == [KEY]


@pytest.mark.parametrize("data", ["", "Nothing here, zq and mark.", b"\0\1\2", pdf("Nothing"), zipped(b"Nothing")])
def test_nothing_is_seen_where_nothing_is(data: bytes | str):
    assert hits(data) == []


def test_hit_shows_the_letters_around():
    (hit,) = Search([MARK]).hits(f"<p>Proposed\n by <b>{MARK.value}@example.kr</b> yesterday".encode())

    assert hit.around == f"<p>Proposed by <b>{MARK.value}@example.kr</b> yesterday"


def test_marks_are_words_of_their_own():
    words = {word(number) for number in range(4096)}

    assert len(words) == 4096
    assert {len(each) for each in words} == {10}
