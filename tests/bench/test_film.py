"""The walk as a film: a sheet of each look and part, every step on it under its name."""

import pytest
from PIL import Image

from bench.walk import film

RED, BLUE = (200, 0, 0), (0, 0, 200)


@pytest.fixture
def walked(tmp_path):
    """Two steps on a desktop, one of them on a long page; one on a phone; a part not walked."""
    for name, size, colour in (
        ("desktop/journey/01-search", (1280, 900), RED),
        ("desktop/journey/02-results", (1280, 9_000), BLUE),
        ("phone/around/01-home", (390, 844), RED),
    ):
        path = tmp_path / "walked" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(path)
    (tmp_path / "walked" / "dark" / "staff").mkdir(parents=True)
    return tmp_path / "walked"


def test_it_works(walked, tmp_path):
    written = film.renew(walked, tmp_path / "film")

    assert [sheet.name for sheet in written] == ["desktop-journey.webp", "phone-around.webp"]
    desktop = Image.open(written[0]).convert("RGB")
    assert near(desktop.getpixel((150, 100)), RED)
    assert near(desktop.getpixel((450, 100)), BLUE)
    assert desktop.height < 500  # of a long page the upper part


def test_what_was_not_walked_stays(walked, tmp_path):
    kept = tmp_path / "film" / "dark-staff.webp"
    kept.parent.mkdir()
    kept.write_bytes(b"of an earlier walk")

    film.renew(walked, tmp_path / "film")

    assert kept.read_bytes() == b"of an earlier walk"


def test_more_steps_than_a_row_has_go_on_below(walked, tmp_path):
    for number in range(3, 7):
        Image.new("RGB", (1280, 900), RED).save(walked / f"desktop/journey/0{number}-more.png")

    sheet = Image.open(film.renew(walked, tmp_path / "film")[0]).convert("RGB")

    assert sheet.height > 500
    assert near(sheet.getpixel((150, sheet.height - 100)), RED)


def near(colour, wanted):
    """Whether a colour is the one that was painted, as far as WebP keeps it."""
    return all(abs(one - other) < 16 for one, other in zip(colour, wanted, strict=True))
