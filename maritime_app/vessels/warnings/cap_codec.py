"""The Common Alerting Protocol, as weather services publish alerts. Pure.

Source: OASIS, Common Alerting Protocol 1.2 (docs.oasis-open.org/emergency/cap/v1.2); 1.1 differs in
nothing that is read here. One document is one alert.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from maritime_app.vessels.warnings import geometry
from maritime_app.vessels.warnings.geojson_codec import SEVERITIES, address
from maritime_app.vessels.warnings.model import (
    TEXT_LETTERS,
    TITLE_LETTERS,
    Reading,
    SeaWarning,
    WarningKind,
)
from maritime_app.vessels.warnings.told import end, moment

_WEATHER: Final = "Met"
_GIVEN: Final = ("Alert", "Update")
_ANYBODY: Final = "Actual"


def read(body: bytes, publisher: str, kind: str) -> Reading:
    """Return the alert, and what it updates or cancels; raise ValueError for no alert."""
    alert = _document(body)
    reading = Reading(whole=False, rows=1)
    sender, identifier = (_text(alert, name, TITLE_LETTERS) for name in ("sender", "identifier"))
    if not sender or not identifier:
        raise ValueError("the alert has no sender or no identifier")
    identifier = f"{sender},{identifier}"  # as other alerts refer to it: no other publisher's
    status, message = _text(alert, "status", 20), _text(alert, "msgType", 20)
    if status != _ANYBODY:
        reading.leave_out(f"its status is {status or 'missing'}, not {_ANYBODY}", identifier)
        return reading
    if message in ("Update", "Cancel"):
        reading.withdrawn = list(_references(alert))
    if message not in _GIVEN:
        if not reading.withdrawn:
            reading.leave_out(f"it is {message or 'no type of message'} about nothing", identifier)
        return reading
    try:
        reading.warnings.append(_warning(alert, identifier, publisher, kind))
    except ValueError as error:
        reading.leave_out(str(error), identifier)
    return reading


def _warning(alert: Element, identifier: str, publisher: str, kind: str) -> SeaWarning:
    info = _info(alert)
    sent = _moment(alert, "sent")
    if sent is None:
        raise ValueError("it does not say when it was sent")
    starts = _moment(info, "onset") or _moment(info, "effective") or sent
    ends = end({"expires": _text(info, "expires", 40)}, "expires")
    if ends is not None and ends <= starts:
        raise ValueError("it ends before it starts")
    event, headline = _text(info, "event", TITLE_LETTERS), _text(info, "headline", TITLE_LETTERS)
    severity = _text(info, "severity", 20).lower()
    words = [_text(info, name, TEXT_LETTERS) for name in ("description", "instruction")]
    is_weather = _WEATHER in [_of(each) for each in info.findall("{*}category")]
    usual = WarningKind.WEATHER if is_weather else WarningKind.NAVIGATION
    return SeaWarning(
        publisher=publisher
        or _text(info, "senderName", TITLE_LETTERS)
        or _text(alert, "sender", TITLE_LETTERS),
        reference=identifier,
        kind=WarningKind(kind) if kind else usual,
        title=headline or event or _nameless(),
        body="\n\n".join(each for each in words if each)[:TEXT_LETTERS],
        area=geometry.polygons(list(_rings(info))),
        issued_at=sent,
        starts_at=starts,
        ends_at=ends,
        severity=severity if severity in SEVERITIES else "",
        language=_text(info, "language", 20),
        address=address(_text(info, "web", 2_000)),
    )


def _document(body: bytes) -> Element:
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise ValueError("an alert declares no entities of its own") from None
    except ParseError as error:
        raise ValueError(f"it is no XML: {error}") from None
    if root.tag.rpartition("}")[2] != "alert":
        raise ValueError("it is no alert of the Common Alerting Protocol")
    return root


def _info(alert: Element) -> Element:
    """Return what is said in English, else what is said first."""
    infos = alert.findall("{*}info")
    if not infos:
        raise ValueError("it says nothing (no info)")
    english = [info for info in infos if _text(info, "language", 20).lower().startswith("en")]
    return (english or infos)[0]


def _rings(info: Element) -> Iterator[list[geometry.LonLat]]:
    for area in info.findall("{*}area"):
        for polygon in area.findall("{*}polygon"):
            pairs = [_numbers(pair) for pair in _of(polygon).split()]
            yield [(lon, lat) for lat, lon in pairs]
        for circle in area.findall("{*}circle"):
            middle, _, radius_km = _of(circle).partition(" ")
            lat, lon = _numbers(middle)
            yield geometry.circle(lat, lon, _number(radius_km) * 1_000)


def _references(alert: Element) -> Iterator[str]:
    """Yield the senders and identifiers of "sender,identifier,sent" in its references."""
    for each in _text(alert, "references", TEXT_LETTERS).split():
        parts = each.split(",")
        if len(parts) == 3:
            yield ",".join(parts[:2])


def _numbers(pair: str) -> tuple[float, float]:
    lat, _, lon = pair.partition(",")
    return _number(lat), _number(lon)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("its coordinates are no numbers in degrees") from None


def _moment(parent: Element, name: str) -> datetime | None:
    return moment({name: _text(parent, name, 40)}, name)


def _text(parent: Element, name: str, most: int) -> str:
    found = parent.find(f"{{*}}{name}")
    return "" if found is None else _of(found)[:most]


def _of(element: Element) -> str:
    return (element.text or "").strip()


def _nameless() -> str:
    raise ValueError("it has neither headline nor event")
