"""Pure: observations of one place to the newest figure of each series, as a page shows them."""

from collections.abc import Container, Iterable, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from maritime_app.ports.statistics.connectivity import Connectivity
from maritime_app.ports.statistics.container_performance import ContainerPerformance
from maritime_app.ports.statistics.model import Observation, Provenance, StoredObservation
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.ship_types import ship_type
from maritime_app.ports.statistics.tables import DECIMALS, MEASURE_LABELS, UNITS
from maritime_app.ports.statistics.time_in_port import TimeInPort


class SeriesLine(Struct, frozen=True):
    """The newest figure of one series, and the one of a year before, each with the page of its
    history.

    `has_ended` when the publisher has figures of others for a newer period, not of this place.
    """

    report: str
    title: str
    measure: str
    measure_code: str
    market: str
    period: str
    first_period: str
    value: float
    before: float | None
    unit: str
    has_ended: bool
    source: Provenance
    history: str
    history_before: str = ""

    @property
    def ship_type(self) -> str:
        """The ship type in the reader's language; empty where the table has none."""
        return ship_type(self.market)

    @property
    def decimals(self) -> int:
        """How many decimals say something."""
        return min(DECIMALS.get(self.measure_code, 2), 2)


def lines(
    sources: Mapping[UUID, Provenance], observations: Iterable[StoredObservation]
) -> tuple[SeriesLine, ...]:
    """Return the newest figure of each series of a port and its country, beside the year before.

    By report, measure and ship type; what has no figure at all has no line.
    """
    series: dict[tuple[str, str, str], dict[str, StoredObservation]] = {}
    for each in observations:
        if each.value is not None:
            key = (each.report, each.measure, each.vessel_market)
            series.setdefault(key, {})[each.period_code] = each
    found = []
    for (report, measure, market), periods in sorted(series.items()):
        newest = periods[max(periods)]
        before = periods.get(year_before(newest.period_code))
        source = sources[newest.vintage_id]
        found.append(
            SeriesLine(
                report=report,
                title=source.title,
                measure=MEASURE_LABELS.get(measure, measure),
                measure_code=measure,
                market=market,
                period=newest.period_code,
                first_period=min(periods),
                value=newest.value or 0.0,
                before=before.value if before else None,
                unit=UNITS.get(measure, ""),
                has_ended=newest.period_code < source.as_of,
                source=source,
                history=newest.history(source.source),
                history_before=before.history(source.source) if before else "",
            )
        )
    return tuple(found)


class Figures(Struct, frozen=True):
    """Everything known officially about a port and its country, and the sources it came from.

    `real_reports` are the tables of which anything real is stored, of whatever place: of others
    nothing follows from there being no figure.
    """

    connectivity: Connectivity | None
    time_in_port: TimeInPort | None
    performance: ContainerPerformance | None
    lines: tuple[SeriesLine, ...]
    observations: tuple[Observation, ...]
    sources: tuple[Provenance, ...]
    real_reports: frozenset[str] = frozenset()

    def of(self, reports: Container[str]) -> tuple[tuple[Provenance, ...], tuple[Observation, ...]]:
        """Return the sources and observations of these tables only."""
        return (
            tuple(source for source in self.sources if source.report in reports),
            tuple(each for each in self.observations if each.report in reports),
        )


NO_FIGURES: Final = Figures(None, None, None, (), (), ())
