"""Encounters as programs get them, and what may be asked."""

from datetime import datetime, timedelta

from msgspec import Struct

from maritime_app.vessels.encounters.model import ListedEncounter
from maritime_app.vessels.events.requests import EventsRequest
from maritime_app.vessels.model import Source


class EncountersRequest(EventsRequest, frozen=True, kw_only=True):
    """The encounters of all ships, or of one, not over at `since` (7 days ago, at most 92)."""


class EncounterShip(Struct, frozen=True):
    """One of the two."""

    mmsi: int
    name: str | None


class EncounterResponse(Struct, frozen=True):
    """Two ships within 500 m for two hours or more, at a median speed below two knots, ten
    kilometres or more from every harbour.

    Where it began; `ended_at` is null while it goes on, `last_at` when they were last seen so.
    `closest_m` is of two positions brought to one time.
    """

    id: str
    ships: list[EncounterShip]
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None
    hours: float
    lat: float
    lon: float
    median_knots: float
    closest_m: int
    source: str
    invented: bool


class EncountersResponse(Struct, frozen=True):
    """Encounters, the newest first: `total` on all pages, `next_cursor` null on the last one."""

    as_of: datetime
    since: datetime
    encounters: list[EncounterResponse]
    total: int = 0
    next_cursor: str | None = None


def encounter_response(listed: ListedEncounter) -> EncounterResponse:
    """Return an encounter for programs."""
    one, source = listed.encounter, Source(listed.encounter.source)
    return EncounterResponse(
        id=str(one.id),
        ships=[
            EncounterShip(one.mmsi, listed.ship_name),
            EncounterShip(one.other_mmsi, listed.other_name),
        ],
        began_at=one.began_at,
        last_at=one.last_at,
        ended_at=one.ended_at,
        hours=round((one.last_at - one.began_at) / timedelta(hours=1), 1),
        lat=round(one.lat, 6),
        lon=round(one.lon, 6),
        median_knots=round(one.median_knots, 1),
        closest_m=round(one.closest_m),
        source=source.code,
        invented=source.invented,
    )
