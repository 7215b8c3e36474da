"""A frame without its fields of the wrong type; a message with its number that stood elsewhere.

One odd field need not cost the message.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from maritime_app.vessels.ais import wire

# Without one of these a message is about nobody, or from nowhere.
_NEEDED: Final = frozenset({"UserID", "Latitude", "Longitude"})
_MOST_DIGITS: Final = 10
_META_NAMES: Final = ("MetaData", "Metadata")


def envelope(frame: bytes) -> wire.Envelope | None:
    """Return the envelope without the fields that have the wrong type.

    None when there is no message of a known type in it, or when who or where is among those fields.
    """
    try:
        raw = msgspec.json.decode(frame)
        kept = {"MessageType": raw["MessageType"], "Message": _message(raw)}
        for name in _META_NAMES:
            if isinstance(raw.get(name), dict):
                kept[name] = _fitting(raw[name], wire.Meta) | _time_as_text(raw[name])
        return msgspec.convert(kept, wire.Envelope)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def with_number(frame: bytes) -> wire.Envelope | None:
    """Return the envelope of a message without a number, with the one that its MetaData has.

    None when the message has a number (whatever it is worth), or MetaData none. A null is none.
    """
    try:
        raw = msgspec.json.decode(frame)
        meta = next(raw[name] for name in _META_NAMES if name in raw)
        name = raw["MessageType"]
        if raw["Message"][name].get("UserID") is not None:
            return None
        body = raw["Message"][name] | {"UserID": meta["MMSI"]}
        return envelope(msgspec.json.encode({**raw, "Message": {name: body}}))
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
        return None


def _message(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the one message of the envelope's type. Raise KeyError or ValueError without it."""
    name = raw["MessageType"]
    sent = raw["Message"][name]
    body = _fitting(sent, _kind_of(name))
    if any(sent.get(key) is not None and key not in body for key in _NEEDED):
        raise ValueError("the message does not say who or where")
    return {name: body}


def _kind_of(message_type: str) -> type[Struct]:
    for field in msgspec.structs.fields(wire.Body):
        if field.encode_name == message_type:
            kind: type[Struct] = next(arm for arm in field.type.__args__ if arm is not type(None))
            return kind
    raise KeyError(message_type)


def _fitting(values: dict[str, Any], kind: type[Struct]) -> dict[str, Any]:
    """Return the values that the struct accepts; whole numbers written as 90.0 or as "90" become
    integers where one is wanted.
    """
    fitting = {}
    for key, value in values.items():
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        for candidate in (whole, _number_in(value)):
            if _fits(key, candidate, kind):
                fitting[key] = candidate
                break
    return fitting


def _fits(key: str, value: Any, kind: type[Struct]) -> bool:
    try:
        msgspec.convert({key: value}, kind)
    except msgspec.ValidationError:
        return False
    return True


def _number_in(value: Any) -> Any:
    """Return the number that a text of at most ten digits is; anything else as it is."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal()
    return int(value) if is_number and len(value) <= _MOST_DIGITS else value


def _time_as_text(meta: dict[str, Any]) -> dict[str, str]:
    """Return a time that is no text as one that cannot be read: it was told, and not as now."""
    told = meta.get("time_utc")
    return {} if told is None or isinstance(told, str) else {"time_utc": f"{told!r}"}
