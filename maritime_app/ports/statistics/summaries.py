"""Observations of one place to what a page says about it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from maritime_app.ports.statistics.model import Observation, Provenance
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.tables import (
    ARRIVALS_S,
    CALLS,
    INDEX,
    MARKETS,
    PLSCI,
    PORT_CALLS_S,
    TIME_IN_PORT,
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
    """A port's connectivity index by quarter, oldest first.

    `rank` 1 of `places` is the best connected.
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
class Figures:
    """Everything known officially about a port and its country, and the sources it came from."""

    connectivity: Connectivity | None
    time_in_port: TimeInPort | None
    observations: tuple[Observation, ...]
    sources: tuple[Provenance, ...]


def connectivity(source: Provenance, observations: Iterable[Observation]) -> Connectivity | None:
    """Return the index line; None without a single figure."""
    points = tuple(
        Point(each.measure, each.period_code, each.period_start, each.value)
        for each in observations
        if each.report == PLSCI and each.measure == INDEX and each.value is not None
    )
    return Connectivity(source, points) if points else None


def time_in_port(
    source: Provenance, calls_source: Provenance | None, observations: Iterable[Observation]
) -> TimeInPort | None:
    """Return the newest half-year of the country; None when the table does not have the country."""
    relevant = [each for each in observations if each.report in (PORT_CALLS_S, ARRIVALS_S)]
    days = {_key(each): each for each in relevant if each.measure == TIME_IN_PORT}
    calls = {_key(each): each for each in relevant if each.measure == CALLS}
    if not days:
        return None
    period = max(code for code, _ in days)
    markets = sorted(market for code, market in days if code == period)
    return TimeInPort(
        source=source,
        calls_source=calls_source if calls else None,
        economy=next(iter(days.values())).geo_code,
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


def _key(observation: Observation) -> tuple[str, str]:
    return observation.period_code, observation.vessel_market


def _line(days: Observation, before: Observation | None, calls: Observation | None) -> MarketLine:
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
