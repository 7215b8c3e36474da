"""Encounters as an Atom feed (RFC 4287). Pure."""

from xml.etree.ElementTree import Element, SubElement, tostring

from maritime_app.vessels.encounters.responses import EncounterResponse, EncountersResponse

_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(answer: EncountersResponse, address: str, public_url: str) -> bytes:
    """Return the feed; `address` is its own, each entry leads to its first ship."""
    root = Element("feed", xmlns=_NAMESPACE)
    SubElement(root, "id").text = address
    SubElement(root, "title").text = "Ships that met at sea"
    SubElement(root, "updated").text = answer.as_of.isoformat()
    SubElement(root, "link", rel="self", href=address)
    author = SubElement(root, "author")
    SubElement(author, "name").text = "AIS"
    for encounter in answer.encounters:
        _entry(root, encounter, public_url)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, encounter: EncounterResponse, public_url: str) -> None:
    entry = SubElement(root, "entry")
    first, second = (ship.name or str(ship.mmsi) for ship in encounter.ships)
    mark = " (invented)" if encounter.invented else ""
    SubElement(entry, "id").text = f"urn:uuid:{encounter.id}"
    SubElement(entry, "title").text = f"{first} and {second}: {encounter.hours} h{mark}"
    SubElement(entry, "updated").text = encounter.last_at.isoformat()
    SubElement(entry, "published").text = encounter.began_at.isoformat()
    SubElement(entry, "link", href=f"{public_url}/vessels/{encounter.ships[0].mmsi}")
    near = f"{encounter.closest_m} m at the closest, {encounter.median_knots} kn in the median"
    SubElement(entry, "summary").text = f"at {encounter.lat}, {encounter.lon}; {near}"
