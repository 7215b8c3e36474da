"""A file to warnings, whichever of the formats it has. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from maritime_app.errors import Invalid
from maritime_app.vessels.warnings import cap_codec, geojson_codec, nga_codec
from maritime_app.vessels.warnings.model import MOST_IN_FILE, Reading, WarningKind

MOST_BYTES: Final = 32 * 1024 * 1024
_EXAMPLES: Final = 3
_XML_IN_UTF_16: Final = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def read(body: bytes, publisher: str = "", kind: str = "") -> Reading:
    """Return what a file has; `publisher` and `kind` hold where it names none.

    Raise Invalid where it is of no known format, or nothing in it can be understood.
    """
    if kind and kind not in list(WarningKind):
        raise Invalid(f"There is no kind {kind}: {', '.join(WarningKind)}.")
    if not body.startswith(_XML_IN_UTF_16):
        body = body.removeprefix(b"\xef\xbb\xbf").strip()
    try:
        reading = _by_format(body, publisher.strip(), kind)
    except ValueError as error:
        raise Invalid(f"This file has no warnings that can be read: {error}.") from None
    if reading.rows > MOST_IN_FILE:
        raise Invalid(f"A file has at most {MOST_IN_FILE:,} warnings; this one has more.")
    if reading.rows and not reading.warnings and not reading.withdrawn:
        raise Invalid(f"Nothing in this file can be taken: {told(reading.left_out)}. All stays.")
    return _each_once(reading)


def told(left_out: Mapping[str, list[str]]) -> str:
    """Return what was left out, by reason, with examples."""
    return "; ".join(
        f"{reason} ({len(rows):,}: {', '.join(rows[:_EXAMPLES])})"
        for reason, rows in left_out.items()
    )


def _by_format(body: bytes, publisher: str, kind: str) -> Reading:
    if body.startswith((b"<", *_XML_IN_UTF_16)):
        return cap_codec.read(body, publisher, kind)
    try:
        document: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"it is neither XML nor JSON: {error}") from None
    if isinstance(document, dict):
        if document.get("type") == "FeatureCollection" and _is_list(document, "features"):
            return geojson_codec.read(document, publisher, kind)
        for name in (nga_codec.BROADCAST, nga_codec.PIRACY):
            if _is_list(document, name):
                return nga_codec.read(document, publisher)
    raise ValueError(
        "it is no GeoJSON FeatureCollection, no alert of the Common Alerting Protocol, and no"
        f' "{nga_codec.BROADCAST}" or "{nga_codec.PIRACY}" of the NGA'
    )


def _is_list(document: Mapping[str, Any], name: str) -> bool:
    return isinstance(document.get(name), list)


def _each_once(reading: Reading) -> Reading:
    """Keep the first of those that have one publisher and number."""
    seen = set[tuple[str, str]]()
    kept = []
    for warning in reading.warnings:
        key = warning.publisher, warning.reference
        if key in seen:
            reading.leave_out("its number stands in the file twice", warning.reference)
        else:
            seen.add(key)
            kept.append(warning)
    reading.warnings = kept
    return reading
