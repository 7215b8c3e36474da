"""A port's liner connectivity by quarter. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct

from maritime_app.ports.statistics.model import Provenance, StoredObservation
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.tables import INDEX, PLSCI


class Point(Struct, frozen=True):
    """One period of a line, with the reading it is from and the page of its history."""

    measure: str
    period_code: str
    start: date
    value: float
    source: Provenance
    history: str


class Connectivity(Struct, frozen=True):
    """A port's connectivity index by quarter, oldest first; quarters without a figure are missing.

    `rank` 1 of `places` is the best connected; 0 of 0 where there are too few to rank.
    """

    source: Provenance
    points: tuple[Point, ...]
    rank: int = 0
    places: int = 0

    @property
    def latest(self) -> Point:
        """The newest quarter."""
        return self.points[-1]

    @property
    def has_ended(self) -> bool:
        """Whether the publisher has newer figures, of other ports only."""
        return self.latest.period_code < self.source.as_of

    @property
    def change_percent(self) -> float | None:
        """The change against the same quarter a year before; None when that one is missing."""
        code = year_before(self.latest.period_code)
        old = next((point.value for point in self.points if point.period_code == code), None)
        return (self.latest.value / old - 1) * 100 if old else None


def connectivity(
    sources: Mapping[UUID, Provenance], observations: Iterable[StoredObservation]
) -> Connectivity | None:
    """Return the index line, gaps left open; None without a single figure."""
    found = [
        each
        for each in observations
        if each.report == PLSCI and each.measure == INDEX and each.value is not None
    ]
    if not found:
        return None
    points = tuple(
        _point(each, each.value, sources[each.vintage_id])
        for each in found
        if each.value is not None
    )
    return Connectivity(sources[found[-1].vintage_id], points)


def _point(stored: StoredObservation, value: float, source: Provenance) -> Point:
    return Point(
        measure=stored.measure,
        period_code=stored.period_code,
        start=stored.period_start,
        value=value,
        source=source,
        history=stored.history(source.source),
    )
