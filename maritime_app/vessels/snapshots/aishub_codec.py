"""AISHub's rows to reports: format 1 (readable values) and format 0 (AIS units). Pure.

Source: AISHub's documentation of its web service, and what it was seen to answer.
"""

from collections.abc import Sequence
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


def reports(found: Sequence[dict[str, Any]], received_ms: int) -> tuple[list[Report], int]:
    """Return a report for each row, and how many rows could not be used."""
    made: list[Report] = []
    for row in found:
        try:
            # What is null is not there: a name would be "None", a heading cost the row.
            told = {key.upper(): value for key, value in row.items() if value is not None}
            report = _report(told, received_ms)
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
        if report is not None:
            made.append(report)
    return made, len(found) - len(made)


def _report(row: dict[str, Any], received_ms: int) -> Report | None:
    mmsi, readable = int(row["MMSI"]), " " in str(row["TIME"])
    # It does not say of which class a ship is: class A is what most of its rows are.
    kind, flags = fields.kind_of(mmsi, StationKind.CLASS_A)
    lat, lon = float(row["LATITUDE"]), float(row["LONGITUDE"])
    if not readable:
        lat, lon = lat / _DEGREE, lon / _DEGREE
    if kind is None or not (-90 < lat < 90 and -180 <= lon <= 180):
        return None
    told_ms = _time_ms(str(row["TIME"]), readable=readable)
    if fields.is_null_island(lat, lon) or told_ms < 0:  # no time is stored like that
        return None
    if told_ms > received_ms + times.CLOCK_SLACK_MS:
        flags |= Flag.BAD_CLOCK
    at_ms = min(told_ms, received_ms)
    tenth = 1 if readable else 10
    sog, bad_speed = fields.speed(float(row.get("SOG", 102.3 * tenth)) / tenth)
    cog, bad_course = fields.course(float(row.get("COG", 360 * tenth)) / tenth)
    heading, bad_heading = fields.heading(int(row.get("HEADING", 511)))
    imo, bad_imo = fields.imo(int(row.get("IMO", 0)))
    turn = int(row.get("ROT", _NO_TURN))
    motion = Motion(
        lat=lat,
        lon=lon,
        sog_knots=sog,
        cog_deg=cog,
        heading_deg=heading,
        status=fields.status(int(row.get("NAVSTAT", 15))),
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
    draught = float(row.get("DRAUGHT", 0)) / (1 if readable else 10)
    sides = wire.Dimension(*(int(row.get(side, 0)) for side in "ABCD"))
    eta, precision = _eta(row.get("ETA"), at_ms, readable=readable)
    return Particulars(
        name=fields.text(str(row.get("NAME", ""))),
        callsign=fields.text(str(row.get("CALLSIGN", ""))),
        imo=imo,
        ship_type=fields.ship_type(int(row.get("TYPE", 0))),
        draught_m=round(draught, 1) if 0 < draught <= 25.5 else None,
        destination=fields.text(str(row.get("DEST", ""))),
        eta_ms=eta,
        eta_precision=precision,
        **fields.dimensions(sides),
    )


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
