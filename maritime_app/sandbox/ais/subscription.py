"""What a client asked for, read as leniently and refused as bluntly as the real service does."""

from typing import Any

import msgspec

from maritime_app.vessels.ais.encode import Sent

MALFORMED = "Subscription Object Is Malformed"
BAD_KEY = "Api Key Is Not Valid"
_SHIPS_AT_MOST = 50


class Refused(Exception):
    """The text of the error that the client is sent."""


class Subscription(msgspec.Struct, frozen=True):
    """Boxes are (south, west, north, east); without boxes nothing is sent, as with the real
    service.
    """

    boxes: tuple[tuple[float, float, float, float], ...] = ()
    ships: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()

    def wants(self, sent: Sent) -> bool:
        """Whether this message goes to the subscriber."""
        if self.types and sent.message_type not in self.types:
            return False
        if self.ships and sent.mmsi not in self.ships:
            return False
        return any(
            south <= sent.lat <= north and west <= sent.lon <= east
            for south, west, north, east in self.boxes
        )


def read(text: str | bytes) -> Subscription:
    """A subscription from its JSON; keys in any case.

    Raises Refused with the service's own words.
    """
    try:
        asked = msgspec.json.decode(text)
    except (ValueError, msgspec.MsgspecError):
        raise Refused(MALFORMED) from None
    if not isinstance(asked, dict):
        raise Refused(MALFORMED)
    values = {str(key).lower(): value for key, value in asked.items()}
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
    if len(set(types)) != len(types) or len(ships) > _SHIPS_AT_MOST:
        raise Refused(MALFORMED)
    return Subscription(boxes, ships, frozenset(types))


def _box(corners: Any) -> tuple[float, float, float, float]:
    """Any two opposite corners, each [lat, lon]."""
    (lat_a, lon_a), (lat_b, lon_b) = corners
    lats, lons = sorted((float(lat_a), float(lat_b))), sorted((float(lon_a), float(lon_b)))
    return lats[0], lons[0], lats[1], lons[1]
