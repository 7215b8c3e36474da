"""Requests of the HTTP interfaces, and what of them cannot be answered."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from maritime_app.clock import in_utc
from maritime_app.errors import Invalid
from maritime_app.geo import Box
from maritime_app.vessels.codes.flag_states import MIDS_BY_STATE
from maritime_app.vessels.codes.ship_types import GROUP_BY_CODE, STATUS_BY_CODE
from maritime_app.vessels.model import CodedIntEnum, Source

MAX_POSITIONS: Final = 5_000
_USUAL: Final = 1_000  # ships of a page, if nothing is said
MAX_TRACK_POINTS: Final = 20_000
_MAX_NUMBERS: Final = 200
_LONGEST_TRACK_HOURS: Final = 31 * 24
_LONGEST_TRACK: Final = timedelta(hours=_LONGEST_TRACK_HOURS)
_SOURCE_BY_CODE: Final[dict[str, CodedIntEnum]] = {source.code: source for source in Source}


class PositionsFormat(StrEnum):
    """How positions are written."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"
    KML = "kml"


class PositionFields(StrEnum):
    """How much of each ship is told."""

    SIMPLE = "simple"
    STANDARD = "standard"
    EXTENDED = "extended"


class TrackFormat(StrEnum):
    """How a track is written."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"
    KML = "kml"
    GPX = "gpx"


class VesselPositionsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box, which may cross the antimeridian (lng_min > lng_max), filters and a page.

    `lon_` is understood as well as `lng_`. `types`, `status`, `flag`, `source`, `mmsi` and `imo`
    are lists with commas; with `mmsi` or `imo` the box may be left out. `since` leaves out ships
    that have not reported after it. With `cursor` (empty: the first page) pages follow the ships'
    numbers, so that no report moves a ship from one page to another.
    """

    lat_min: float | None = None
    lat_max: float | None = None
    lng_min: float | None = None
    lng_max: float | None = None
    lon_min: float | None = None
    lon_max: float | None = None
    types: str = ""
    status: str = ""
    flag: str = ""
    source: str = ""
    mmsi: str = ""
    imo: str = ""
    speed_min: float | None = None
    speed_max: float | None = None
    since: datetime | None = None
    max_age_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 3600
    limit: Annotated[int, Meta(ge=1, le=MAX_POSITIONS)] = _USUAL
    offset: Annotated[int, Meta(ge=0)] = 0
    cursor: str | None = None
    fields: PositionFields = PositionFields.STANDARD
    format: PositionsFormat = PositionsFormat.JSON

    def is_export(self) -> bool:
        """Return whether it asks for a file, or for more than one usually looks at: a ship takes
        some 15 us.
        """
        return self.format is not PositionsFormat.JSON or self.limit > _USUAL

    def box(self) -> Box:
        """Return the box; the whole world when ships are asked for by number.

        Raise Invalid naming each edge that is missing or impossible.
        """
        west = self.lng_min if self.lng_min is not None else self.lon_min
        east = self.lng_max if self.lng_max is not None else self.lon_max
        edges = {"lat_min": self.lat_min, "lat_max": self.lat_max, "lng_min": west, "lng_max": east}
        if (self.mmsi or self.imo) and all(value is None for value in edges.values()):
            return Box(-90, 90, -180, 180)
        wrong: dict[str, str] = {}
        for name, value in edges.items():
            limit = 90 if name.startswith("lat") else 360
            if value is None:
                wrong[name] = "This is required, in degrees."
            elif not -limit <= value <= limit:
                wrong[name] = f"Between -{limit} and {limit} degrees."
        south, north = edges["lat_min"], edges["lat_max"]
        if not wrong and south is not None and north is not None and south > north:
            wrong["lat_min"] = "This must not be north of lat_max."
        if wrong or south is None or north is None or west is None or east is None:
            raise Invalid("The box is not complete or not possible.", wrong)
        if east - west >= 360:
            return Box(south, north, -180, 180)
        return Box(south, north, _wrapped(west), _wrapped(east))

    def groups(self) -> list[int]:
        """Return the requested groups by number, empty for all. Raise Invalid for unknown ones."""
        return _numbers_of("types", self.types, GROUP_BY_CODE)

    def statuses(self) -> list[int]:
        """Return the requested navigational statuses. Raise Invalid for unknown ones."""
        return _numbers_of("status", self.status, STATUS_BY_CODE)

    def sources(self) -> list[int]:
        """Return the requested sources. Raise Invalid for unknown ones."""
        return _numbers_of("source", self.source, _SOURCE_BY_CODE)

    def mids(self) -> list[int]:
        """Return the flags' maritime identification digits; raise Invalid for unknown ones."""
        states = [code.upper() for code in _listed(self.flag)]
        if any(state not in MIDS_BY_STATE for state in states):
            message = "Two-letter codes of states with ships, such as GR,IT."
            raise Invalid("A flag is not known.", {"flag": message})
        return [mid for state in states for mid in MIDS_BY_STATE[state]]

    def mmsis(self) -> list[int]:
        """Return the requested MMSIs. Raise Invalid for what is none."""
        return _whole_numbers("mmsi", self.mmsi)

    def imos(self) -> list[int]:
        """Return the requested IMO numbers. Raise Invalid for what is none."""
        return _whole_numbers("imo", self.imo.upper().replace("IMO", ""))

    def after_key(self) -> int | None:
        """Return the key behind which a page begins, None for pages by offset."""
        if self.cursor is None:
            return None
        if self.cursor == "0" or (self.cursor.isascii() and self.cursor.isdigit()):
            return int(self.cursor[:10])
        wrong = {"cursor": "The next_cursor of an answer, or 0."}
        raise Invalid("The cursor is not one of ours.", wrong)


class VesselSearchRequest(Struct, frozen=True):
    """A part of a name, the beginning of a call sign, an MMSI or an IMO number."""

    q: str = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class VesselTrackRequest(Struct, frozen=True, kw_only=True):
    """An interval: the last `hours`, or from `since` to `until`; `simplify_m` in metres."""

    hours: Annotated[float, Meta(gt=0, le=_LONGEST_TRACK_HOURS)] = 24.0
    since: datetime | None = None
    until: datetime | None = None
    simplify_m: Annotated[float, Meta(ge=0, le=50_000)] = 0.0
    format: TrackFormat = TrackFormat.JSON

    def interval(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the interval in UTC.

        Raise Invalid for one that is empty or longer than 31 days.
        """
        until = in_utc(self.until) if self.until else now
        since = in_utc(self.since) if self.since else until - timedelta(hours=self.hours)
        if not timedelta(0) < until - since <= _LONGEST_TRACK:
            raise _impossible_interval("since", "This must lie before until, by at most 31 days.")
        return since, until


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _numbers_of(name: str, text: str, known: dict[str, CodedIntEnum]) -> list[int]:
    codes = _listed(text)
    if any(code not in known for code in codes):
        raise Invalid("A value is not known.", {name: f"One of {', '.join(known)}."})
    return [known[code].value for code in codes]


def _whole_numbers(name: str, text: str) -> list[int]:
    parts = _listed(text)
    if len(parts) > _MAX_NUMBERS or not all(p.isascii() and p.isdigit() for p in parts):
        message = f"At most {_MAX_NUMBERS} whole numbers with commas between them."
        raise Invalid("A number is not one.", {name: message})
    return [int(part[:10]) for part in parts]


def _wrapped(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 540) % 360 - 180


def _impossible_interval(field: str, message: str) -> Invalid:
    return Invalid("The interval is not possible.", {field: message})
