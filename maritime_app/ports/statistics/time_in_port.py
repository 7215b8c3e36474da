"""A country's median time in port by ship type. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from msgspec import Struct, field

from maritime_app.ports.statistics.model import Provenance, StoredObservation
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.ship_types import ship_type
from maritime_app.ports.statistics.tables import (
    ARRIVALS,
    ARRIVALS_S,
    CALLS,
    MARKETS,
    PORT_CALLS,
    PORT_CALLS_S,
    TIME_IN_PORT,
)


class MarketLine(Struct, frozen=True):
    """One ship type: median days in port (or why there is none), a year before, and port calls;
    of each figure the page of its history.
    """

    code: str
    label: str
    days: float | None
    missing: str | None
    days_year_before: float | None
    calls: float | None
    calls_missing: str | None
    history: str
    history_before: str = ""
    calls_history: str = ""

    @property
    def ship_type(self) -> str:
        """The ship type in the reader's language."""
        return ship_type(self.code, self.label)


class TimeInPort(Struct, frozen=True):
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
                sources[newest.vintage_id].source,
            )
            for market in markets
        ),
    )


def _is(observation: StoredObservation, report: str, measure: str) -> bool:
    return observation.report == report and observation.measure == measure


def _key(observation: StoredObservation) -> tuple[str, str]:
    return observation.period_code, observation.vessel_market


def _line(
    days: StoredObservation,
    before: StoredObservation | None,
    calls: StoredObservation | None,
    source: str,
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
        history=days.history(source),
        history_before=before.history(source) if before else "",
        calls_history=calls.history(source) if calls else "",
    )
