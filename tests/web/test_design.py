"""The style page has every piece in every state."""

import re
from pathlib import Path

import pytest

from maritime_app.web.design import COLOURS, STATUSES

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"^  --([a-z0-9-]+): light-dark\(", re.MULTILINE)
WORD = re.compile(r'^    "([a-z_]+)": \(_\(', re.MULTILINE)
SAME_WORD = {"waiting"}  # of two that are shown alike, one is enough


@pytest.fixture
async def page(client):
    async with client.get("/design") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_it_works(page):
    for section in ("colours", "words", "buttons", "fields", "messages", "states", "tables"):
        assert f'id="{section}"' in page
    assert "What stands in them is invented." in page


async def test_every_piece_is_there(page):
    macros = (ROOT / "templates/web/_macros.html").read_text()
    badges = set(WORD.findall(macros))

    assert set(STATUSES) == badges - SAME_WORD
    assert page.count('class="badge') >= len(STATUSES)


def test_every_colour_of_the_style_sheet_is_there():
    styles = (ROOT / "static/web/base.css").read_text()

    assert set(COLOURS) == set(TOKEN.findall(styles)) - {"on-go"}  # text on "go", seen there
    samples = (ROOT / "static/web/design.css").read_text()
    assert all(f".design-{colour} {{" in samples for colour in COLOURS)
