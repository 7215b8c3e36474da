"""One AISStream frame to a Report, or the reason why it is rejected.

One pass, no I/O, no exceptions.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from maritime_app.vessels.ais import fields, times, wire
from maritime_app.vessels.model import (
    NO_PARTICULARS,
    Flag,
    Motion,
    Particulars,
    Rejection,
    Report,
    StationKind,
)

_decode = msgspec.json.Decoder(wire.Envelope).decode
_CLOCK_SLACK_MS = 120_000  # a receiver's clock may be that far ahead of ours
_MAX_DRAUGHT_M = 25.5  # the field's own ceiling

Decoded = Report | Rejection


class _Receipt(Struct, gc=False):
    """What the envelope says of a message, whatever its type."""

    at_ms: int
    name: str | None  # what the feed calls the ship
    flags: int


def decode(frame: bytes, received_ms: int) -> Decoded:
    """Return the normalised report of one frame (text or binary, UTF-8 JSON), or a Rejection.

    `received_ms` (UTC epoch milliseconds) replaces a time that lies in the future.
    """
    try:
        envelope = _decode(frame)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return Rejection.MALFORMED
    reader = _READERS.get(envelope.message_type)
    if reader is None:
        return _without_reader(envelope)
    meta = envelope.meta or envelope.metadata
    if meta is None or envelope.message is None:
        return Rejection.MALFORMED
    try:
        at_ms = times.go_time_ms(meta.time_utc)
    except (ValueError, OverflowError):
        return Rejection.BAD_TIME
    flags = 0
    if at_ms > received_ms + _CLOCK_SLACK_MS:
        at_ms, flags = received_ms, Flag.BAD_CLOCK
    return reader(envelope.message, _Receipt(at_ms, fields.text(meta.ship_name), flags))


def error_text(frame: bytes) -> str | None:
    """Return the text of a frame `{"error": ...}`; None for every other frame."""
    try:
        return _decode(frame).error
    except (ValueError, RecursionError):
        return None


def _without_reader(envelope: wire.Envelope) -> Rejection:
    if envelope.message_type == "SubscriptionConfirmation":
        return Rejection.CONFIRMATION
    if envelope.error is not None:
        return Rejection.FEED_ERROR
    return Rejection.NO_STATE if envelope.message_type in wire.STATELESS else Rejection.UNKNOWN_TYPE


def _position(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.position_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.CLASS_A, receipt)


def _class_b(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.standard_class_b_position_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.CLASS_B, receipt)


def _extended_class_b(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.extended_class_b_position_report
    return (
        Rejection.MALFORMED
        if fix is None
        else _report(fix, StationKind.CLASS_B, receipt, _extended(fix))
    )


def _base_station(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.base_station_report
    if fix is None:
        return Rejection.MALFORMED
    if fix.utc_month > 12:
        receipt.flags |= Flag.BAD_CLOCK
    return _report(fix, StationKind.BASE_STATION, receipt)


def _aircraft(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.standard_search_and_rescue_aircraft_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.AIRCRAFT, receipt)


def _aid(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.aids_to_navigation_report
    if fix is None:
        return Rejection.MALFORMED
    particulars = Particulars(
        name=fields.text(fix.name + fix.name_extension), **_dimensions(fix.dimension)
    )
    return _report(fix, StationKind.AID, receipt, particulars)


def _long_range(body: wire.Body, receipt: _Receipt) -> Decoded:
    fix = body.long_range_ais_broadcast_message
    if fix is None:
        return Rejection.MALFORMED
    receipt.flags |= Flag.COARSE
    return _report(fix, StationKind.CLASS_A, receipt)


def _mislabelled(body: wire.Body, receipt: _Receipt) -> Decoded:
    """Read message 27, which was seen under the name of message 23."""
    fix = body.group_assignment_command
    if fix is None or fix.message_id != 27:
        return Rejection.NO_STATE
    receipt.flags |= Flag.COARSE
    return _report(fix, StationKind.CLASS_A, receipt)


def _report(
    fix: wire.Fix, sent_as: StationKind, receipt: _Receipt, particulars: Particulars | None = None
) -> Decoded:
    kind = fields.kind_of(fix.mmsi, sent_as)
    if kind is None:
        return Rejection.BAD_MMSI
    if not fix.valid:
        return Rejection.INVALID
    lat, lon, flags = fix.latitude, fix.longitude, receipt.flags
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return Rejection.NO_POSITION if lat == 91 or lon == 181 else Rejection.OFF_EARTH
    if lat == 0 and lon == 0:
        return Rejection.ZERO_POSITION
    sog, bad_speed = fields.speed(fix.sog, _speed_unavailable(sent_as, flags))
    cog, bad_course = fields.course(fix.cog, 511 if flags & Flag.COARSE else 360)
    heading, bad_heading = fields.heading(fix.true_heading)
    status, turn = fields.status(fix.navigational_status), fields.rate_of_turn(fix.rate_of_turn)
    altitude = (
        fix.altitude if sent_as is StationKind.AIRCRAFT and 0 <= fix.altitude < 4095 else None
    )
    motion = Motion(
        lat=lat,
        lon=lon,
        sog_knots=sog,
        cog_deg=cog,
        heading_deg=heading,
        status=status,
        rot_deg_min=turn,
        altitude_m=altitude,
    )
    flags |= bad_speed | bad_course | bad_heading
    return Report(
        mmsi=fix.mmsi,
        kind=kind,
        at_ms=receipt.at_ms,
        motion=motion,
        particulars=particulars,
        name=receipt.name,
        flags=flags,
    )


def _speed_unavailable(sent_as: StationKind, flags: int) -> float:
    if sent_as is StationKind.AIRCRAFT:
        return 1023
    return 63 if flags & Flag.COARSE else 102.3


def _static(body: wire.Body, receipt: _Receipt) -> Decoded:
    static = body.ship_static_data
    if static is None:
        return Rejection.MALFORMED
    imo, bad_imo = fields.imo(static.imo_number)
    eta, bad_eta = _eta(static.eta, receipt.at_ms)
    receipt.flags |= bad_imo | bad_eta
    draught = static.maximum_static_draught
    particulars = Particulars(
        name=fields.text(static.name),
        callsign=fields.text(static.call_sign),
        imo=imo,
        ship_type=fields.ship_type(static.type),
        draught_m=round(draught, 1) if 0 < draught <= _MAX_DRAUGHT_M else None,
        destination=fields.text(static.destination),
        eta_ms=eta,
        **_dimensions(static.dimension),
    )
    return _particulars(static, StationKind.CLASS_A, particulars, receipt)


def _static_parts(body: wire.Body, receipt: _Receipt) -> Decoded:
    parts = body.static_data_report
    if parts is None:
        return Rejection.MALFORMED
    particulars = NO_PARTICULARS
    if parts.part_number and parts.report_b is not None:
        part = parts.report_b
        # A craft of a mother ship puts the mother's MMSI where the dimensions are (ITU-R M.1371-5,
        # table 75).
        dimension = None if parts.mmsi // 10_000_000 == 98 else part.dimension
        particulars = Particulars(
            callsign=fields.text(part.call_sign),
            ship_type=fields.ship_type(part.ship_type),
            **_dimensions(dimension),
        )
    elif not parts.part_number and parts.report_a is not None:
        particulars = Particulars(name=fields.text(parts.report_a.name))
    return _particulars(parts, StationKind.CLASS_B, particulars, receipt)


def _particulars(
    sent: wire.Static | wire.StaticParts,
    sent_as: StationKind,
    particulars: Particulars,
    receipt: _Receipt,
) -> Decoded:
    kind = fields.kind_of(sent.mmsi, sent_as)
    if kind is None:
        return Rejection.BAD_MMSI
    if not sent.valid:
        return Rejection.INVALID
    if particulars == NO_PARTICULARS:
        return Rejection.EMPTY_STATIC
    return Report(
        mmsi=sent.mmsi,
        kind=kind,
        at_ms=receipt.at_ms,
        particulars=particulars,
        name=receipt.name,
        flags=receipt.flags,
    )


def _extended(fix: wire.Fix) -> Particulars:
    """Return the static data that an extended class B report (message 19) carries as well."""
    return Particulars(
        name=fields.text(fix.name),
        ship_type=fields.ship_type(fix.type),
        **_dimensions(fix.dimension),
    )


def _dimensions(size: wire.Dimension | None) -> dict[str, Any]:
    """Return the metres from the antenna to bow, stern, port and starboard by field of Particulars.

    Empty when the ship does not say (all zero) or says what cannot be.
    """
    if size is None or not (
        0 <= size.a < 512 and 0 <= size.b < 512 and 0 <= size.c < 64 and 0 <= size.d < 64
    ):
        return {}
    along = {"to_bow_m": size.a, "to_stern_m": size.b} if size.a + size.b > 0 else {}
    across = {"to_port_m": size.c, "to_starboard_m": size.d} if size.c + size.d > 0 else {}
    return along | across


def _eta(eta: wire.Eta | None, at_ms: int) -> tuple[int | None, int]:
    if eta is None:
        return None, 0
    try:
        return times.eta_ms(eta.month, eta.day, eta.hour, eta.minute, at_ms), 0
    except (ValueError, OverflowError):
        return None, Flag.BAD_STATIC


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
