"""Requests of the HTTP interfaces, and what of them cannot be answered."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from maritime_app.errors import Invalid
from maritime_app.geo import Box
from maritime_app.vessels.ship_types import GROUP_BY_CODE

MAX_POSITIONS: Final = 5_000
MAX_TRACK_POINTS: Final = 20_000
_LONGEST_TRACK: Final = timedelta(days=31)


class PositionsFormat(StrEnum):
    """How positions are written."""

    JSON = "json"
    GEOJSON = "geojson"


class TrackFormat(StrEnum):
    """How a track is written."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


class VesselPositionsRequest(Struct, frozen=True, kw_only=True):
    """A box, which may cross the antimeridian (lng_min > lng_max), ship groups and a page.

    `lon_` is understood as well as `lng_`; `types` is a list of group codes with commas.
    """

    lat_min: float | None = None
    lat_max: float | None = None
    lng_min: float | None = None
    lng_max: float | None = None
    lon_min: float | None = None
    lon_max: float | None = None
    types: str = ""
    max_age_seconds: int = 3600
    limit: int = 1000
    offset: int = 0
    format: str = PositionsFormat.JSON

    def box(self) -> Box:
        """Return the box. Raise Invalid naming each edge that is missing or impossible."""
        west = self.lng_min if self.lng_min is not None else self.lon_min
        east = self.lng_max if self.lng_max is not None else self.lon_max
        edges = {"lat_min": self.lat_min, "lat_max": self.lat_max, "lng_min": west, "lng_max": east}
        wrong: dict[str, str] = {}
        for name, value in edges.items():
            limit = 90 if name.startswith("lat") else 180
            if value is None:
                wrong[name] = "is needed, in degrees"
            elif not -limit <= value <= limit:
                wrong[name] = f"must be between -{limit} and {limit} degrees"
        south, north = edges["lat_min"], edges["lat_max"]
        if not wrong and south is not None and north is not None and south > north:
            wrong["lat_min"] = "must not be north of lat_max"
        if wrong or south is None or north is None or west is None or east is None:
            raise Invalid("The box is not complete or not possible.", wrong)
        return Box(south, north, west, east)

    def groups(self) -> list[int]:
        """Return the requested groups by number, empty for all. Raise Invalid for unknown ones."""
        codes = [code.strip() for code in self.types.split(",") if code.strip()]
        if any(code not in GROUP_BY_CODE for code in codes):
            known = ", ".join(GROUP_BY_CODE)
            raise Invalid("A type is not known.", {"types": f"must be among {known}"})
        return [GROUP_BY_CODE[code].value for code in codes]

    def check(self) -> None:
        """Raise Invalid for ages, pages and formats that cannot be answered."""
        wrong: dict[str, str] = {}
        if not 1 <= self.max_age_seconds <= 86_400:
            wrong["max_age_seconds"] = "must be between 1 and 86400"
        if not 1 <= self.limit <= MAX_POSITIONS:
            wrong["limit"] = f"must be between 1 and {MAX_POSITIONS}"
        if self.offset < 0:
            wrong["offset"] = "must not be negative"
        if self.format not in list(PositionsFormat):
            wrong["format"] = "must be json or geojson"
        if wrong:
            raise Invalid("Please check the question.", wrong)


class VesselSearchRequest(Struct, frozen=True):
    """A name's beginning, an MMSI or an IMO number."""

    q: str = ""
    limit: int = 20


class VesselTrackRequest(Struct, frozen=True, kw_only=True):
    """An interval: the last `hours`, or from `since` to `until`; `simplify_m` in metres."""

    hours: float = 24.0
    since: datetime | None = None
    until: datetime | None = None
    simplify_m: float = 0.0
    format: str = TrackFormat.JSON

    def interval(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the interval in UTC.

        Raise Invalid for one that is empty or longer than 31 days.
        """
        until = _utc(self.until) if self.until else now
        if not 0 < self.hours <= 31 * 24:
            raise _impossible_interval("hours", "must be above 0 and at most 744")
        since = _utc(self.since) if self.since else until - timedelta(hours=self.hours)
        if not timedelta(0) < until - since <= _LONGEST_TRACK:
            raise _impossible_interval("since", "must lie before until, at most 31 days")
        return since, until

    def check(self) -> None:
        """Raise Invalid for a tolerance or a format that cannot be answered."""
        if not 0 <= self.simplify_m <= 50_000:
            raise Invalid(
                "The tolerance is not possible.", {"simplify_m": "must be between 0 and 50000"}
            )
        if self.format not in list(TrackFormat):
            raise Invalid("The format is not known.", {"format": "must be json, geojson or csv"})


def _impossible_interval(field: str, reason: str) -> Invalid:
    return Invalid("The interval is not possible.", {field: reason})


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
