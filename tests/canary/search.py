"""Looks for marks in bytes, whatever they are wrapped in.

A mark is a word that nothing else on the site contains: `zqmark` and four consonants. It holds only small letters, so
that HTML, JSON, addresses and full-text search leave it whole; it is found in any case, and torn ones (an excerpt that
ends in the middle) are found, too. Values nobody can choose, such as keys and hashes, are looked for as they stand.

Read are: plain text, HTML entities, percent signs of addresses, `\\uXXXX` of JSON, quoted-printable, UTF-16, base64 in
every alignment, hexadecimal, gzip and zlib, ZIP (and with it XLSX), PDF (text, metadata, every stream), pictures (EXIF,
XMP, comments), Parquet, SPSS, e-mails, and MD5, SHA-1 and SHA-256 of a value.
"""

import base64
import binascii
import hashlib
import html
import io
import quopri
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

PREFIX = "zqmark"
LETTERS = "bcdfghjk"
LENGTH = 4
WORD = re.compile(f"{PREFIX}[{LETTERS}]{{0,{LENGTH}}}")
AROUND = 30
# Deeper than anybody wraps by mistake: a PDF in a ZIP in an e-mail is three.
DEEPEST = 5

BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,}")
LONG_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}")
# Keys, hashes and numbers: eight characters and more, a digit among them.
KEY_LIKE = re.compile(r"(?=[a-z$/._+=:-]*[0-9])[0-9a-z$/._+=:-]{8,}")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
HEX = re.compile(r"\b[0-9a-f]{32,64}\b")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
SOFT_BREAK = re.compile(r"=\r?\n|=[0-9A-F]{2}")
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"')
# What is searched line by line: a page, rows of headers. A line of quoted-printable may end within a word.
PAGE = re.compile(rb"\s*<!doctype html|HTTP/1.1 ", re.IGNORECASE)
SOFT_BREAK_IN_BYTES = re.compile(rb"=\r?\n")
MAIL = re.compile(rb"(content-type|mime-version|message-id|received|subject): ", re.IGNORECASE)


def word(number: int) -> str:
    """The mark with this number."""
    letters = ""
    for _place in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters = LETTERS[rest] + letters
    return PREFIX + letters


