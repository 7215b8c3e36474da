"""AISHub's rows to reports: format 1 (readable values) and format 0 (AIS units). Pure.

Source: AISHub's documentation of its web service, and what it was seen to answer.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from maritime_app.vessels.ais import fields, times, wire
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import (
    EtaPrecision,
    Motion,
    Particulars,
    Report,
    StaticPart,
    StationKind,
)

_NO_TURN: Final = 128
_DEGREE: Final = 600_000
_MMSI_DIGITS: Final = 9
# The consumer keeps a ship for a day. What is older would be a new one at every pull, gone again
# by the next: a source that tells of nothing else was "live", and its ships were announced anew.
_OLDEST_MS: Final = 24 * 3_600_000
_NO_SIDE: Final = -1  # 0 would say that all of the ship lies to the other side


def reports(found: Sequence[dict[str, Any]], received_ms: int) -> tuple[list[Report], int]:
    """Return a report for each row, and how many rows could not be used.

    A row needs its ship, place and a time of the last day; any other cell that is none counts as
    not available.
    """
    made: list[Report] = []
    for row in found:
        try:
            report = _report({key.upper(): value for key, value in row.items()}, received_ms)
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
        if report is not None:
            made.append(report)
    return made, len(found) - len(made)


def _report(row: dict[str, Any], received_ms: int) -> Report | None:
    mmsi, readable = _mmsi(row["MMSI"]), " " in str(row["TIME"])
    # It does not say of which class a ship is: class A is what most of its rows are.
    kind, flags = fields.kind_of(mmsi, StationKind.CLASS_A)
    lat, lon = _number(row, "LATITUDE", math.nan), _number(row, "LONGITUDE", math.nan)
    if not readable:
        lat, lon = lat / _DEGREE, lon / _DEGREE
    if kind is None or not (-90 < lat < 90 and -180 <= lon <= 180):
        return None
    told_ms = _time_ms(str(row["TIME"]), readable=readable)
    if fields.is_null_island(lat, lon) or told_ms < received_ms - _OLDEST_MS:
        return None
    if told_ms > received_ms + times.CLOCK_SLACK_MS:
        flags |= Flag.BAD_CLOCK
    at_ms = min(told_ms, received_ms)
    tenth = 1 if readable else 10
    sog, bad_speed = fields.speed(_number(row, "SOG", 102.3 * tenth) / tenth)
    cog, bad_course = fields.course(_number(row, "COG", 360.0 * tenth) / tenth)
    heading, bad_heading = fields.heading(_whole(row, "HEADING", 511))
    imo, bad_imo = fields.imo(_whole(row, "IMO", 0))
    turn = _whole(row, "ROT", _NO_TURN)
    motion = Motion(
        lat=lat,
        lon=lon,
        sog_knots=sog,
        cog_deg=cog,
        heading_deg=heading,
        status=fields.status(_whole(row, "NAVSTAT", 15)),
        rot_deg_min=None if turn == _NO_TURN else fields.rate_of_turn(turn),
    )
    return Report(
        mmsi=mmsi,
        kind=kind,
        at_ms=at_ms,
        motion=motion,
        particulars=_particulars(row, imo, at_ms, readable=readable),
        flags=flags | bad_speed | bad_course | bad_heading | bad_imo,
        part=StaticPart.WHOLE,
        kind_certain=False,
    )


def _particulars(
    row: dict[str, Any], imo: int | None, at_ms: int, *, readable: bool
) -> Particulars:
    draught = _number(row, "DRAUGHT", 0.0) / (1 if readable else 10)
    sides = wire.Dimension(*(_whole(row, side, _NO_SIDE) for side in "ABCD"))
    eta, precision = _eta(row.get("ETA"), at_ms, readable=readable)
    return Particulars(
        name=fields.text(_text(row, "NAME")),
        callsign=fields.text(_text(row, "CALLSIGN")),
        imo=imo,
        ship_type=fields.ship_type(_whole(row, "TYPE", 0)),
        draught_m=round(draught, 1) if 0 < draught <= 25.5 else None,
        destination=fields.text(_text(row, "DEST")),
        eta_ms=eta,
        eta_precision=precision,
        **fields.dimensions(sides),
    )


def _mmsi(value: Any) -> int:
    """Return a ship's number; raise ValueError for what is none: cut, it is another ship's."""
    digits = "" if isinstance(value, bool) else str(value).strip().removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MMSI_DIGITS):
        raise ValueError("no MMSI")
    return int(digits)


def _number(row: Mapping[str, Any], name: str, absent: float) -> float:
    """Return the number of a cell; `absent` for an empty one and whatever else is none."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return absent
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return absent
    return number if math.isfinite(number) else absent


def _whole(row: Mapping[str, Any], name: str, absent: int) -> int:
    return int(_number(row, name, absent))


def _text(row: Mapping[str, Any], name: str) -> str:
    """Return the words of a cell; a name of digits may come as a number."""
    value = row.get(name)
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_text else ""


def _time_ms(text: str, *, readable: bool) -> int:
    if not readable:
        return int(text) * 1000
    at = datetime.strptime(text.removesuffix(" GMT"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return int(at.timestamp() * 1000)


def _eta(value: Any, at_ms: int, *, readable: bool) -> tuple[int | None, EtaPrecision]:
    """Return the arrival: "MM-DD HH:MM", or month, day, hour, minute packed in 4, 5, 5, 6 bits."""
    try:
        if readable:
            day, clock = str(value).split(" ")
            parts = [int(part) for part in (*day.split("-"), *clock.split(":"))]
        else:
            bits = int(value)
            parts = [bits >> 16 & 15, bits >> 11 & 31, bits >> 6 & 31, bits & 63]
        arrival = times.eta(parts[0], parts[1], parts[2], parts[3], at_ms)
    except (ValueError, TypeError, IndexError, OverflowError):
        arrival = None
    return arrival if arrival is not None else (None, EtaPrecision.MINUTE)
