"""The fonts of reports and pictures: files that ``manage.py build_assets`` has fetched, and nothing of the machine."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Noto Sans KR"
REGULAR, BOLD = "NotoSansKR_400Regular.ttf", "NotoSansKR_700Bold.ttf"
# What draws charts measures words with the fonts of the machine first. So it is handed the same letters under a name
# that no machine has.
MEASURED_FAMILY, MEASURED = "Living Lab Charts", "measured"
FAMILY_NAMES = (1, 3, 4, 6, 16)  # name IDs of the OpenType table ``name``
# Of a font that is put into a picture: words are set letter by letter there.
LEFT_OUT = ("BASE", "GDEF", "GPOS", "GSUB", "vhea", "vmtx")
COPYRIGHT_AND_LICENCE = (0, 1, 2, 13, 14)


class FontsMissing(Exception):
    """The fonts of reports are fetched by ``manage.py build_assets``."""

    def __init__(self) -> None:
        super().__init__("The font of reports is not there; run manage.py build_assets.")


def font_file(name: str) -> Path:
    """The file of a font; raises ``FontsMissing`` where the site was never built."""
    path = Path(settings.REPORT_FONTS) / name
    if not path.exists():
        raise FontsMissing
    return path


def write_measured(folder: Path) -> None:
    """Write the fonts of a folder once more, under the name by which charts are measured."""
    (folder / MEASURED).mkdir(exist_ok=True)
    for name in (REGULAR, BOLD):
        with TTFont(folder / name, lazy=True, recalcTimestamp=False) as font:
            for record in font["name"].names:
                if record.nameID in FAMILY_NAMES:
                    record.string = MEASURED_FAMILY
            font.save(folder / MEASURED / name)


def font_faces(words: str, *, bold: bool) -> str:
    """CSS that brings the letters of these words with it, for a picture that leaves the house by itself."""
    faces = [(400, REGULAR), *([(700, BOLD)] if bold else [])]
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
        f'src:url(data:font/woff2;base64,{b64encode(_letters(name, words)).decode()}) format("woff2")}}'
        for weight, name in faces
    )


def _letters(name: str, words: str) -> bytes:
    with TTFont(font_file(name), lazy=True, recalcTimestamp=False) as font:
        for table in LEFT_OUT:
            if table in font:
                del font[table]
        options = subset.Options(hinting=False, layout_features=[], name_IDs=COPYRIGHT_AND_LICENCE)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=words)
        subsetter.subset(font)
        font.flavor = "woff2"
        target = BytesIO()
        font.save(target)
        return target.getvalue()
