import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from proposals import decode_photo, photos
from proposals.errors import BadPhoto, PhotosBusy
from tests.builders.proposals import picture

# As a phone writes it: 128 by 64 points, the left half red and the right half blue, to be turned to stand upright; with
# the name of a camera and a place. Drawn and encoded for this test, because what reads HEIC here cannot write it.
HEIC = (Path(__file__).parent / "on_its_side.heic").read_bytes()


def cleaned(upload) -> photos.Cleaned:
    return photos.cleaned(photos.read(upload).raw)


def opened(upload) -> Image.Image:
    return Image.open(cleaned(upload).file)


def encoded(drawn: Image.Image, kind: str, **more) -> BytesIO:
    target = BytesIO()
    drawn.save(target, kind, **more)
    target.seek(0)
    return target


def is_near(point, colour) -> bool:
    return all(abs(here - wanted) < 40 for here, wanted in zip(point, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_the_camera_wrote_into_a_photo_is_gone_and_the_photo_stands_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (36.0, 30.0, 57.0)  # where it was taken

    kept = opened(picture(64, 48, kind, exif=exif))

    assert kept.format == "WEBP"
    assert kept.size == (48, 64)
    assert dict(kept.getexif()) == {}
    assert "exif" not in kept.info
    assert "xmp" not in kept.info


def test_photos_of_phones_in_heic_are_taken_upright_and_without_what_the_camera_wrote():
    assert b"A camera" in HEIC

    kept = opened(BytesIO(HEIC))

    assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (64, 128), {})
    # Turned to the right, the left half is the upper one.
    assert is_near(kept.convert("RGB").getpixel((32, 20)), (255, 0, 0))
    assert is_near(kept.convert("RGB").getpixel((32, 108)), (0, 0, 255))
    assert b"A camera" not in cleaned(BytesIO(HEIC)).file.read()


def test_a_file_is_what_it_holds_and_not_what_it_is_called():
    assert opened(picture(kind="AVIF")).size == (64, 48)


def test_large_photos_become_smaller_and_small_ones_stay():
    assert max(opened(picture(4000, 3000)).size) == decode_photo.LONGEST_SIDE
    assert opened(picture(64, 48, "PNG")).size == (64, 48)


def test_transparent_parts_become_white():
    clear = encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")

    assert opened(clear).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_photos_of_every_kind_of_colour_are_taken(mode):
    drawn = Image.new("RGB", (64, 48), "white").convert(mode)

    kept = opened(encoded(drawn, "JPEG" if mode == "CMYK" else "PNG"))

    assert kept.convert("RGB").getpixel((30, 20)) == (255, 255, 255)


def test_sixteen_bits_a_point_are_not_all_white():
    grey = Image.new("I;16", (64, 48), 0x4000)

    assert is_near(opened(encoded(grey, "PNG")).convert("RGB").getpixel((30, 20)), (64, 64, 64))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_a_moving_picture_the_first_is_kept(kind):
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ("red", "blue"))

    kept = opened(encoded(first, kind, save_all=True, append_images=[second]))

    assert getattr(kept, "n_frames", 1) == 1
    assert is_near(kept.convert("RGB").getpixel((30, 20)), (255, 0, 0))


@pytest.mark.parametrize(
    "upload",
    [
        BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        BytesIO(picture().getvalue()[:200]),
        BytesIO(HEIC[:500]),
        BytesIO(picture(kind="AVIF").getvalue()[:200]),
        picture(kind="GIF"),
    ],
    ids=["drawing", "cut off", "HEIC cut off", "AVIF cut off", "other format"],
)
def test_what_is_no_photo_is_refused_in_a_sentence(upload):
    with pytest.raises(BadPhoto, match="JPEG, PNG, WebP, HEIC or AVIF"):
        cleaned(upload)


def test_an_empty_file_is_told_as_such():
    with pytest.raises(BadPhoto, match="empty"):
        photos.read(BytesIO(b""))


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(BadPhoto, match="10 MB"):
        photos.read(BytesIO(b"x" * (photos.MOST_BYTES + 1)))


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG with this size, and nothing behind it."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">II4s", zlib.crc32(head), 0, b"IDAT")


def with_size(raw: bytes, width: int, height: int) -> bytes:
    """A HEIC or AVIF file that says it has another size."""
    at = raw.index(b"ispe") + 8
    return raw[:at] + struct.pack(">II", width, height) + raw[at + 8 :]


@pytest.mark.parametrize(
    "raw",
    [
        png_of(5_000, 5_001),
        with_size(HEIC, 5_001, 5_000),
        with_size(picture(kind="AVIF").getvalue(), 5_001, 5_000),
        picture(5_001, 5_000).getvalue()[:700],
    ],
    ids=["PNG", "HEIC", "AVIF", "JPEG"],
)
def test_too_many_pixels_are_refused_from_the_head_alone(raw):
    with pytest.raises(BadPhoto, match="25 million pixels"):
        photos.cleaned(raw)


def test_as_many_pixels_as_are_allowed_are_taken():
    assert opened(encoded(Image.new("1", (5_000, 5_000)), "PNG")).size == (1_600, 1_600)


def test_a_picture_larger_than_its_head_says_is_not_unpacked():
    with pytest.raises(BadPhoto):
        photos.cleaned(with_size(HEIC, 8, 8))


def endless_jpeg() -> bytes:
    """25 million grey points whose last refinement comes 1,000 times: 160 kB that take a reader many seconds."""
    raw = encoded(Image.new("L", (5_000, 5_000), 128), "JPEG", progressive=True).getvalue()
    last = raw.rindex(b"\xff\xda")
    return raw[:-2] + raw[last:-2] * 1_000 + raw[-2:]


def test_a_file_that_keeps_its_reader_busy_is_given_up(monkeypatch):
    monkeypatch.setattr(photos, "MOST_SECONDS", 1)

    with pytest.raises(BadPhoto):
        photos.cleaned(endless_jpeg())


def test_one_photo_is_unpacked_at_a_time():
    with photos.turn(), pytest.raises(PhotosBusy, match="in a moment"), photos.turn(longest_wait=0):
        pass

    with photos.turn(longest_wait=0):
        pass


def test_more_than_two_requests_of_a_process_do_not_even_wait():
    with photos.turn():
        assert photos.AT_ONCE.acquire(blocking=False)
        try:
            with pytest.raises(PhotosBusy), photos.turn(longest_wait=3600):
                pass
        finally:
            photos.AT_ONCE.release()
