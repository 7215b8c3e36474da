"""Messages with a position to reports."""

from maritime_app.vessels.ais import fields, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.ais.statics import dimensions
from maritime_app.vessels.model import (
    Flag,
    Motion,
    Particulars,
    Rejection,
    Report,
    StationKind,
)


def position(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a PositionReport (messages 1 to 3)."""
    fix = body.position_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.CLASS_A, receipt)


def class_b(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a StandardClassBPositionReport (message 18)."""
    fix = body.standard_class_b_position_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.CLASS_B, receipt)


def extended_class_b(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read an ExtendedClassBPositionReport (message 19), which has static data, too."""
    fix = body.extended_class_b_position_report
    return (
        Rejection.MALFORMED
        if fix is None
        else _report(fix, StationKind.CLASS_B, receipt, _extended(fix))
    )


def base_station(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a BaseStationReport (message 4)."""
    fix = body.base_station_report
    if fix is None:
        return Rejection.MALFORMED
    if fix.utc_month > 12:
        receipt.flags |= Flag.BAD_CLOCK
    return _report(fix, StationKind.BASE_STATION, receipt)


def aircraft(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a StandardSearchAndRescueAircraftReport (message 9)."""
    fix = body.standard_search_and_rescue_aircraft_report
    return Rejection.MALFORMED if fix is None else _report(fix, StationKind.AIRCRAFT, receipt)


def aid(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read an AidsToNavigationReport (message 21), which has static data, too."""
    fix = body.aids_to_navigation_report
    if fix is None:
        return Rejection.MALFORMED
    particulars = Particulars(
        name=fields.text(fix.name + fix.name_extension), **dimensions(fix.dimension)
    )
    return _report(fix, StationKind.AID, receipt, particulars)


def long_range(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a LongRangeAisBroadcastMessage (message 27)."""
    fix = body.long_range_ais_broadcast_message
    if fix is None:
        return Rejection.MALFORMED
    receipt.flags |= Flag.COARSE
    return _report(fix, StationKind.CLASS_A, receipt)


def mislabelled(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read message 27, which was seen under the name of message 23."""
    fix = body.group_assignment_command
    if fix is None or fix.message_id != 27:
        return Rejection.NO_STATE
    receipt.flags |= Flag.COARSE
    return _report(fix, StationKind.CLASS_A, receipt)


def _report(
    fix: wire.Fix, sent_as: StationKind, receipt: Receipt, particulars: Particulars | None = None
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


def _extended(fix: wire.Fix) -> Particulars:
    """Return the static data that an extended class B report (message 19) carries as well."""
    return Particulars(
        name=fields.text(fix.name),
        ship_type=fields.ship_type(fix.type),
        **dimensions(fix.dimension),
    )
