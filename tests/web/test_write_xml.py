"""Documents in XML that hold words of others: one sign that XML has no place for would make all of
it unreadable to every reader.
"""

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import maritime_app
from maritime_app.formats import xml_text
from maritime_app.vessels.events import atom

PACKAGE = Path(maritime_app.__file__).parent
NONE = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ud800", "\ufffe", "\uffff"]
KEPT = ["\t", "\n", "\x7f", "\x85", "\u2028", "\ufeff", "<&>", "]]>", "\"'", "🚢", "\U0010ffff"]
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("sign", NONE)
def test_it_works(sign):
    feed = read(a_feed(f"Mine{sign}s adrift"))
    assert [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}summary")] == [
        "Mines adrift"
    ]


@pytest.mark.parametrize("sign", KEPT)
def test_what_xml_can_say_stays(sign):
    (summary,) = read(a_feed(f"a{sign}b")).iter("{http://www.w3.org/2005/Atom}summary")
    assert summary.text == f"a{sign}b"


@pytest.mark.parametrize("sign", [*NONE, *KEPT])
def test_between_tags_and_in_attributes(sign):
    body = f"<a b={xml_text.quoteattr(f'{sign}x')}>{xml_text.escape(f'{sign}x')}</a>"
    assert read(body.encode()).text == ("x" if sign in NONE else f"{sign}x")


def test_whoever_writes_xml_by_hand_leaves_them_out():
    """The escape of the library does not."""
    having = [file for file in PACKAGE.rglob("*.py") if "saxutils" in file.read_text()]
    assert having == [PACKAGE / "formats" / "xml_text.py"]


def read(body):
    return ET.fromstring(body)


def a_feed(summary):
    entry = atom.AtomEntry("1", "Mines", summary, NOON, "https://fairway.example/", False)
    return atom.encoded(atom.AtomFeed("https://fairway.example/a", "Mines", NOON, [entry]))
