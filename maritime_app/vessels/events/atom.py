"""Events as an Atom feed (RFC 4287). Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from msgspec import Struct

from maritime_app.formats.xml_text import allowed

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


class AtomEntry(Struct, frozen=True):
    """One event: `id` is its UUID, `link` where to read more. An invented one says so."""

    id: str
    title: str
    summary: str
    updated: datetime
    link: str
    invented: bool
    published: datetime | None = None


class AtomFeed(Struct, frozen=True):
    """A feed; `address` is its own."""

    address: str
    title: str
    updated: datetime
    entries: Iterable[AtomEntry]


def encoded(feed: AtomFeed) -> bytes:
    """Return the feed as a document in UTF-8."""
    root = Element("feed", xmlns=_NAMESPACE)
    SubElement(root, "id").text = feed.address
    SubElement(root, "title").text = allowed(feed.title)
    SubElement(root, "updated").text = feed.updated.isoformat()
    SubElement(root, "link", rel="self", href=feed.address)
    author = SubElement(root, "author")
    SubElement(author, "name").text = "AIS"
    for each in feed.entries:
        _add(root, each)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add(root: Element, each: AtomEntry) -> None:
    entry = SubElement(root, "entry")
    mark = " (invented)" if each.invented else ""
    SubElement(entry, "id").text = f"urn:uuid:{each.id}"
    SubElement(entry, "title").text = allowed(f"{each.title}{mark}")
    SubElement(entry, "updated").text = each.updated.isoformat()
    if each.published is not None:
        SubElement(entry, "published").text = each.published.isoformat()
    SubElement(entry, "link", href=each.link)
    SubElement(entry, "summary").text = allowed(each.summary)
