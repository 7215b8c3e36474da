"""Where satellite positions are disturbed."""

from msgspec import Struct


class InterferenceArea(Struct, frozen=True):
    """A square of `degrees` in which several ships' positions failed at one time: jamming or
    spoofing of satellite positions. UTC epoch ms; `ships` failed within a quarter of an hour.
    """

    lat_min: float
    lon_min: float
    degrees: float
    since_ms: int
    last_ms: int
    ships: int
