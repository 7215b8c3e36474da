"""Neighbours as programs get them, and what may be asked."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct


class NeighboursRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is within so many metres of a ship, at most so many."""

    radius_m: Annotated[float, Meta(ge=100, le=50_000)] = 10_000.0
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class NeighbourResponse(Struct, frozen=True):
    """A ship near another one, both brought to `as_of` by course and speed.

    `tcpa_seconds` is when they are closest, if both hold on, and `cpa_m` how close; null where one
    of the positions cannot be believed or is older than ten minutes, or where they do not move
    against one another or have passed. `is_close`: within half a mile in the next half hour, both
    under way, and not in a harbour.
    """

    mmsi: int
    hypothesis: int
    name: str | None
    type: str
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    reported_at: datetime
    distance_m: int
    bearing_deg: int
    tcpa_seconds: int | None
    cpa_m: int | None
    is_close: bool
    source: str


class NeighboursResponse(Struct, frozen=True):
    """The ships near one: those that come close first, then the nearest.

    `in_harbour`: within three kilometres of one, where ships pass closely all day and nothing is
    called close.
    """

    as_of: datetime
    mmsi: int
    in_harbour: bool
    neighbours: list[NeighbourResponse]
