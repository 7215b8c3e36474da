"""The picture that stands where a page of a route or port is shared."""

import html
import re
import struct

import msgspec
import pytest

from maritime_app.ops.cards import routes
from maritime_app.ops.cards.drawing import draw
from maritime_app.ops.cards.model import Card
from tests.factories import a_sailing

NOBODY = "No drawing: it is kept."


def size(png):
    """Width and height of a PNG (https://www.w3.org/TR/png-3/#11IHDR)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


async def picture(client, path):
    async with client.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        return await answer.read()


async def test_it_works(client, db, monkeypatch):
    """Drawn once per language, then sent as it was."""
    await a_sailing(db)
    path = "/cards/route.png?from=NOOSL&to=DEKEL&lang="
    english, greek = [await picture(client, path + code) for code in ("en", "el")]

    assert size(english) == size(greek) == (1200, 630)
    assert english != greek

    def nobody(_card):
        raise AssertionError(NOBODY)

    monkeypatch.setattr(routes, "draw", nobody)
    assert await picture(client, path + "en") == english


async def test_pages_name_their_picture(client, db, settings):
    await a_sailing(db)
    pages = ("/ferries/calendar?from=NOOSL&to=DEKEL", "/ports/NOOSL")
    for page in (*pages, "/ferries/destinations?from=NOOSL", "/ferries/departures?port=NOOSL"):
        async with client.get(page) as answer:
            text = await answer.text()
        said = dict(re.findall(r'<meta property="(og:image[^"]*)"\s+content="([^"]*)">', text))
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630"), page
        assert "Oslo" in said["og:image:alt"]
        address = html.unescape(said["og:image"])
        assert address.startswith(settings.public_url + "/cards/")
        assert size(await picture(client, address.removeprefix(settings.public_url)))


@pytest.mark.parametrize(
    "path", ["/cards/port.png?port=ZZNIL", "/cards/route.png?from=NOOSL&to=ZZNIL"]
)
async def test_a_place_that_is_none_has_no_picture(client, db, path):
    await a_sailing(db)
    async with client.get(path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("name", ["香港", "ท่าเรือ", "चेन्नई", "부산", "ნავსადგური", "Λιμάνι"])
def test_a_name_is_drawn_in_its_script(name):
    """A stop of a timetable is called as its publisher writes it: no box stands for a letter."""
    box = "".join("\u0378" for _letter in name)  # a letter that nobody has
    assert a_card(name) != a_card(box)
    assert a_card(f"{name}\u0378") == a_card(name)


def test_a_long_name_stays_on_the_picture():
    """Three lines of it are higher than one."""
    assert a_card("Q" * 100) != a_card("Q" * 60)
    assert a_card("Q" * 100) != a_card("Q" * 90)


def a_card(name):
    return draw(Card("Fairway", "", (name,), "", "", "en", "ltr"))


def test_arabic_letters_are_joined():
    """The same letters, kept apart by a mark that is not seen, look different."""
    name = "بيرايوس"
    joined = Card("Fairway", "العبّارات", (name,), "", "", "ar", "rtl")
    apart = msgspec.structs.replace(joined, names=("\u200c".join(name),))

    assert draw(joined) != draw(apart)
