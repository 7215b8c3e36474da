"""One AISStream frame to a Report or a SafetyText, or the reason why it is rejected.

One pass, no I/O, no exceptions.
"""

from collections.abc import Callable

import msgspec

from maritime_app.vessels.ais import positions, repair, statics, times, wire
from maritime_app.vessels.ais.receipt import Decoded, Receipt
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import Rejection

_decode = msgspec.json.Decoder(wire.Envelope).decode
_Reader = Callable[[wire.Body, Receipt], Decoded]


def decode(frame: bytes, received_ms: int) -> Decoded:
    """Return what one frame (text or binary, UTF-8 JSON) says, or a Rejection.

    Nothing is later than `received_ms` (UTC epoch milliseconds), whatever the sender's clock says.
    """
    try:
        envelope = _decode(frame)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        mended = repair.envelope(frame) if isinstance(error, msgspec.ValidationError) else None
        if mended is None:
            return Rejection.MALFORMED
        envelope = mended
    reader = _READERS.get(envelope.message_type)
    if reader is None:
        return _without_reader(envelope)
    receipt = _receipt(envelope, received_ms)
    if envelope.message is None or receipt is None:
        return Rejection.MALFORMED if envelope.message is None else Rejection.BAD_TIME
    decoded = reader(envelope.message, receipt)
    return decoded if decoded is not Rejection.BAD_MMSI else _with_number(frame, reader, receipt)


def read(message_type: str, body: wire.Body, receipt: Receipt) -> Decoded:
    """Return what a message of that type says, whoever has taken it apart."""
    reader = _READERS.get(message_type)
    return Rejection.NO_STATE if reader is None else reader(body, receipt)


def error_text(frame: bytes) -> str | None:
    """Return the text of a frame `{"error": ...}`, as JSON where it is none; None for every other
    frame.
    """
    try:
        error = _decode(frame).error
        is_text = error is None or isinstance(error, str)
        return error if is_text else msgspec.json.encode(error).decode()
    except (ValueError, RecursionError):
        return None


def _receipt(envelope: wire.Envelope, received_ms: int) -> Receipt | None:
    """Return what the envelope says; None when its time cannot be read."""
    meta = envelope.meta or envelope.metadata
    if meta is None:  # a mirror may leave it out: then all that is known is that it came now
        return Receipt(received_ms, None, 0)
    if not meta.time_utc:
        return Receipt(received_ms, meta.ship_name or None, 0)
    try:
        at_ms = times.go_time_ms(meta.time_utc)
    except (ValueError, OverflowError):
        return None
    if at_ms < 0:  # before 1970: no time is stored like that
        return None
    flags = 0
    if at_ms > received_ms:
        flags = Flag.BAD_CLOCK if at_ms > received_ms + times.CLOCK_SLACK_MS else 0
        at_ms = received_ms
    return Receipt(at_ms, meta.ship_name or None, flags)


def _with_number(frame: bytes, reader: _Reader, receipt: Receipt) -> Decoded:
    """Read a message without a number again, with the one that MetaData has."""
    numbered = repair.with_number(frame)
    if numbered is None or numbered.message is None:
        return Rejection.BAD_MMSI
    return reader(numbered.message, receipt)


def _without_reader(envelope: wire.Envelope) -> Rejection:
    if envelope.message_type == "SubscriptionConfirmation":
        return Rejection.CONFIRMATION
    if envelope.error is not None:
        return Rejection.FEED_ERROR
    return Rejection.NO_STATE if envelope.message_type in wire.STATELESS else Rejection.UNKNOWN_TYPE


_READERS: dict[str, _Reader] = {
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
    "SafetyBroadcastMessage": statics.safety_text,
    "AddressedSafetyMessage": statics.safety_text,
    "AddessedSafetyMessage": statics.safety_text,
}
