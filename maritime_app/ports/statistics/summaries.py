"""Pure: observations of one place to the newest figure of each series, as a page shows them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
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
    stored: Sequence[StoredObservation]
    sources: tuple[Provenance, ...]
    real_reports: frozenset[str] = frozenset()
    by_vintage: Mapping[UUID, Provenance] = msgspec.field(default_factory=dict)

    def of(self, reports: Container[str]) -> tuple[tuple[Provenance, ...], tuple[Observation, ...]]:
        """Return the sources and observations of these tables only.

        Hundreds, each with its whole origin: pages have summaries and never ask.
        """
        return (
            tuple(source for source in self.sources if source.report in reports),
            tuple(
                _observation(each, self.by_vintage[each.vintage_id])
                for each in self.stored
                if each.report in reports
            ),
        )


def _observation(stored: StoredObservation, source: Provenance) -> Observation:
    return Observation(
        report=stored.report,
        geo_code=stored.geo_code,
        geo_kind=stored.geo_kind,
        period_code=stored.period_code,
        period_start=stored.period_start,
        vessel_market=stored.vessel_market,
        measure=stored.measure,
        value=stored.value,
        missing_reason=stored.missing_reason,
        unit=UNITS.get(stored.measure, ""),
        source=source.source,
        origin=source.origin,
        version=source.version,
        retrieved_at=source.retrieved_at,
        invented=source.invented,
        licence=source.licence,
        source_url=source.source_url,
        history=f"/api/v1{stored.history(source.source)}",
    )


NO_FIGURES: Final = Figures(None, None, None, (), (), ())
