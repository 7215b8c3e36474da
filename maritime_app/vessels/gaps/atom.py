"""Gaps as an Atom feed (RFC 4287). Pure."""

from xml.etree.ElementTree import Element, SubElement, tostring

from maritime_app.vessels.gaps.responses import GapResponse, GapsResponse

_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(answer: GapsResponse, address: str, public_url: str) -> bytes:
    """Return the feed; `address` is its own, each entry leads to its ship."""
    root = Element("feed", xmlns=_NAMESPACE)
    SubElement(root, "id").text = address
    SubElement(root, "title").text = "Ships not heard"
    SubElement(root, "updated").text = answer.as_of.isoformat()
    SubElement(root, "link", rel="self", href=address)
    author = SubElement(root, "author")
    SubElement(author, "name").text = "AIS"
    for gap in answer.gaps:
        _entry(root, gap, public_url)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, gap: GapResponse, public_url: str) -> None:
    entry = SubElement(root, "entry")
    mark = " (invented)" if gap.invented else ""
    words = "not heard" if gap.hours is None else f"not heard for {gap.hours} h"
    SubElement(entry, "id").text = f"urn:uuid:{gap.id}"
    SubElement(entry, "title").text = f"{gap.ship or gap.mmsi}: {words}{mark}"
    SubElement(entry, "updated").text = (gap.ended_at or gap.began_at).isoformat()
    SubElement(entry, "published").text = gap.began_at.isoformat()
    SubElement(entry, "link", href=f"{public_url}/vessels/{gap.mmsi}")
    heard = f"others were heard there in {round(gap.heard_share * 100)} % of the hours"
    SubElement(entry, "summary").text = f"from {gap.lat}, {gap.lon}; {heard}"
