"""A frame without its fields of the wrong type; a message with its number that stood elsewhere.

One odd field need not cost the message.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from maritime_app.vessels.ais import wire

# Without one of these a message is about nobody, or from nowhere.
_NEEDED: Final = frozenset({"UserID", "Latitude", "Longitude"})
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
                kept[name] = _fitting(raw[name], wire.Meta)
        return msgspec.convert(kept, wire.Envelope)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def with_number(frame: bytes) -> wire.Envelope | None:
    """Return the envelope of a message without a number, with the one that its MetaData has.

    None when the message has a number (whatever it is worth), or MetaData none.
    """
    try:
        raw = msgspec.json.decode(frame)
        meta = next(raw[name] for name in _META_NAMES if name in raw)
        name = raw["MessageType"]
        if "UserID" in raw["Message"][name]:
            return None
        body = raw["Message"][name] | {"UserID": meta["MMSI"]}
        return msgspec.convert({**raw, "Message": {name: body}}, wire.Envelope)
    except (ValueError, LookupError, TypeError, StopIteration, RecursionError):
        return None


def _message(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the one message of the envelope's type. Raise KeyError or ValueError without it."""
    name = raw["MessageType"]
    body = _fitting(raw["Message"][name], _kind_of(name))
    if any(key in raw["Message"][name] and key not in body for key in _NEEDED):
        raise ValueError("the message does not say who or where")
    return {name: body}


def _kind_of(message_type: str) -> type[Struct]:
    for field in msgspec.structs.fields(wire.Body):
        if field.encode_name == message_type:
            kind: type[Struct] = next(arm for arm in field.type.__args__ if arm is not type(None))
            return kind
    raise KeyError(message_type)


def _fitting(values: dict[str, Any], kind: type[Struct]) -> dict[str, Any]:
    """Return the values that the struct accepts; whole numbers written as 90.0 become integers."""
    fitting = {}
    for key, value in values.items():
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        try:
            msgspec.convert({key: whole}, kind)
        except msgspec.ValidationError:
            continue
        fitting[key] = whole
    return fitting
