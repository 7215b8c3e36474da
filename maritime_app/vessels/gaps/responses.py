"""Gaps as programs get them, and what may be asked."""

from datetime import datetime, timedelta

from msgspec import Struct

from maritime_app.geo import distance_m
from maritime_app.vessels.events.requests import EventsRequest
from maritime_app.vessels.gaps.model import HEARD_SHARE, ListedGap
from maritime_app.vessels.model import Source


class GapsRequest(EventsRequest, frozen=True, kw_only=True):
    """The gaps of all ships, or of one, not over at `since` (7 days ago, at most 92)."""


class GapResponse(Struct, frozen=True):
    """A ship under way that was not heard: from its last report before to the next.

    `ended_at`, its place and `metres` (straight from one to the other) are null while it goes on.
    `heard_share` is the share of its hours in which others were heard within a degree of where it
    fell silent; `reception` is "others_heard" from a half on, else "unknown": then nobody may have
    been listening there.
    """

    id: str
    mmsi: int
    ship: str | None
    began_at: datetime
    lat: float
    lon: float
    knots: float
    ended_at: datetime | None
    end_lat: float | None
    end_lon: float | None
    metres: int | None
    hours: float | None
    heard_share: float
    reception: str
    source: str
    invented: bool


class GapsResponse(Struct, frozen=True):
    """Gaps, the newest first: `total` on all pages, `next_cursor` null on the last one."""

    as_of: datetime
    since: datetime
    gaps: list[GapResponse]
    total: int = 0
    next_cursor: str | None = None


def gap_response(listed: ListedGap) -> GapResponse:
    """Return a gap for programs."""
    gap, source = listed.gap, Source(listed.gap.source)
    metres = hours = None
    if gap.ended_at is not None and gap.end_lat is not None and gap.end_lon is not None:
        metres = round(distance_m(gap.lat, gap.lon, gap.end_lat, gap.end_lon))
        hours = round((gap.ended_at - gap.began_at) / timedelta(hours=1), 1)
    return GapResponse(
        id=str(gap.id),
        mmsi=gap.mmsi,
        ship=listed.ship_name,
        began_at=gap.began_at,
        lat=round(gap.lat, 6),
        lon=round(gap.lon, 6),
        knots=round(gap.knots, 1),
        ended_at=gap.ended_at,
        end_lat=gap.end_lat,
        end_lon=gap.end_lon,
        metres=metres,
        hours=hours,
        heard_share=gap.heard_share,
        reception="others_heard" if gap.heard_share >= HEARD_SHARE else "unknown",
        source=source.code,
        invented=source.invented,
    )
