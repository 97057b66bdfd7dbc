"""A picture on its way in, a picture of ours on its way out: a program of its own, so that no file can do more.

Files of strangers are unpacked here and nowhere else. Whatever one of them makes a decoder do ends with this process:
memory and time are limited, nothing of the site is loaded, and a crash leaves the site as it was. `proposals/photos.py`
starts it, gives it the file, and reads the picture, WebP without metadata, or one of the words in `Refusal`.
"""

import resource
import sys
import warnings
from enum import StrEnum
from io import BytesIO

import pi_heif
from PIL import AvifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

FORMATS = [
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        AvifImagePlugin.AvifImageFile,
        pi_heif.HeifImageFile,
    )
]
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
# 25 million pixels need up to 420 MB, in WebP and in HEIC with transparent parts.
MOST_MEMORY = 1 << 30


class Refusal(StrEnum):
    """Why there is no picture."""

    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too many pixels"


class TooManyPixels(Exception):
    """More than are unpacked here."""


def main(most_seconds: int) -> None:
    limit(resource.RLIMIT_AS, MOST_MEMORY)
    limit(resource.RLIMIT_CPU, most_seconds)
    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    try:
        picture = reencoded(sys.stdin.buffer.read())
    except TooManyPixels:
        sys.exit(Refusal.TOO_MANY_PIXELS)
    except Exception:  # The decoders let through whatever a broken file makes them raise.
        sys.exit(Refusal.UNREADABLE)
    sys.stdout.buffer.write(picture)


def limit(kind: int, most: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(kind, (allowed, hard))
    except (ValueError, OSError):
        # macOS knows no limit of memory for a process.
        return


def reencoded(raw: bytes) -> bytes:
    """The picture as WebP: upright, on white, no longer than needed; of several pictures in one file the first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(BytesIO(raw), formats=FORMATS) as file:
            # Read from the header alone, before anything is unpacked.
            if file.width * file.height > MOST_PIXELS:
                raise TooManyPixels
            picture: Image.Image = file.convert("RGBA") if file.mode == "P" else file
            # Small first: what follows works on small pictures. Of a JPEG only what is needed is unpacked.
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            target = BytesIO()
            # A new picture carries nothing over; saving without exif, icc_profile and xmp keeps it so.
            on_white(ImageOps.exif_transpose(picture)).save(target, "WEBP", quality=80)
    return target.getvalue()


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # 16 bits a point; a plain conversion would show whatever is not nearly black as white.
        picture = picture.point(lambda value: value / 256).convert("L")
    with_alpha = picture.convert("RGBA")
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return flat


if __name__ == "__main__":
    main(int(sys.argv[1]))
