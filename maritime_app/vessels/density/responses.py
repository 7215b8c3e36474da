"""Traffic density as programs get it, and what may be asked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from msgspec import Meta, Raw, Struct

from maritime_app.errors import Invalid
from maritime_app.geo import Box
from maritime_app.vessels.density.grid import SIZES, Cells, cells_in, finest_in
from maritime_app.vessels.density.model import KEPT_DAYS, ShipClass

# A screen has cells of some twenty pixels; the world has so many of five degrees.
_USUAL_CELLS: Final = 2_600
_MOST_CELLS: Final = 10_000
_USUAL_DAYS: Final = 31
_CLASS_BY_CODE: Final = {each.code: each for each in ShipClass}
COVERAGE: Final = (
    "Counted from the tracks of our own sources. Where there is no cell nobody was heard; "
    "that is not to say that no ship passed."
)

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class DensityFormat(StrEnum):
    """How density is written."""

    GEOJSON = "geojson"
    CSV = "csv"


class DensityRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box in degrees, which crosses the antimeridian where `lng_min` is above `lng_max`; so many
    days back; a list of classes with commas (all of them, if none is named).

    `cell_degrees` is the length of a cell's side: 0.05, 0.1, 0.25, 0.5, 1, 2.5 or 5; left out, the
    finest of which the box has at most 2,600.
    """

    lat_min: Latitude
    lat_max: Latitude
    lng_min: Longitude
    lng_max: Longitude
    days: Annotated[int, Meta(ge=1, le=KEPT_DAYS)] = 7
    types: str = ""
    cell_degrees: float | None = None
    format: DensityFormat = DensityFormat.GEOJSON

    def cells(self) -> Cells:
        """Return the cells of the box; raise Invalid for one that is impossible, and for too many
        cells.
        """
        if self.lat_min > self.lat_max:
            wrong = {"lat_min": "This must not be north of lat_max."}
            raise Invalid("The box is not possible.", wrong)
        box = Box(self.lat_min, self.lat_max, self.lng_min, self.lng_max)
        if self.cell_degrees is None:
            return finest_in(box, _USUAL_CELLS)
        if self.cell_degrees not in SIZES:
            sizes = ", ".join(f"{each:g}" for each in SIZES)
            raise Invalid("There are no such cells.", {"cell_degrees": f"One of {sizes}."})
        cells = cells_in(box, self.cell_degrees)
        if cells.how_many > _MOST_CELLS:
            wrong = {"cell_degrees": "Choose a smaller box or greater cells: 10,000 at most."}
            raise Invalid("The box has too many cells.", wrong)
        return cells

    def classes(self) -> list[ShipClass]:
        """Return the classes that are counted; raise Invalid for unknown ones."""
        codes = {part.strip() for part in self.types.split(",")} - {""}
        if not codes <= _CLASS_BY_CODE.keys():
            known = ", ".join(_CLASS_BY_CODE)
            raise Invalid("A value is not known.", {"types": f"One of {known}."})
        return [each for code, each in _CLASS_BY_CODE.items() if code in codes or not codes]

    def is_export(self, cells: Cells) -> bool:
        """Return whether it asks for a file, or for more than a map shows."""
        is_file = self.format is not DensityFormat.GEOJSON
        return is_file or cells.how_many > _USUAL_CELLS or self.days > _USUAL_DAYS


class DensityDay(Struct, frozen=True):
    """A UTC day that was counted until an instant. In `heard_hours` of its hours any ship was
    heard, wherever.
    """

    day: date
    heard_hours: int
    until: datetime


class DensityResponse(Struct, frozen=True):
    """How many different ships a day were in each cell, as a GeoJSON FeatureCollection (RFC 7946).

    A ship counts once a day in a cell, however often it passes or long it stays; cells do not add
    up. `days` are those that were counted: whole ones, else (`whole` false) today so far.
    `as_of` is when the newest of them ends; null while none is counted. `invented` by the sandbox.
    Each feature is the middle of a cell with `ships_per_day`, the mean of these days.
    """

    as_of: datetime | None
    whole: bool
    days: list[DensityDay]
    heard_hours: int
    cell_degrees: float
    types: list[str]
    sources: list[str]
    invented: bool
    coverage: str
    features: Raw
    unit: str = "ships a day"
    type: Literal["FeatureCollection"] = "FeatureCollection"
