"""An AIS message as pyais decodes it to a report, by the same readers as AISStream's. Pure."""

import math
from typing import Any, Final

from maritime_app.vessels.ais import wire
from maritime_app.vessels.ais.decode import read
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.ais.times import CLOCK_SLACK_MS
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import Rejection
from maritime_app.vessels.nmea.sentences import Whole

_TYPES: Final = {
    **dict.fromkeys((1, 2, 3), ("PositionReport", "position_report")),
    **dict.fromkeys((4, 11), ("BaseStationReport", "base_station_report")),
    9: ("StandardSearchAndRescueAircraftReport", "standard_search_and_rescue_aircraft_report"),
    18: ("StandardClassBPositionReport", "standard_class_b_position_report"),
    19: ("ExtendedClassBPositionReport", "extended_class_b_position_report"),
    21: ("AidsToNavigationReport", "aids_to_navigation_report"),
    27: ("LongRangeAisBroadcastMessage", "long_range_ais_broadcast_message"),
}
# From a field of pyais to one of wire.Fix.
_FIX: Final = {
    "msg_type": "message_id",
    "mmsi": "mmsi",
    "lat": "latitude",
    "lon": "longitude",
    "speed": "sog",
    "course": "cog",
    "heading": "true_heading",
    "status": "navigational_status",
    "alt": "altitude",
    "accuracy": "position_accuracy",
    "second": "timestamp",
    "year": "utc_year",
    "month": "utc_month",
    "shipname": "name",
    "name": "name",
    "name_ext": "name_extension",
    "ship_type": "type",
    "off_position": "off_position",
    "virtual_aid": "virtual",
}
_NO_TURN: Final = -128
_TURN_FACTOR: Final = 4.733  # raw = 4.733 * sqrt(degrees per minute), ITU-R M.1371-5


def decode(whole: Whole, received_ms: int) -> Decoded:
    """Return what a message says, or a Rejection. Nothing is later than `received_ms`."""
    if whole.at_ms is not None and whole.at_ms < 0:  # before 1970: no time is stored like that
        return Rejection.BAD_TIME
    try:
        sent = whole.sentence.decode().asdict()
        name, body = _body(sent)
    except Exception:  # noqa: BLE001 - whatever pyais raises: one sentence never takes the line
        return Rejection.MALFORMED
    if body is None:
        return Rejection.NO_STATE
    return read(name, body, _receipt(whole.at_ms, received_ms))


def _receipt(at_ms: int | None, received_ms: int) -> Receipt:
    if at_ms is None:
        return Receipt(received_ms, None, 0)
    flags = Flag.BAD_CLOCK if at_ms > received_ms + CLOCK_SLACK_MS else 0
    return Receipt(min(at_ms, received_ms), None, flags)


def _body(sent: dict[str, Any]) -> tuple[str, wire.Body | None]:
    number = sent["msg_type"]
    if number in _TYPES:
        name, part = _TYPES[number]
        fields: dict[str, Any] = {part: _fix(sent)}
        return name, wire.Body(**fields)
    if number == 5:
        return "ShipStaticData", wire.Body(ship_static_data=_static(sent))
    if number == 24:
        return "StaticDataReport", wire.Body(static_data_report=_parts(sent))
    if number in (12, 14):
        text = wire.Safety(sent["mmsi"], True, sent.get("dest_mmsi", 0), sent["text"])
        return "SafetyBroadcastMessage", wire.Body(safety_broadcast_message=text)
    return "", None


def _fix(sent: dict[str, Any]) -> wire.Fix:
    values = {ours: sent[theirs] for theirs, ours in _FIX.items() if sent.get(theirs) is not None}
    for whole in ("navigational_status", "true_heading", "type", "timestamp", "utc_month"):
        if whole in values:
            values[whole] = int(values[whole])
    if "turn" in sent:
        values["rate_of_turn"] = _raw_turn(float(sent["turn"]))
    return wire.Fix(**values, dimension=_dimension(sent))


def _raw_turn(turn: float) -> int:
    """Return the six-bit form again that pyais has turned into degrees per minute."""
    if turn in (_NO_TURN, 127.0, -127.0):  # its words for "not available" and "turning"
        return int(turn)
    return round(math.copysign(_TURN_FACTOR * math.sqrt(abs(turn)), turn))


def _static(sent: dict[str, Any]) -> wire.Static:
    return wire.Static(
        mmsi=sent["mmsi"],
        imo_number=sent["imo"],
        call_sign=sent["callsign"],
        name=sent["shipname"],
        type=int(sent["ship_type"]),
        dimension=_dimension(sent),
        eta=wire.Eta(sent["month"], sent["day"], sent["hour"], sent["minute"]),
        maximum_static_draught=float(sent["draught"]),
        destination=sent["destination"],
    )


def _parts(sent: dict[str, Any]) -> wire.StaticParts:
    if sent["partno"] == 0:
        part = wire.PartA(True, sent["shipname"])
        return wire.StaticParts(sent["mmsi"], True, part_number=0, report_a=part)
    other = wire.PartB(True, int(sent["ship_type"]), sent["callsign"], _dimension(sent))
    return wire.StaticParts(sent["mmsi"], True, part_number=1, report_b=other)


def _dimension(sent: dict[str, Any]) -> wire.Dimension | None:
    """Return the four sides; those of an auxiliary craft are the bits of its mother ship's MMSI."""
    if "mothership_mmsi" in sent:
        bits = int(sent["mothership_mmsi"])
        return wire.Dimension(bits >> 21, bits >> 12 & 511, bits >> 6 & 63, bits & 63)
    if "to_bow" not in sent:
        return None
    return wire.Dimension(sent["to_bow"], sent["to_stern"], sent["to_port"], sent["to_starboard"])
