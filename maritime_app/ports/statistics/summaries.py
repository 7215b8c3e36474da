"""Observations of one place -> what a page says about it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from maritime_app.ports.statistics.model import (
    ARRIVALS_S,
    CALLS,
    INDEX,
    MARKETS,
    PLSCI,
    PORT_CALLS_S,
    TIME_IN_PORT,
    Observation,
    Provenance,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a line."""

    measure: str
    period_code: str
    start: str
    value: float


@dataclass(frozen=True, slots=True)
class Connectivity:
    """A port's connectivity index by quarter, oldest first;

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
        """Against the same quarter a year before; None when that one is missing."""
        code = self.latest.period_code
        year_before = f"{int(code[:4]) - 1}{code[4:]}"
        old = next((point.value for point in self.points if point.period_code == year_before), None)
        return (self.latest.value / old - 1) * 100 if old else None


@dataclass(frozen=True, slots=True)
class MarketLine:
    """One ship type: median days in port or the reason for having none, a year before, and the port
    calls.
    """

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

    Never that of one port.
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


def connectivity(source: Provenance, told: Iterable[Observation]) -> Connectivity | None:
    """The index line; None without a single figure."""
    points = tuple(
        Point(seen.measure, seen.period_code, seen.period_start.isoformat(), seen.value)
        for seen in told
        if seen.report == PLSCI and seen.measure == INDEX and seen.value is not None
    )
    return Connectivity(source, points) if points else None


def time_in_port(
    source: Provenance, calls_source: Provenance | None, told: Iterable[Observation]
) -> TimeInPort | None:
    """The newest half-year of the country; None when the table does not have the country."""
    seen = [one for one in told if one.report in (PORT_CALLS_S, ARRIVALS_S)]
    days = {(o.period_code, o.vessel_market): o for o in seen if o.measure == TIME_IN_PORT}
    calls = {(o.period_code, o.vessel_market): o for o in seen if o.measure == CALLS}
    if not days:
        return None
    period = max(code for code, _ in days)
    before = f"{int(period[:4]) - 1}{period[4:]}"
    lines = []
    for market in sorted(code for at, code in days if at == period):
        now, old, called = (
            days[period, market],
            days.get((before, market)),
            calls.get((period, market)),
        )
        lines.append(
            MarketLine(
                code=market,
                label=MARKETS.get(market, market),
                days=now.value,
                missing=now.missing_reason,
                days_year_before=old.value if old else None,
                calls=called.value if called else None,
                calls_missing=called.missing_reason if called else None,
            )
        )
    economy = next(iter(days.values())).geo_code
    return TimeInPort(source, calls_source if calls else None, economy, period, tuple(lines))
