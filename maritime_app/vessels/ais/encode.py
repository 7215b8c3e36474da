"""AISStream envelopes written: what the sandbox sends and what a MarineCadastre row becomes."""

import math
from typing import Any

import msgspec
from msgspec import Struct

from maritime_app.vessels.ais.times import go_time
from maritime_app.vessels.model import NO_PARTICULARS, Motion, Particulars

_encode = msgspec.json.Encoder().encode
_CALLSIGN_LENGTH, _NAME_LENGTH = 7, 20  # six-bit fields arrive padded with spaces


class EncodedMessage(Struct, frozen=True, gc=False):
    """One message ready for the wire, and what a server filters by (degrees)."""

    message_type: str
    mmsi: int
    lat: float
    lon: float
    body: bytes


class Sender(Struct, frozen=True, gc=False):
    """Who sends, where the server last saw it (degrees), and the receipt time.

    `at_ns` is epoch nanoseconds, written with at most `digits` digits of a fraction.
    """

    mmsi: int
    name: str
    lat: float
    lon: float
    at_ns: int
    digits: int = 9


def position_a(sender: Sender, motion: Motion) -> EncodedMessage:
    """Return a PositionReport (messages 1 to 3) of a class A ship."""
    turn = motion.rot_deg_min
    fields = {
        **_head(sender, 1),
        **_fix(sender, motion),
        "NavigationalStatus": 15 if motion.status is None else motion.status,
        "RateOfTurn": -128 if turn is None else _raw_turn(turn),
        "SpecialManoeuvreIndicator": 0,
        "Spare": 0,
        "CommunicationState": 81943,
    }
    return _message(sender, "PositionReport", fields)


def position_b(sender: Sender, motion: Motion) -> EncodedMessage:
    """Return a StandardClassBPositionReport (message 18)."""
    flags = dict.fromkeys(("ClassBUnit", "ClassBDsc", "ClassBBand", "ClassBMsg22"), True)
    fields = {
        **_head(sender, 18),
        **_fix(sender, motion),
        **flags,
        "ClassBDisplay": False,
        "AssignedMode": False,
        "CommunicationStateIsItdma": True,
        "CommunicationState": 393222,
        "Spare1": 0,
        "Spare2": 0,
    }
    return _message(sender, "StandardClassBPositionReport", fields)


def static_a(
    sender: Sender, known: Particulars, eta: tuple[int, int, int, int] = (0, 0, 24, 60)
) -> EncodedMessage:
    """Return a ShipStaticData (message 5); `eta` is month, day, hour, minute in UTC."""
    fields = {
        **_head(sender, 5),
        "AisVersion": 1,
        "ImoNumber": known.imo or 0,
        "CallSign": _padded(known.callsign, _CALLSIGN_LENGTH),
        "Name": _padded(known.name, _NAME_LENGTH),
        "Type": known.ship_type or 0,
        "Dimension": _dimension(known),
        "FixType": 1,
        "Eta": dict(zip(("Month", "Day", "Hour", "Minute"), eta, strict=True)),
        "MaximumStaticDraught": known.draught_m or 0,
        "Destination": _padded(known.destination, _NAME_LENGTH),
        "Dte": False,
        "Spare": False,
    }
    return _message(sender, "ShipStaticData", fields)


def static_b(sender: Sender, known: Particulars) -> tuple[EncodedMessage, EncodedMessage]:
    """Return a StaticDataReport (message 24) as its two parts: the name, then the rest."""
    part_a = {"Valid": True, "Name": _padded(known.name, _NAME_LENGTH)}
    part_b = _part_b(known.ship_type or 0, known.callsign, "SBX", known, valid=True)
    no_part_a = {"Valid": False, "Name": ""}
    no_part_b = _part_b(0, "", "", NO_PARTICULARS, valid=False)
    head = {**_head(sender, 24), "Reserved": 0}
    first = {**head, "PartNumber": False, "ReportA": part_a, "ReportB": no_part_b}
    second = {**head, "PartNumber": True, "ReportA": no_part_a, "ReportB": part_b}
    return (
        _message(sender, "StaticDataReport", first),
        _message(sender, "StaticDataReport", second),
    )


def _part_b(
    ship_type: int, callsign: str | None, vendor: str, known: Particulars, *, valid: bool
) -> dict[str, Any]:
    return {
        "Valid": valid,
        "ShipType": ship_type,
        "VendorIDName": vendor,
        "VenderIDModel": 0,  # the service spells it so
        "VenderIDSerial": 0,
        "CallSign": _padded(callsign, _CALLSIGN_LENGTH) if valid else "",
        "FixType": 0,
        "Spare": 0,
        "Dimension": _dimension(known),
    }


def _message(sender: Sender, message_type: str, fields: dict[str, Any]) -> EncodedMessage:
    meta = {
        "MMSI": sender.mmsi,
        "MMSI_String": sender.mmsi,
        "ShipName": _padded(sender.name, _NAME_LENGTH) if sender.name else "",
        "latitude": round(sender.lat, 5),
        "longitude": round(sender.lon, 5),
        "time_utc": go_time(sender.at_ns, sender.digits),
    }
    body = _encode(
        {"Message": {message_type: fields}, "MessageType": message_type, "MetaData": meta}
    )
    return EncodedMessage(message_type, sender.mmsi, sender.lat, sender.lon, body)


def _head(sender: Sender, message_id: int) -> dict[str, Any]:
    return {"MessageID": message_id, "RepeatIndicator": 0, "UserID": sender.mmsi, "Valid": True}


def _fix(sender: Sender, motion: Motion) -> dict[str, Any]:
    return {
        "Sog": 102.3 if motion.sog_knots is None else round(motion.sog_knots, 1),
        "Cog": 360 if motion.cog_deg is None else round(motion.cog_deg, 1) % 360,
        "TrueHeading": 511 if motion.heading_deg is None else motion.heading_deg,
        "Latitude": round(motion.lat * 600_000) / 600_000,
        "Longitude": round(motion.lon * 600_000) / 600_000,
        "PositionAccuracy": True,
        "Raim": False,
        "Timestamp": sender.at_ns // 1_000_000_000 % 60,
    }


def _dimension(known: Particulars) -> dict[str, int]:
    sides = (known.to_bow_m, known.to_stern_m, known.to_port_m, known.to_starboard_m)
    return dict(zip("ABCD", (side or 0 for side in sides), strict=True))


def _padded(text: str | None, length: int) -> str:
    return (text or "").upper()[:length].ljust(length)


def _raw_turn(deg_min: float) -> int:
    raw = round(4.733 * math.sqrt(abs(deg_min)))
    return min(126, raw) if deg_min >= 0 else -min(126, raw)
