"""Messages with a position to reports."""

from typing import Final

from maritime_app.vessels.ais import fields, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import (
    Motion,
    Particulars,
    Rejection,
    Report,
    StaticPart,
    StationKind,
)

# Names of their own: a member of an enumeration costs more than the comparison with it.
_COARSE: Final = Flag.COARSE
_ACCURATE: Final = Flag.ACCURATE
_CLASS_A: Final = StationKind.CLASS_A
_CLASS_B: Final = StationKind.CLASS_B
_DISTRESS: Final = StationKind.DISTRESS
_UTC_RESPONSE: Final = 11
_LONG_RANGE: Final = 27
_SART_TEST: Final = 15  # navigational status of a distress transmitter (ITU-R M.1371-5, annex 9)


def position(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a PositionReport (messages 1 to 3)."""
    fix = body.position_report
    return Rejection.MALFORMED if fix is None else _report(fix, _CLASS_A, receipt)


def class_b(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a StandardClassBPositionReport (message 18)."""
    fix = body.standard_class_b_position_report
    return Rejection.MALFORMED if fix is None else _report(fix, _CLASS_B, receipt)


def extended_class_b(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read an ExtendedClassBPositionReport (message 19), which has static data, too."""
    fix = body.extended_class_b_position_report
    if fix is None:
        return Rejection.MALFORMED
    particulars = Particulars(
        name=fields.text(fix.name),
        ship_type=fields.ship_type(fix.type),
        **fields.dimensions(fix.dimension),
    )
    return _report(fix, _CLASS_B, receipt, particulars, StaticPart.EXTENDED_B)


def base_station(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a BaseStationReport: message 4 of a base station, or message 11, which is a mobile
    station's answer to an inquiry for the time and says nothing of its movement.
    """
    fix = body.base_station_report
    if fix is None:
        return Rejection.MALFORMED
    if fix.utc_month > 12:
        receipt.flags |= Flag.BAD_CLOCK
    if fix.message_id == _UTC_RESPONSE:
        return _report(fix, _CLASS_A, receipt, kind_certain=False, place_only=True)
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
    if fix.virtual:
        receipt.flags |= Flag.VIRTUAL
    if fix.off_position and fix.timestamp < 60:  # otherwise the field means nothing
        receipt.flags |= Flag.OFF_POSITION
    particulars = Particulars(
        name=fields.text(fix.name + fix.name_extension, fields.LONGEST_NAME_OF_AID),
        **fields.dimensions(fix.dimension),
    )
    return _report(fix, StationKind.AID, receipt, particulars, StaticPart.AID)


def long_range(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a LongRangeAisBroadcastMessage (message 27): class A or B, it does not say which."""
    fix = body.long_range_ais_broadcast_message
    if fix is None:
        return Rejection.MALFORMED
    receipt.flags |= Flag.COARSE
    return _report(fix, _CLASS_A, receipt, kind_certain=False)


def mislabelled(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read message 27, which was seen under the name of message 23."""
    fix = body.group_assignment_command
    if fix is None or fix.message_id != _LONG_RANGE:
        return Rejection.NO_STATE
    receipt.flags |= Flag.COARSE
    return _report(fix, _CLASS_A, receipt, kind_certain=False)


def _report(
    fix: wire.Fix,
    sent_as: StationKind,
    receipt: Receipt,
    particulars: Particulars | None = None,
    part: StaticPart = StaticPart.WHOLE,
    *,
    kind_certain: bool = True,
    place_only: bool = False,
) -> Decoded:
    mmsi, flags = fix.mmsi, receipt.flags
    kind: StationKind | None = sent_as
    if sent_as > _CLASS_B or not 201_000_000 <= mmsi < 776_000_000:
        kind, odd = fields.kind_of(mmsi, sent_as)
        flags |= odd
    if kind is None:
        return Rejection.BAD_MMSI
    if not fix.valid:
        return Rejection.INVALID
    name, at_ms = receipt.name, receipt.at_ms
    lat, lon = fix.latitude, fix.longitude
    nowhere: Rejection | None = None
    if not (-90 < lat < 90 and -180 <= lon <= 180):
        nowhere = Rejection.NO_POSITION if lat == 91 or lon == 181 else Rejection.OFF_EARTH
    elif -1 < lat < 1 and fields.is_null_island(lat, lon):  # a call costs
        nowhere = Rejection.ZERO_POSITION
    if nowhere is not None:
        if particulars is None:
            return nowhere
        return Report(mmsi, kind, at_ms, None, particulars, name, flags, part, kind_certain)
    motion, flags = _movement(fix, sent_as, flags)
    if kind is _DISTRESS and fix.navigational_status == _SART_TEST:
        flags |= Flag.TEST
    if particulars is None and kind_certain:
        return Report(mmsi, kind, at_ms, motion, None, name, flags)
    return Report(
        mmsi, kind, at_ms, motion, particulars, name, flags, part, kind_certain, place_only
    )


def _movement(fix: wire.Fix, sent_as: StationKind, flags: int) -> tuple[Motion, int]:
    """Return place and movement, and the flags with what is odd about them.

    What is not plain is looked at more closely by `fields`; most values are, and a call costs.
    """
    sog: float | None = fix.sog
    cog: float | None = fix.cog
    heading: int | None = fix.true_heading
    if sent_as > _CLASS_B or flags & _COARSE or not 0 <= fix.sog < 102.3:
        sog, odd = fields.speed(fix.sog, _speed_unavailable(sent_as, flags & _COARSE))
        flags |= odd
    if not 0 <= fix.cog < 360:
        cog, odd = fields.course(fix.cog, 511 if flags & _COARSE else 360)
        flags |= odd
    if not 0 <= fix.true_heading < 360:
        heading, odd = fields.heading(fix.true_heading)
        flags |= odd
    if fix.position_accuracy:
        flags |= _ACCURATE
    if fix.timestamp > 60:  # 61 by hand, 62 dead reckoning, 63 inoperative
        flags |= Flag.NOT_MEASURED
    status, turn = fix.navigational_status, fix.rate_of_turn
    return Motion(
        fix.latitude,
        fix.longitude,
        sog,
        cog,
        heading,
        status if 0 <= status < 15 else None,
        fields.rate_of_turn(turn) if turn else 0.0,
        _altitude(fix, sent_as) if sent_as > _CLASS_B else None,
    ), flags


def _altitude(fix: wire.Fix, sent_as: StationKind) -> int | None:
    """Return metres; 4095 is not available. Only message 9 has the field."""
    return fix.altitude if sent_as is StationKind.AIRCRAFT and 0 <= fix.altitude < 4095 else None


def _speed_unavailable(sent_as: StationKind, coarse: int) -> float:
    if sent_as is StationKind.AIRCRAFT:
        return 1023
    return 63 if coarse else 102.3
