"""The style page has every piece in every state."""

import re
from collections import Counter
from pathlib import Path

import pytest

from maritime_app.bookings.trips.phases import Phase
from maritime_app.ops.style_page.invented import COLOURS, SAILING_STATES, STATUSES
from maritime_app.ops.style_page.ships import FEEDS, GROUPS
from maritime_app.vessels.codes.ship_types import ShipGroup

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"^  --([a-z0-9-]+): light-dark\(", re.MULTILINE)
WORD = re.compile(r'^    "([a-z_]+)": \(_\(', re.MULTILINE)
MACRO = re.compile(r"\{% macro ([a-z]\w*)\(")
SAME_WORD = {"waiting"}  # of two that are shown alike, one is enough
SECTIONS = (
    "colours", "words", "buttons", "fields", "messages", "states", "crossing", "tables",
    "sailings", "booking", "ticket", "timeline", "subscriptions", "forms", "journeys",
    "search-ferries", "results", "months", "destinations", "ships", "sources", "tiles", "charts",
    "work", "pictograms",
)  # fmt: skip
# What draws nothing by itself.
WITHOUT_LOOKS = {"csrf"}


@pytest.fixture
async def page(client):
    async with client.get("/design") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_it_works(page):
    assert (
        tuple(
            re.findall(
                r'<section class="stack(?: ops)?" id="([a-z-]+)" aria-labelledby="h-\1"', page
            )
        )
        == SECTIONS
    )
    assert "What stands in them is invented." in page


async def test_every_badge_is_there(page):
    macros = (ROOT / "templates/web/_macros.html").read_text()
    badges = set(WORD.findall(macros))

    assert set(STATUSES) == badges - SAME_WORD
    assert page.count('class="badge') >= len(STATUSES)


def test_every_piece_of_all_pages_is_drawn():
    macros = set(MACRO.findall((ROOT / "templates/web/_macros.html").read_text()))
    files = [
        ROOT / "templates/ops/style_page.html",
        *(ROOT / "templates/ops/style_page").glob("*.html"),
    ]
    drawn = "".join(file.read_text() for file in files)

    assert {name for name in macros - WITHOUT_LOOKS if f"{name}(" not in drawn} == set()


def test_every_state_of_a_sailing_is_there():
    template = (ROOT / "templates/ferries/_cards.html").read_text()
    (words,) = re.findall(r"\{([^{}]*)\}\.get\(sailing\.state", template)

    assert set(SAILING_STATES) == {"offer", *re.findall(r'"([a-z_]+)": _\(', words)}


def test_every_colour_of_the_style_sheet_is_there():
    styles = (ROOT / "static/web/base.css").read_text()

    assert set(COLOURS) == set(TOKEN.findall(styles)) - {"on-go"}  # text on "go", seen there
    samples = (ROOT / "static/ops/style_page.css").read_text()
    assert all(f".design-{colour} {{" in samples for colour in COLOURS)


def test_the_journey_is_there_in_each_phase(page):
    shown = re.findall(r'class="card companion stack ([a-z_]+)"', page)

    assert set(shown) == set(Phase)
    assert page.count("data-full-screen") >= 2  # one code, and several
    assert "between" in page
    assert "Signed evidence" in page


def test_the_map_is_there_with_every_state_of_its_feed_and_every_group_of_ships(page):
    assert set(GROUPS) == {group.code for group in ShipGroup}
    assert set(re.findall(r'class="feed" role="status" data-state="([a-z_]+)"', page)) == set(FEEDS)
    for part in ("search", "filters", "layers", "replay-still", "ship-card-1", "in-view"):
        assert f'id="{part}"' in page


def test_the_calendar_is_there_with_every_kind_of_day(page):
    (month,) = re.findall(r'<table class="month">.*?</table>', page, re.DOTALL)

    for words in ("€", "≤", "none", 'class="lowest"'):
        assert words in month
    assert 'aria-current="date"' in page


def test_an_id_is_there_once(page):
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))

    assert [name for name, times in ids.items() if times > 1] == []
