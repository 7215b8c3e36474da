"""Warnings as GeoJSON (RFC 7946), with our own property names. Pure.

Each feature has `title`, `text`, `kind`, and `starts_at` or `issued_at`; `id`, `ends_at`,
`severity`, `language`, `url`, `publisher` where known. Times are ISO 8601 with their offset.
"""

from collections.abc import Mapping
from typing import Any, Final

from maritime_app.vessels.warnings import geometry
from maritime_app.vessels.warnings.model import (
    TEXT_LETTERS,
    TITLE_LETTERS,
    Reading,
    SeaWarning,
    WarningKind,
)
from maritime_app.vessels.warnings.told import end, moment, words

SEVERITIES: Final = frozenset({"extreme", "severe", "moderate", "minor"})


def read(document: Mapping[str, Any], publisher: str, kind: str) -> Reading:
    """Return the features as warnings; `publisher` and `kind` hold where a feature has none."""
    reading = Reading()
    for number, feature in enumerate(document.get("features") or (), 1):
        reading.rows += 1
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            reading.leave_out("it has no properties", f"feature {number}")
            continue
        numbered = feature.get("id") or properties.get("id") or properties.get("title")
        name = words(numbered) or str(number)
        try:
            reading.warnings.append(_warning(feature, properties, name, publisher, kind))
        except ValueError as error:
            reading.leave_out(str(error), f"feature {number} ({name[:60]})")
    return reading


def _warning(
    feature: Mapping[str, Any], told: Mapping[str, Any], name: str, publisher: str, kind: str
) -> SeaWarning:
    title, body = _words(told, "title", TITLE_LETTERS), _words(told, "text", TEXT_LETTERS)
    if not title:
        raise ValueError("it has no title")
    issued, starts = moment(told, "issued_at"), moment(told, "starts_at")
    begins = starts or issued
    if begins is None:
        raise ValueError("it has neither starts_at nor issued_at")
    ends = end(told, "ends_at")
    if ends is not None and ends <= begins:
        raise ValueError("it ends before it starts")
    severity = _words(told, "severity", 20).lower()
    return SeaWarning(
        publisher=publisher or _words(told, "publisher", TITLE_LETTERS) or _nobody(),
        reference=name[:TITLE_LETTERS],
        kind=_kind(_words(told, "kind", 20) or kind),
        title=title,
        body=body,
        area=geometry.from_geojson(feature.get("geometry")),
        issued_at=issued or begins,
        starts_at=begins,
        ends_at=ends,
        severity=severity if severity in SEVERITIES else "",
        language=_words(told, "language", 20),
        address=address(told.get("url")),
        invented=told.get("invented") is True,
    )


def address(value: object) -> str:
    """Return an address of the web, empty for anything else: it becomes a link."""
    text = str(value or "")
    is_web = text.startswith(("https://", "http://")) and len(text) <= 2_000
    return text if is_web and text.isprintable() and " " not in text else ""


def _words(told: Mapping[str, Any], name: str, most: int) -> str:
    value = told.get(name)
    return words(value)[:most] if isinstance(value, str) else ""


def _kind(value: str) -> WarningKind:
    try:
        return WarningKind(value)
    except ValueError:
        kinds = ", ".join(WarningKind)
        raise ValueError(f"its kind is none of {kinds}") from None


def _nobody() -> str:
    raise ValueError("nobody is named who gives it (--publisher)")
