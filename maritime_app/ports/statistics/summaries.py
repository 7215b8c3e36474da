"""Observations of one place to what a page says about it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from maritime_app.ports.statistics.model import Observation, Provenance, StoredObservation
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.tables import (
    ARRIVALS,
    ARRIVALS_S,
    CALLS,
    INDEX,
    MARKETS,
    MEASURE_LABELS,
    PLSCI,
    PORT_CALLS,
    PORT_CALLS_S,
    TIME_IN_PORT,
    UNITS,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a line."""

    measure: str
    period_code: str
    start: date
    value: float


@dataclass(frozen=True, slots=True)
class Connectivity:
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


@dataclass(frozen=True, slots=True)
class MarketLine:
    """One ship type: median days in port (or why there is none), a year before, and port calls."""

    code: str
    label: str
    days: float | None
    missing: str | None
    days_year_before: float | None
    calls: float | None
    calls_missing: str | None


@dataclass(frozen=True, slots=True)
class TimeInPort:
    """A country's median time in port by ship type in its newest half-year.

    Never that of one port: it is published by country only.
    """

    source: Provenance
    calls_source: Provenance | None
    economy: str
    period: str
    lines: tuple[MarketLine, ...]
    world: dict[str, float] = field(default_factory=dict)
    economy_label: str = ""


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """The newest figure of one series, and the one of a year before.

    `has_ended` when the publisher has figures of others for a newer period, not of this place.
    """

    report: str
    title: str
    measure: str
    market: str
    market_label: str
    period: str
    first_period: str
    value: float
    before: float | None
    unit: str
    has_ended: bool
    source: Provenance


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything known officially about a port and its country, and the sources it came from."""

    connectivity: Connectivity | None
    time_in_port: TimeInPort | None
    lines: tuple[SeriesLine, ...]
    observations: tuple[Observation, ...]
    sources: tuple[Provenance, ...]


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
        Point(each.measure, each.period_code, each.period_start, each.value)
        for each in found
        if each.value is not None
    )
    return Connectivity(sources[found[-1].vintage_id], points)


def time_in_port(
    sources: Mapping[UUID, Provenance], observations: Iterable[StoredObservation]
) -> TimeInPort | None:
    """Return the newest half-year of the country (or year, where only that is known); None when no
    table has the country.
    """
    stored = list(observations)
    for report, arrivals in ((PORT_CALLS_S, ARRIVALS_S), (PORT_CALLS, ARRIVALS)):
        days = {_key(each): each for each in stored if _is(each, report, TIME_IN_PORT)}
        if days:
            calls = {_key(each): each for each in stored if _is(each, arrivals, CALLS)}
            return _time_in_port(sources, days, calls)
    return None


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
                market=market,
                market_label=MARKETS.get(market, market),
                period=newest.period_code,
                first_period=min(periods),
                value=newest.value or 0.0,
                before=before.value if before else None,
                unit=UNITS.get(measure, ""),
                has_ended=newest.period_code < source.as_of,
                source=source,
            )
        )
    return tuple(found)


def _time_in_port(
    sources: Mapping[UUID, Provenance],
    days: Mapping[tuple[str, str], StoredObservation],
    calls: Mapping[tuple[str, str], StoredObservation],
) -> TimeInPort:
    period = max(code for code, _ in days)
    markets = sorted(market for code, market in days if code == period)
    newest = days[period, markets[0]]
    counted = [calls[period, market] for market in markets if (period, market) in calls]
    return TimeInPort(
        source=sources[newest.vintage_id],
        calls_source=sources[counted[0].vintage_id] if counted else None,
        economy=newest.geo_code,
        period=period,
        lines=tuple(
            _line(
                days[period, market],
                days.get((year_before(period), market)),
                calls.get((period, market)),
            )
            for market in markets
        ),
    )


def _is(observation: StoredObservation, report: str, measure: str) -> bool:
    return observation.report == report and observation.measure == measure


def _key(observation: StoredObservation) -> tuple[str, str]:
    return observation.period_code, observation.vessel_market


def _line(
    days: StoredObservation, before: StoredObservation | None, calls: StoredObservation | None
) -> MarketLine:
    market = days.vessel_market
    return MarketLine(
        code=market,
        label=MARKETS.get(market, market),
        days=days.value,
        missing=days.missing_reason,
        days_year_before=before.value if before else None,
        calls=calls.value if calls else None,
        calls_missing=calls.missing_reason if calls else None,
    )
