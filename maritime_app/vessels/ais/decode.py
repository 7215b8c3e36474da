"""One AISStream frame -> Report, or the reason why it is left out.

One pass, no I/O, no exceptions.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from maritime_app.vessels.ais import fields, times, wire
from maritime_app.vessels.model import Flag, Kind, LeftOut, Motion, Particulars, Report

_decode = msgspec.json.Decoder(wire.Envelope).decode
_CLOCK_SLACK_MS = 120_000

Decoded = Report | LeftOut


class _Receipt(Struct, gc=False):
    at_ms: int
    name: str | None  # what the feed calls the ship
    flags: int


def decode(frame: bytes, received_ms: int) -> Decoded:
    """The normalised report of one frame (text or binary, UTF-8 JSON).

    `received_ms` (UTC epoch milliseconds) replaces a time that lies in the future.
    """
    try:
        envelope = _decode(frame)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return LeftOut.MALFORMED
    reader = _READERS.get(envelope.message_type)
    if reader is None:
        return _without_reader(envelope)
    meta = envelope.meta or envelope.metadata
    if meta is None or envelope.message is None:
        return LeftOut.MALFORMED
    try:
        at_ms = times.go_time_ms(meta.time_utc)
    except (ValueError, OverflowError):
        return LeftOut.BAD_TIME
    flags = 0
    if at_ms > received_ms + _CLOCK_SLACK_MS:
        at_ms, flags = received_ms, Flag.BAD_CLOCK
    return reader(envelope.message, _Receipt(at_ms, fields.text(meta.ship_name), flags))


def confirmation_or_error(frame: bytes) -> str | None:
    """The text of a frame `{"error": ...}`; None for every other frame."""
    try:
        return _decode(frame).error
    except (ValueError, RecursionError):
        return None


def _without_reader(envelope: wire.Envelope) -> LeftOut:
    if envelope.message_type == "SubscriptionConfirmation":
        return LeftOut.CONFIRMATION
    if envelope.error is not None:
        return LeftOut.FEED_ERROR
    return LeftOut.NO_STATE if envelope.message_type in wire.STATELESS else LeftOut.UNKNOWN_TYPE


def _position(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.position_report
    return LeftOut.MALFORMED if fix is None else _report(fix, Kind.CLASS_A, receipt)


def _class_b(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.standard_class_b_position_report
    return LeftOut.MALFORMED if fix is None else _report(fix, Kind.CLASS_B, receipt)


def _extended_class_b(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.extended_class_b_position_report
    return LeftOut.MALFORMED if fix is None else _report(fix, Kind.CLASS_B, receipt, _beside(fix))


def _base_station(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.base_station_report
    if fix is None:
        return LeftOut.MALFORMED
    if fix.utc_month > 12:
        receipt.flags |= Flag.BAD_CLOCK
    return _report(fix, Kind.BASE_STATION, receipt)


def _aircraft(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.standard_search_and_rescue_aircraft_report
    return LeftOut.MALFORMED if fix is None else _report(fix, Kind.AIRCRAFT, receipt)


def _aid(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.aids_to_navigation_report
    if fix is None:
        return LeftOut.MALFORMED
    beside = Particulars(
        fields.text(fix.name + fix.name_extension), None, None, None, *_sides(fix.dimension)
    )
    return _report(fix, Kind.AID, receipt, beside)


def _long_range(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.long_range_ais_broadcast_message
    if fix is None:
        return LeftOut.MALFORMED
    receipt.flags |= Flag.COARSE
    return _report(fix, Kind.CLASS_A, receipt)


def _mislabelled(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.group_assignment_command
    if fix is None or fix.message_id != 27:
        return LeftOut.NO_STATE
    receipt.flags |= Flag.COARSE
    return _report(fix, Kind.CLASS_A, receipt)


def _report(
    fix: wire.Fix, told: Kind, receipt: _Receipt, beside: Particulars | None = None
) -> Decoded:
    kind = fields.kind_of(fix.mmsi, told)
    if kind is None:
        return LeftOut.BAD_MMSI
    if not fix.valid:
        return LeftOut.INVALID
    lat, lon, flags = fix.latitude, fix.longitude, receipt.flags
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return LeftOut.NO_POSITION if lat == 91 or lon == 181 else LeftOut.OFF_EARTH
    if lat == 0 and lon == 0:
        return LeftOut.ZERO_POSITION
    sog, bad_speed = fields.speed(fix.sog, _speed_unavailable(told, flags))
    cog, bad_course = fields.course(fix.cog, 511 if flags & Flag.COARSE else 360)
    heading, bad_heading = fields.heading(fix.true_heading)
    status, turn = fields.status(fix.navigational_status), fields.rate_of_turn(fix.rate_of_turn)
    altitude = fix.altitude if told is Kind.AIRCRAFT and 0 <= fix.altitude < 4095 else None
    motion = Motion(lat, lon, sog, cog, heading, status, turn, altitude)
    flags |= bad_speed | bad_course | bad_heading
    return Report(fix.mmsi, kind, receipt.at_ms, motion, beside, receipt.name, flags)


def _speed_unavailable(told: Kind, flags: int) -> float:
    if told is Kind.AIRCRAFT:
        return 1023
    return 63 if flags & Flag.COARSE else 102.3


def _static(body: wire.Body, receipt: _Receipt) -> Decoded:
    static = body.ship_static_data
    if static is None:
        return LeftOut.MALFORMED
    imo, bad_imo = fields.imo(static.imo_number)
    eta, bad_eta = _eta(static.eta, receipt.at_ms)
    receipt.flags |= bad_imo | bad_eta
    name, callsign = fields.text(static.name), fields.text(static.call_sign)
    draught = static.maximum_static_draught
    particulars = Particulars(
        name, callsign, imo, fields.ship_type(static.type), *_sides(static.dimension),
        round(draught, 1) if 0 < draught <= 25.5 else None, fields.text(static.destination), eta,
    )  # fmt: skip
    return _particulars(static, Kind.CLASS_A, particulars, receipt)


def _static_parts(body: wire.Body, receipt: _Receipt) -> Decoded:
    parts = body.static_data_report
    if parts is None:
        return LeftOut.MALFORMED
    particulars = Particulars()
    if parts.part_number and parts.report_b is not None:
        part = parts.report_b
        # A craft of a mother ship puts the mother's MMSI where the dimensions are (M.1371-5, table
        # 75).
        sides = _sides(None if parts.mmsi // 10_000_000 == 98 else part.dimension)
        particulars = Particulars(
            None, fields.text(part.call_sign), None, fields.ship_type(part.ship_type), *sides
        )
    elif not parts.part_number and parts.report_a is not None:
        particulars = Particulars(fields.text(parts.report_a.name))
    return _particulars(parts, Kind.CLASS_B, particulars, receipt)


def _particulars(
    sent: wire.Static | wire.StaticParts, told: Kind, particulars: Particulars, receipt: _Receipt
) -> Decoded:
    kind = fields.kind_of(sent.mmsi, told)
    if kind is None:
        return LeftOut.BAD_MMSI
    if not sent.valid:
        return LeftOut.INVALID
    if particulars == _NOTHING:
        return LeftOut.EMPTY_STATIC
    return Report(sent.mmsi, kind, receipt.at_ms, None, particulars, receipt.name, receipt.flags)


def _beside(fix: wire.Fix) -> Particulars:
    return Particulars(
        fields.text(fix.name), None, None, fields.ship_type(fix.type), *_sides(fix.dimension)
    )


def _sides(size: wire.Dimension | None) -> tuple[int | None, int | None, int | None, int | None]:
    """Metres from the antenna to bow, stern, port, starboard; all zero or out of range is not
    available.
    """
    if size is None or not (
        0 <= size.a < 512 and 0 <= size.b < 512 and 0 <= size.c < 64 and 0 <= size.d < 64
    ):
        return None, None, None, None
    along, across = size.a + size.b > 0, size.c + size.d > 0
    bow, stern = (size.a, size.b) if along else (None, None)
    port, starboard = (size.c, size.d) if across else (None, None)
    return bow, stern, port, starboard


def _eta(eta: wire.Eta | None, at_ms: int) -> tuple[int | None, int]:
    if eta is None:
        return None, 0
    try:
        return times.eta_ms(eta.month, eta.day, eta.hour, eta.minute, at_ms), 0
    except (ValueError, OverflowError):
        return None, Flag.BAD_STATIC


_NOTHING = Particulars()
_READERS: dict[str, Callable[[wire.Body, _Receipt], Decoded]] = {
    "PositionReport": _position,
    "StandardClassBPositionReport": _class_b,
    "ExtendedClassBPositionReport": _extended_class_b,
    "BaseStationReport": _base_station,
    "StandardSearchAndRescueAircraftReport": _aircraft,
    "AidsToNavigationReport": _aid,
    "LongRangeAisBroadcastMessage": _long_range,
    "GroupAssignmentCommand": _mislabelled,
    "ShipStaticData": _static,
    "StaticDataReport": _static_parts,
}
