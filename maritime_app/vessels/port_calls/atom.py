"""The calls of a port as an Atom feed (RFC 4287). Pure."""

from xml.etree.ElementTree import Element, SubElement, tostring

from maritime_app.vessels.port_calls.responses import PortCallResponse, PortCallsResponse

_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(answer: PortCallsResponse, title: str, address: str, public_url: str) -> bytes:
    """Return the feed; `address` is its own, each entry leads to its ship."""
    root = Element("feed", xmlns=_NAMESPACE)
    SubElement(root, "id").text = address
    SubElement(root, "title").text = title
    SubElement(root, "updated").text = answer.as_of.isoformat()
    SubElement(root, "link", rel="self", href=address)
    author = SubElement(root, "author")
    SubElement(author, "name").text = "AIS"
    for call in answer.calls:
        _entry(root, call, public_url)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, call: PortCallResponse, public_url: str) -> None:
    entry = SubElement(root, "entry")
    mark = " (invented)" if call.invented else ""
    words = "left" if call.left_at else call.state.replace("_", " ")
    SubElement(entry, "id").text = f"urn:uuid:{call.id}"
    SubElement(entry, "title").text = f"{call.ship or call.mmsi}: {words}, {call.port_name}{mark}"
    SubElement(entry, "updated").text = (call.left_at or call.last_heard_at).isoformat()
    SubElement(entry, "published").text = call.entered_at.isoformat()
    SubElement(entry, "link", href=f"{public_url}/vessels/{call.mmsi}")
    SubElement(
        entry, "summary"
    ).text = f"{call.hours_at_berth} h at berth, {call.hours_at_anchor} h at anchor"
