"""The crossings of an alert as an Atom feed (RFC 4287). Pure."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from maritime_app.vessels.ship_alerts.responses import CrossingResponse, ShipAlertResponse

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_WORDS: Final = {"enter": "has entered", "leave": "has left", "dwell": "stays"}


def feed(alert: ShipAlertResponse, address: str, public_url: str) -> bytes:
    """Return the feed; `address` is its own, each entry leads to its ship."""
    root = Element("feed", xmlns=_NAMESPACE)
    SubElement(root, "id").text = address
    SubElement(root, "title").text = alert.name
    newest = alert.crossings[0].at if alert.crossings else alert.expires_at
    SubElement(root, "updated").text = newest.isoformat()
    SubElement(root, "link", rel="self", href=address)
    author = SubElement(root, "author")
    SubElement(author, "name").text = "AIS"
    for crossing in alert.crossings:
        _entry(root, crossing, public_url)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, crossing: CrossingResponse, public_url: str) -> None:
    entry = SubElement(root, "entry")
    mark = " (invented)" if crossing.invented else ""
    SubElement(entry, "id").text = f"urn:uuid:{crossing.id}"
    words = _WORDS[crossing.kind]
    SubElement(entry, "title").text = f"{crossing.ship or crossing.mmsi} {words}{mark}"
    SubElement(entry, "updated").text = crossing.at.isoformat()
    SubElement(entry, "link", href=f"{public_url}/vessels/{crossing.mmsi}")
    SubElement(entry, "summary").text = f"at {crossing.lat}, {crossing.lon}"
