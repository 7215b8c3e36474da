"""A client's subscription, read as leniently and refused as bluntly as the real service does."""

from typing import Any

import msgspec

from maritime_app.vessels.ais.encode import EncodedMessage

MALFORMED = "Subscription Object Is Malformed"
BAD_KEY = "Api Key Is Not Valid"
_MAX_SHIPS = 50


class Refused(Exception):
    """The text of the error that the client is message."""


class Subscription(msgspec.Struct, frozen=True):
    """Boxes are (south, west, north, east); without boxes nothing is sent, as with the real
    service.
    """

    boxes: tuple[tuple[float, float, float, float], ...] = ()
    ships: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()

    def matches(self, message: EncodedMessage) -> bool:
        """Whether this message goes to the subscriber."""
        if self.types and message.message_type not in self.types:
            return False
        if self.ships and message.mmsi not in self.ships:
            return False
        return any(
            south <= message.lat <= north and west <= message.lon <= east
            for south, west, north, east in self.boxes
        )


def read(text: str | bytes) -> Subscription:
    """Return a subscription from its JSON, keys in any case.

    Raise Refused with the words of the real service.
    """
    try:
        document = msgspec.json.decode(text)
    except (ValueError, msgspec.MsgspecError):
        raise Refused(MALFORMED) from None
    if not isinstance(document, dict):
        raise Refused(MALFORMED)
    values = {str(key).lower(): value for key, value in document.items()}
    key = values.get("apikey")
    if not isinstance(key, str):
        raise Refused(MALFORMED)
    if not key or key.startswith("bad"):
        raise Refused(BAD_KEY)
    try:
        boxes = tuple(_box(box) for box in values.get("boundingboxes") or ())
        ships = frozenset(int(mmsi) for mmsi in values.get("filtersshipmmsi") or ())
        types = [str(name) for name in values.get("filtermessagetypes") or ()]
    except (TypeError, ValueError, KeyError):
        raise Refused(MALFORMED) from None
    if len(set(types)) != len(types) or len(ships) > _MAX_SHIPS:
        raise Refused(MALFORMED)
    return Subscription(boxes, ships, frozenset(types))


def _box(corners: Any) -> tuple[float, float, float, float]:
    """Return the box of any two opposite corners, each [lat, lon]."""
    (lat_a, lon_a), (lat_b, lon_b) = corners
    lats, lons = sorted((float(lat_a), float(lat_b))), sorted((float(lon_a), float(lon_b)))
    return lats[0], lons[0], lats[1], lons[1]
