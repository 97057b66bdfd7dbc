from io import BytesIO

import pytest
from PIL import Image

from proposals import photos
from proposals.errors import BadPhoto
from tests.builders.proposals import picture


def opened(upload) -> Image.Image:
    return Image.open(photos.cleaned(upload).file)


def test_what_the_camera_wrote_into_a_photo_is_gone_and_the_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (36.0, 30.0, 57.0)  # where it was taken

    kept = opened(picture(64, 48, exif=exif))

    assert kept.format == "WEBP"
    assert kept.size == (48, 64)
    assert dict(kept.getexif()) == {}
    assert "exif" not in kept.info
    assert "xmp" not in kept.info


def test_large_photos_become_smaller_and_small_ones_stay():
    assert max(opened(picture(4000, 3000)).size) == photos.LONGEST_SIDE
    assert opened(picture(64, 48, "PNG")).size == (64, 48)


def test_transparent_parts_become_white():
    target = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(target, "PNG")
    target.seek(0)

    assert opened(target).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "upload",
    [
        BytesIO(b""),
        BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        BytesIO(picture().getvalue()[:200]),
        picture(kind="GIF"),
    ],
    ids=["empty", "drawing", "cut off", "other format"],
)
def test_what_is_no_photo_is_refused_in_a_sentence(upload):
    with pytest.raises(BadPhoto):
        photos.cleaned(upload)


def test_too_many_bytes_and_too_many_pixels_are_refused_unopened():
    with pytest.raises(BadPhoto, match="10"):
        photos.cleaned(BytesIO(b"x" * (photos.MOST_BYTES + 1)))
    bomb = BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    bomb.seek(0)
    with pytest.raises(BadPhoto, match="50"):
        photos.cleaned(bomb)
