"""Messages with static and voyage data to reports, and safety-related texts."""

from maritime_app.vessels.ais import fields, times, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import (
    EtaPrecision,
    Particulars,
    Rejection,
    Report,
    SafetyText,
    StaticPart,
    StationKind,
)

_MAX_DRAUGHT_M = 25.5  # the field's own ceiling
_HIGHEST_MMSI = 999_999_999


def static(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a ShipStaticData (message 5)."""
    data = body.ship_static_data
    if data is None:
        return Rejection.MALFORMED
    imo, bad_imo = fields.imo(data.imo_number)
    eta, precision, bad_eta = _eta(data.eta, receipt.at_ms)
    receipt.flags |= bad_imo | bad_eta
    draught = data.maximum_static_draught
    particulars = Particulars(
        name=fields.text(data.name),
        callsign=fields.text(data.call_sign),
        imo=imo,
        ship_type=fields.ship_type(data.type),
        draught_m=round(draught, 1) if 0 < draught <= _MAX_DRAUGHT_M else None,
        destination=fields.text(data.destination),
        eta_ms=eta,
        eta_precision=precision,
        **fields.dimensions(data.dimension),
    )
    return _particulars(data, StationKind.CLASS_A, particulars, receipt, StaticPart.WHOLE)


def static_parts(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read one part of a StaticDataReport (message 24)."""
    parts = body.static_data_report
    if parts is None:
        return Rejection.MALFORMED
    a, b = parts.report_a, parts.report_b
    if parts.part_number == 1 and b is not None and b.valid:
        particulars = _part_b(b, craft=parts.mmsi // 10_000_000 == 98)
        return _particulars(parts, StationKind.CLASS_B, particulars, receipt, StaticPart.PART_B)
    if parts.part_number == 0 and a is not None and a.valid:
        particulars = Particulars(name=fields.text(a.name))
        return _particulars(parts, StationKind.CLASS_B, particulars, receipt, StaticPart.PART_A)
    return Rejection.EMPTY_STATIC


def safety_text(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a safety-related text (messages 12 and 14)."""
    sent = (
        body.safety_broadcast_message
        or body.addressed_safety_message
        or body.addessed_safety_message
    )
    if sent is None:
        return Rejection.MALFORMED
    mmsi = sent.mmsi
    if not 0 < mmsi <= 999_999_999:
        return Rejection.BAD_MMSI
    if not sent.valid:
        return Rejection.INVALID
    words = fields.text(sent.text, fields.LONGEST_SAFETY_TEXT)
    if words is None:
        return Rejection.EMPTY_STATIC
    return SafetyText(mmsi, receipt.at_ms, words, sent.destination or None)


def _part_b(part: wire.PartB, *, craft: bool) -> Particulars:
    """Read part B; an auxiliary craft puts its mother ship's MMSI where the dimensions are.

    Its 30 bits are those of the four sides: 9, 9, 6 and 6 (ITU-R M.1371-5, table 75).
    """
    mothership = 0
    if craft and part.dimension is not None:
        size = part.dimension
        mothership = size.a << 21 | size.b << 12 | size.c << 6 | size.d
    return Particulars(
        callsign=fields.text(part.call_sign),
        ship_type=fields.ship_type(part.ship_type),
        mothership=mothership if 0 < mothership <= _HIGHEST_MMSI else None,
        **({} if craft else fields.dimensions(part.dimension)),
    )


def _particulars(
    sent: wire.Static | wire.StaticParts,
    sent_as: StationKind,
    particulars: Particulars,
    receipt: Receipt,
    part: StaticPart,
) -> Decoded:
    mmsi = sent.mmsi
    kind, flags = fields.kind_of(mmsi, sent_as)
    if kind is None:
        return Rejection.BAD_MMSI
    if not sent.valid:
        return Rejection.INVALID
    return Report(
        mmsi=mmsi,
        kind=kind,
        at_ms=receipt.at_ms,
        particulars=particulars,
        name=receipt.name,
        flags=flags | receipt.flags,
        part=part,
    )


def _eta(eta: wire.Eta | None, at_ms: int) -> tuple[int | None, EtaPrecision, int]:
    """Return the arrival, its precision and a flag."""
    none = EtaPrecision.MINUTE
    if eta is None:
        return None, none, 0
    try:
        told = times.eta(eta.month, eta.day, eta.hour, eta.minute, at_ms)
    except (ValueError, OverflowError):
        return None, none, Flag.BAD_STATIC
    return (None, none, 0) if told is None else (*told, 0)