def fragments_of(text: str) -> tuple[str, ...]:
    """What base64 makes of these letters wherever they stand: one piece for each of the three alignments."""
    raw = text.encode()
    pieces = []
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        # The first letters also hold bits of what stands before, the last ones of what comes after.
        first = (shift * 8 + 5) // 6
        pieces.append(coded[first : (shift + len(raw)) * 8 // 6])
    return tuple(pieces)


FRAGMENTS = fragments_of(PREFIX)
IN_HEX = PREFIX.encode().hex()


@dataclass(frozen=True)
class Mark:
    """A value that stands in one column. ``owner`` is the person of the city it tells of, if it tells of one.

    ``identifies`` where it says who they are: a name, nickname or address; ``beside`` where it is a label (`Beside`).
    """

    column: str
    value: str
    owner: str = ""
    identifies: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Beside:
    """A label that many may bear; it tells something of its owner where it stands in one answer with who they are."""

    column: str
    label: str
    owner: str

    def stands_in(self, text: str) -> "re.Match[str] | None":
        """As a word of its own: a "Man" is no "Manager"."""
        return re.search(rf"(?<![A-Za-z]){re.escape(self.label)}(?![A-Za-z])", text)


@dataclass(frozen=True)
class Hit:
    """A mark, and the letters around it."""

    mark: Mark
    around: str


class Search:
    """Looks for all marks of a city at once."""

    def __init__(self, marks: Iterable[Mark], besides: Iterable[Beside] = ()) -> None:
        marks, self.besides = list(marks), list(besides)
        self.words = {mark.value: mark for mark in marks if WORD.fullmatch(mark.value)}
        values = {mark.value.lower(): mark for mark in marks if mark.value not in self.words}
        # Where one is looked for in a page, most of the page is left out first.
        self.keys = {value: mark for value, mark in values.items() if KEY_LIKE.fullmatch(value)}
        self.others = {value: mark for value, mark in values.items() if value not in self.keys}
        self.digests = {
            hashlib.new(name, spelling.encode(), usedforsecurity=False).hexdigest(): mark
            for mark in marks
            for spelling in {mark.value, f"{mark.value}@example.kr"}
            for name in ("md5", "sha1", "sha256")
        }
        self.seen: dict[bytes, list[Hit]] = {}
        self.seen_lines: dict[bytes, list[Hit]] = {}

    def hits(self, data: bytes) -> list[Hit]:
        """Every mark in these bytes, each once."""
        data = self.without_tokens(data)
        digest = hashlib.sha256(data).digest()
        if digest not in self.seen:
            of_lines = PAGE.match(data) is not None and not SOFT_BREAK_IN_BYTES.search(data)
            hits = self.hits_in_lines(data) if of_lines else self.hits_in_texts(texts_in(data))
            owners = {mark.owner for mark in hits if mark.identifies}
            besides = [beside for beside in self.besides if beside.owner in owners]
            for text in texts_in(data) if besides else ():
                for beside in besides:
                    if match := beside.stands_in(text):
                        mark = Mark(beside.column, beside.label, beside.owner, beside=True)
                        hits.setdefault(mark, Hit(mark, around(text, match.start(), match.end())))
            self.seen[digest] = list(hits.values())
        return self.seen[digest]

    def hits_in_lines(self, data: bytes) -> dict[Mark, Hit]:
        """Those of a page or of headers: most lines stand in many others, and are searched once."""
        hits: dict[Mark, Hit] = {}
        for line in data.split(b"\n"):
            if line not in self.seen_lines:
                self.seen_lines[line] = list(self.hits_in_texts(texts_in(line)).values())
            for hit in self.seen_lines[line]:
                hits.setdefault(hit.mark, hit)
        return hits

    def hits_in_texts(self, texts: Iterable[str]) -> dict[Mark, Hit]:
        hits: dict[Mark, Hit] = {}
        for text in texts:
            for hit in self.hits_in_text(text):
                hits.setdefault(hit.mark, hit)
        return hits

    @staticmethod
    def without_tokens(data: bytes) -> bytes:
        """Without what is another one in each answer: what came before is not searched again."""
        return CSRF.sub(b"", data)

    def hits_in_text(self, text: str) -> Iterator[Hit]:
        small = text.lower()
        if PREFIX in small:
            for match in WORD.finditer(small):
                mark = self.words.get(match.group(), Mark("torn or of nobody", match.group()))
                yield Hit(mark, around(text, match.start(), match.end()))
        key_like = " ".join(set(KEY_LIKE.findall(small)))
        for values, searched in ((self.keys, key_like), (self.others, small)):
            for value, mark in values.items():
                if value in searched:
                    at = small.find(value)
                    yield Hit(mark, around(text, at, at + len(value)))
        for match in HEX.finditer(small):
            if match.group() in self.digests:
                yield Hit(self.digests[match.group()], "digest of it: " + around(text, match.start(), match.end()))


def around(text: str, start: int, end: int) -> str:
    """Some letters before and after, in one line."""
    return " ".join(text[max(0, start - AROUND) : end + AROUND].split())


def texts_in(data: bytes, depth: int = 0) -> Iterator[str]:
    """Everything that can be read in these bytes: as they stand, decoded, unpacked."""
    if not data or depth > DEEPEST:
        return
    yield from spellings(data.decode("utf-8", errors="replace"), depth)
    if b"\0" in data:
        for shift in (0, 1):
            yield data[shift:].decode("utf-16-le", errors="replace")
    for inner in unpacked(data):
        yield from [inner] if isinstance(inner, str) else texts_in(inner, depth + 1)


def spellings(text: str, depth: int) -> Iterator[str]:
    """A text, and what it says once all escapes are undone, one after another, as they may be nested."""
    yield text
    spelled = text
    for undo in (html.unescape, unquoted, unescape, html.unescape, unquoted, unescape):
        spelled = undo(spelled)
    if spelled != text:
        yield spelled
    if SOFT_BREAK.search(text):
        yield quopri.decodestring(text.encode("utf-8", errors="replace")).decode("utf-8", errors="replace")
    for readable in {text, spelled}:
        for raw in decoded(readable):
            yield from texts_in(raw, depth + 1)


def unquoted(text: str) -> str:
    return unquote(text) if PERCENT.search(text) else text


def unescape(text: str) -> str:
    if "\\u" not in text:
        return text
    return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)


def decoded(text: str) -> Iterator[bytes]:
    """What base64 and hexadecimal digits in a text stand for, where it may matter."""
    runs = set(LONG_BASE64.findall(text))
    if any(fragment in text for fragment in FRAGMENTS):
        runs |= {run for run in BASE64.findall(text) if any(fragment in run for fragment in FRAGMENTS)}
    for run in runs:
        run = run.replace("-", "+").replace("_", "/")
        for shift in range(4):
            part = run[shift:]
            # One letter more than a whole group holds six bits, which are no byte.
            yield binascii.a2b_base64(part[: len(part) - (len(part) % 4 == 1)] + "==")
    small = text.lower()
    if IN_HEX in small:
        for match in re.finditer(rf"{IN_HEX}(?:[0-9a-f]{{2}})*", small):
            yield bytes.fromhex(match.group())


def unpacked(data: bytes) -> Iterator[bytes | str]:
    """What lies in a container, by its first bytes."""
    if data.startswith(b"%PDF"):
        yield from of_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        yield from of_zip(data)
    elif data.startswith(b"\x1f\x8b"):
        yield inflated(data, zlib.MAX_WBITS | 16)
    elif data.startswith((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")):
        yield inflated(data, zlib.MAX_WBITS)
    elif data.startswith((b"\x89PNG", b"\xff\xd8\xff")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        yield from of_picture(data)
    elif data.startswith(b"PAR1"):
        yield from of_parquet(data)
    elif data.startswith((b"$FL2", b"$FL3")):
        yield from of_spss(data)
    elif MAIL.match(data):
        yield from of_mail(data)


def inflated(data: bytes, window: int) -> bytes:
    """Unpacked as far as it can be: base64 may have been cut in the middle, and some bytes only look packed."""
    try:
        return zlib.decompressobj(window).decompress(data)
    except zlib.error:
        return b""


def of_pdf(data: bytes) -> Iterator[bytes | str]:
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject, StreamObject

    reader = PdfReader(io.BytesIO(data))
    for page in reader.pages:
        text = page.extract_text()
        yield text
        # A line may end within a word.
        yield "".join(text.split())
    yield str(dict(reader.metadata or {}))
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield from of_pdf_object(reader.get_object(IndirectObject(number, generation, reader)), StreamObject)
    for number in reader.xref_objStm:
        yield from of_pdf_object(reader.get_object(IndirectObject(number, 0, reader)), StreamObject)


def of_pdf_object(value: object, stream: type) -> Iterator[bytes | str]:
    # Strings of a PDF are decoded in its dictionaries: titles, alternative texts, destinations.
    yield repr(value)
    # Fonts and pictures are long, and hold no words; a picture that was put in as a file is read by its first bytes.
    if isinstance(value, stream) and "/Length1" not in value and value.get("/Subtype") != "/CIDFontType0C":  # type: ignore[attr-defined]
        yield value.get_data()  # type: ignore[attr-defined]


def of_zip(data: bytes) -> Iterator[bytes | str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment
        for entry in archive.infolist():
            yield entry.filename
            yield entry.comment + entry.extra
            yield archive.read(entry)


def of_picture(data: bytes) -> Iterator[bytes | str]:
    from PIL import ExifTags, Image

    with Image.open(io.BytesIO(data)) as picture:
        for name, value in picture.info.items():
            yield value if isinstance(value, bytes) else f"{name} {value}"
        exif = picture.getexif()
        yield str(dict(exif))
        for directory in ExifTags.IFD:
            yield str(exif.get_ifd(directory))


def of_parquet(data: bytes) -> Iterator[bytes | str]:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(data))
    yield f"{table.schema} {table.schema.metadata}"
    for column in table.columns:
        yield "\n".join(map(str, column.to_pylist()))


def of_spss(data: bytes) -> Iterator[bytes | str]:
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.sav"
        path.write_bytes(data)
        frame, meta = pyreadstat.read_sav(str(path))
    yield str(vars(meta))
    for name in frame:
        yield "\n".join(map(str, frame[name]))


def of_mail(data: bytes) -> Iterator[bytes | str]:
    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        # Header lines as they read, without the encoding of words that are not ASCII.
        yield "\n".join(f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            yield part.get_payload(decode=True) or b""  # type: ignore[misc]
