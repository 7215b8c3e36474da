"""Messages with static and voyage data to reports."""

from typing import Any

from maritime_app.vessels.ais import fields, times, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.model import (
    NO_PARTICULARS,
    Flag,
    Particulars,
    Rejection,
    Report,
    StationKind,
)

_MAX_DRAUGHT_M = 25.5  # the field's own ceiling


def static(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read a ShipStaticData (message 5)."""
    data = body.ship_static_data
    if data is None:
        return Rejection.MALFORMED
    imo, bad_imo = fields.imo(data.imo_number)
    eta, bad_eta = _eta(data.eta, receipt.at_ms)
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
        **dimensions(data.dimension),
    )
    return _particulars(data, StationKind.CLASS_A, particulars, receipt)


def static_parts(body: wire.Body, receipt: Receipt) -> Decoded:
    """Read one part of a StaticDataReport (message 24)."""
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
            **dimensions(dimension),
        )
    elif not parts.part_number and parts.report_a is not None:
        particulars = Particulars(name=fields.text(parts.report_a.name))
    return _particulars(parts, StationKind.CLASS_B, particulars, receipt)


def _particulars(
    sent: wire.Static | wire.StaticParts,
    sent_as: StationKind,
    particulars: Particulars,
    receipt: Receipt,
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


def dimensions(size: wire.Dimension | None) -> dict[str, Any]:
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
