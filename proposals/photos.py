"""Pictures that people upload: checked, turned upright, made smaller, and without what the camera wrote into them."""

import warnings
from io import BytesIO
from typing import IO, NamedTuple

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from proposals.errors import BadPhoto

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


class Cleaned(NamedTuple):
    file: "ContentFile[bytes]"
    width: int
    height: int


def cleaned(upload: IO[bytes]) -> Cleaned:
    """The picture as WebP, at most 1600 pixels long, without metadata.

    Raises BadPhoto with a sentence for the person.
    """
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadPhoto(_("The photo is larger than 10 MB. Please choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(raw), formats=FORMATS) as picture:
                # Read from the header alone, before anything is unpacked.
                if picture.width * picture.height > MOST_PIXELS:
                    raise BadPhoto(_("The photo has more than 50 million pixels. Please choose a smaller one."))
                picture.verify()
            with Image.open(BytesIO(raw), formats=FORMATS) as picture:
                return _written(_flattened(ImageOps.exif_transpose(picture)))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPhoto(_("This file cannot be read as a photo. Please choose a JPEG, PNG or WebP picture.")) from error


def _flattened(picture: Image.Image) -> Image.Image:
    """Without transparency, on white, and no longer than needed."""
    with_alpha = picture.convert("RGBA")
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return flat


def _written(picture: Image.Image) -> Cleaned:
    # A new picture carries nothing over; saving without exif, icc_profile and xmp keeps it so.
    target = BytesIO()
    picture.save(target, "WEBP", quality=80)
    return Cleaned(ContentFile(target.getvalue()), picture.width, picture.height)
