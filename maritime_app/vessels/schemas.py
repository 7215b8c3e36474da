"""Questions and answers of the HTTP interfaces.

Degrees, knots, metres, seconds, UTC; unknown is null.
"""

from datetime import datetime

from msgspec import Struct

from maritime_app.errors import Invalid
from maritime_app.geo import Box
from maritime_app.vessels.types import BY_CODE

MAX_POSITIONS = 5_000
MAX_TRACK_POINTS = 20_000


class VesselPositionsQuestion(Struct, frozen=True, kw_only=True):
    """A box, which may cross the antimeridian (lng_min > lng_max);

    `lon_` is understood as well as `lng_`.
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
    format: str = "json"

    def box(self) -> Box:
        """The box asked for. Raises Invalid naming each field that is missing or impossible."""
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
        """The types asked for, as group numbers; none means all.

        Raises Invalid for an unknown one.
        """
        codes = [code.strip() for code in self.types.split(",") if code.strip()]
        unknown = [code for code in codes if code not in BY_CODE]
        if unknown:
            raise Invalid("A type is not known.", {"types": f"must be among {', '.join(BY_CODE)}"})
        return [BY_CODE[code].value for code in codes]

    def check(self) -> None:
        """Raises Invalid for ages, pages and formats that cannot be answered."""
        wrong: dict[str, str] = {}
        if not 1 <= self.max_age_seconds <= 86_400:
            wrong["max_age_seconds"] = "must be between 1 and 86400"
        if not 1 <= self.limit <= MAX_POSITIONS:
            wrong["limit"] = f"must be between 1 and {MAX_POSITIONS}"
        if self.offset < 0:
            wrong["offset"] = "must not be negative"
        if self.format not in ("json", "geojson"):
            wrong["format"] = "must be json or geojson"
        if wrong:
            raise Invalid("Please check the question.", wrong)


class VesselFeed(Struct, frozen=True):
    """The feed's health: only `live` means that positions are coming in now."""

    state: str
    reason: str
    source: str
    age_seconds: float | None
    sandbox: bool


class VesselPosition(Struct, frozen=True):
    """One ship's last report. `stale` after ten minutes without another."""

    mmsi: int
    name: str | None
    type: str
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: str | None
    reported_at: datetime
    age_seconds: float
    stale: bool
    callsign: str | None = None
    imo: int | None = None
    destination: str | None = None


class VesselPositions(Struct, frozen=True):
    """One page of the ships in a box, newest report first."""

    total: int
    count: int
    limit: int
    offset: int
    as_of: datetime
    feed: VesselFeed
    vessels: list[VesselPosition]


class VesselDetail(Struct, frozen=True):
    """What is known of a ship: what it told of itself, and its last report."""

    mmsi: int
    name: str | None
    callsign: str | None
    imo: int | None
    type: str
    ship_type: int | None
    kind: str
    length_m: int | None
    beam_m: int | None
    draught_m: float | None
    destination: str | None
    eta_at: datetime | None
    seen_at: datetime | None
    position: VesselPosition | None
    source: str
    feed: VesselFeed


class VesselFound(Struct, frozen=True):
    """One line of a search."""

    mmsi: int
    name: str | None
    imo: int | None
    type: str
    seen_at: datetime


class VesselSearchQuestion(Struct, frozen=True):
    """The beginning of a name, or a whole MMSI or IMO number."""

    q: str = ""
    limit: int = 20


class VesselTrackQuestion(Struct, frozen=True, kw_only=True):
    """An interval of at most 31 days, by default the last 24 hours; `simplify_m` is a tolerance."""

    hours: float = 24.0
    since: datetime | None = None
    until: datetime | None = None
    simplify_m: float = 0.0
    format: str = "json"


class VesselTrackPoint(Struct, frozen=True, array_like=True):
    """Time, latitude, longitude, speed (knots), course, heading (degrees), navigational state."""

    at: datetime
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: str | None


class VesselTrack(Struct, frozen=True):
    """A track as pieces between which the ship was not heard or could not have sailed."""

    mmsi: int
    since: datetime
    until: datetime
    points: int
    truncated: bool
    fields: tuple[str, ...]
    pieces: list[list[VesselTrackPoint]]
