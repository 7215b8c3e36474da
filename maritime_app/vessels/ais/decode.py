"""One AISStream frame to a Report, or the reason why it is rejected.

One pass, no I/O, no exceptions.
"""

from collections.abc import Callable

import msgspec

from maritime_app.vessels.ais import fields, positions, statics, times, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.model import Flag, Rejection

_decode = msgspec.json.Decoder(wire.Envelope).decode
_CLOCK_SLACK_MS = 120_000  # a receiver's clock may be that far ahead of ours


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
    return reader(envelope.message, Receipt(at_ms, fields.text(meta.ship_name), flags))


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


_READERS: dict[str, Callable[[wire.Body, Receipt], Decoded]] = {
    "PositionReport": positions.position,
    "StandardClassBPositionReport": positions.class_b,
    "ExtendedClassBPositionReport": positions.extended_class_b,
    "BaseStationReport": positions.base_station,
    "StandardSearchAndRescueAircraftReport": positions.aircraft,
    "AidsToNavigationReport": positions.aid,
    "LongRangeAisBroadcastMessage": positions.long_range,
    "GroupAssignmentCommand": positions.mislabelled,
    "ShipStaticData": statics.static,
    "StaticDataReport": statics.static_parts,
}
