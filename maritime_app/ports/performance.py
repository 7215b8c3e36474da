"""How a port does, in one small answer for programs: the newest official figures side by side."""

from datetime import datetime

import msgspec

from maritime_app.ports.model import CountryBaseline, MarketNow, PortItem
from maritime_app.ports.statistics.model import Provenance
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.summaries import Figures

CACHE_SECONDS = 3_600


class ConnectivityNow(msgspec.Struct, frozen=True):
    """The port's liner connectivity in its newest quarter; the rank is null among too few ports."""

    value: float
    period: str
    rank: int | None
    places: int | None
    change_percent: float | None
    has_ended: bool
    source: Provenance
    history: str


class ContainerIndexNow(msgspec.Struct, frozen=True):
    """The World Bank's index of container handling in its newest year; higher is better.

    `berth_percent`: of the hours in port that ships are at the berth.
    """

    value: float
    period: str
    year_before: float | None
    rank: int | None
    berth_percent: float | None
    source: Provenance
    history: str


class PortPerformance(msgspec.Struct, frozen=True):
    """The newest official figures of a port; null where there are none."""

    port: PortItem
    connectivity: ConnectivityNow | None
    country_time_in_port: CountryBaseline | None
    container_index: ContainerIndexNow | None
    as_of: datetime


def cache_key(code: str) -> str:
    """Return under which key the answer is kept for an hour."""
    return f"ports:performance:{code}"


def performance(port: PortItem, figures: Figures, now: datetime) -> PortPerformance:
    """Return what is known of a port in one answer."""
    return PortPerformance(
        port, _connectivity(figures), country_baseline(figures), _container_index(figures), now
    )


def _connectivity(figures: Figures) -> ConnectivityNow | None:
    index = figures.connectivity
    if index is None:
        return None
    return ConnectivityNow(
        value=index.latest.value,
        period=index.latest.period_code,
        rank=index.rank or None,
        places=index.places or None,
        change_percent=index.change_percent,
        has_ended=index.has_ended,
        source=index.source,
        history=f"/api/v1{index.latest.history}",
    )


def _container_index(figures: Figures) -> ContainerIndexNow | None:
    found = figures.performance
    if found is None:
        return None
    year, value = found.newest
    return ContainerIndexNow(
        value=value,
        period=year,
        year_before=dict(found.years).get(year_before(year)),
        rank=found.rank,
        berth_percent=found.berth_share,
        source=found.source,
        history=f"/api/v1{found.histories[year]}",
    )


def country_baseline(figures: Figures) -> CountryBaseline | None:
    """Return the newest time in port of the country; None where none is published."""
    calls = figures.time_in_port
    if calls is None:
        return None
    return CountryBaseline(
        economy=calls.economy_label,
        period=calls.period,
        markets=tuple(
            MarketNow(
                market=line.code,
                label=line.label,
                days=line.days,
                missing_reason=line.missing,
                days_year_before=line.days_year_before,
                world_days=calls.world.get(line.code),
                calls=line.calls,
                history=f"/api/v1{line.history}",
            )
            for line in calls.lines
        ),
        source=calls.source,
    )
