"""Hours of ships as programs get them, and what may be asked."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.geo import Box
from maritime_app.vessels.replay.silences import Silence

MOST_POINTS: Final = 40_000
_LONGEST: Final = timedelta(hours=6)
_LEAST_STEP_SECONDS: Final = 10.0

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class ReplayRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ships in a box between two instants, at most six hours and one point a step.

    A box with lng_min > lng_max crosses the antimeridian.
    """

    lat_min: Latitude
    lat_max: Latitude
    lng_min: Longitude
    lng_max: Longitude
    since: datetime
    until: datetime
    step_seconds: Annotated[float, Meta(ge=_LEAST_STEP_SECONDS, le=3_600)] = 60.0

    def interval(self, keep_days: int) -> tuple[datetime, datetime]:
        """Return the interval in UTC; raise Invalid for one that is impossible or too long."""
        wrong = {}
        try:
            since, until = clock.in_utc(self.since), clock.in_utc(self.until)
        except OverflowError:  # an hour before the first year, or after the last
            wrong["since"] = "This is no instant of this age."
            raise Invalid("The interval is not possible.", wrong) from None
        if not timedelta(0) < until - since <= _LONGEST:
            wrong["since"] = "This must lie before until, by at most six hours."
        elif since < clock.now() - timedelta(days=keep_days + 1):
            wrong["since"] = f"This must be within the last {keep_days} days."
        if self.lat_min > self.lat_max:
            wrong["lat_min"] = "This must not be north of lat_max."
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong)
        return since, until

    def box(self) -> Box:
        """Return the box."""
        return Box(self.lat_min, self.lat_max, self.lng_min, self.lng_max)


class ReplayPoint(Struct, frozen=True, array_like=True):
    """Seconds after `since`, latitude, longitude, speed (knots), course (degrees)."""

    seconds: int
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None


class ReplayShip(Struct, frozen=True):
    """One ship's points, the oldest first; `key` tells apart stations under one number."""

    key: int
    mmsi: int
    name: str | None
    type: str
    source: str
    points: list[ReplayPoint]


class ReplayResponse(Struct, frozen=True):
    """Ships in a box, by number. `truncated`: there were more; ask for a smaller box or interval.

    Between two points a ship may be drawn on a straight line: a point is stored where the ship was
    not where its last course and speed would have brought it, and every five minutes under way, or
    fifteen at rest. Positions that cannot be believed are left out.

    `held_since` is when the oldest position that is held was reported, of any ship; null: none is
    held. `unheard` are the times, twenty minutes or more, in which nothing was recorded of any ship
    anywhere: there, no ships does not mean an empty sea.
    """

    since: datetime
    until: datetime
    truncated: bool
    held_since: datetime | None
    unheard: list[Silence]
    ships: list[ReplayShip]
