"""Encounters as programs get them, and what may be asked."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from maritime_app.errors import Invalid
from maritime_app.vessels.api.requests import check_window
from maritime_app.vessels.api.schemas import PointGeometry
from maritime_app.vessels.encounters.model import ListedEncounter
from maritime_app.vessels.model import Source

MOST_ENCOUNTERS: Final = 1_000
_USUAL: Final = timedelta(days=7)


class EncountersRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The encounters of all ships, or of one, not over at `since` (7 days ago, at most 92)."""

    mmsi: Annotated[int, Meta(ge=0, le=999_999_999)] = 0
    since: datetime | None = None
    limit: int = 100

    def check(self, now: datetime) -> datetime:
        """Return since when; raise Invalid naming what cannot be answered."""
        since, wrong = check_window(self.limit, MOST_ENCOUNTERS, self.since, now, _USUAL)
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong)
        return since


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
    """Encounters, the newest first."""

    as_of: datetime
    since: datetime
    encounters: list[EncounterResponse]


class EncounterFeature(Struct, frozen=True):
    """An encounter as a GeoJSON Feature."""

    id: str
    geometry: PointGeometry
    properties: EncounterResponse
    type: Literal["Feature"] = "Feature"


class EncounterFeatures(Struct, frozen=True):
    """Encounters as a GeoJSON FeatureCollection (RFC 7946)."""

    features: list[EncounterFeature]
    as_of: datetime
    since: datetime
    type: Literal["FeatureCollection"] = "FeatureCollection"


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


def features(answer: EncountersResponse) -> EncounterFeatures:
    """Return encounters as GeoJSON."""
    found = [
        EncounterFeature(one.id, PointGeometry((one.lon, one.lat)), one)
        for one in answer.encounters
    ]
    return EncounterFeatures(found, answer.as_of, answer.since)
