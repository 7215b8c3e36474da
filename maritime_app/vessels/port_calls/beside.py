"""What we measure of a port beside the official figure, measure by measure. Pure.

No figure of ours without its sample, none out of fewer than ten calls; an official one keeps its
source, period and time of reading. Invented figures never stand beside real ones.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from maritime_app.ports.model import CountryBaseline, MarketNow
from maritime_app.ports.statistics.model import Provenance
from maritime_app.vessels.codes.ship_types import ShipGroup, ship_types
from maritime_app.vessels.port_calls.congestion.model import PortCongestion
from maritime_app.vessels.port_calls.measures import PortMeasures, measures
from maritime_app.vessels.port_calls.model import MeasuredCall
from maritime_app.vessels.port_calls.official_anomaly import OfficialAnomaly
from maritime_app.vessels.port_calls.official_coverage import OfficialCoverage

_HOURS_PER_DAY: Final = 24


class Measure(StrEnum):
    """What is measured."""

    ARRIVALS = "arrivals"
    TIME_IN_PORT = "time_in_port"
    BERTH = "berth"
    WAITING = "waiting"
    IN_PORT = "in_port"
    QUEUE = "queue"
    COVERAGE = "coverage"


class Ships(StrEnum):
    """Of which ships. AIS does not tell container ships from other cargo ships."""

    ALL = "all"
    PASSENGER = "passenger"
    TANKER = "tanker"


# UNCTAD's markets: all ships, passenger ships, liquid bulk carriers.
_MARKETS: Final = {Ships.ALL: "00", Ships.PASSENGER: "01", Ships.TANKER: "02"}
_TYPES: Final = {
    Ships.PASSENGER: ship_types({ShipGroup.PASSENGER, ShipGroup.HIGH_SPEED}),
    Ships.TANKER: ship_types({ShipGroup.TANKER}),
}


class OwnFigure(Struct, frozen=True):
    """Our own figure over `sample` calls; null with the reason `too_few_calls`, or `nothing_heard`
    where no ship was: nobody knows whether none came or none was received.
    """

    value: float | None
    sample: int
    missing_reason: str | None = None


class OfficialFigure(Struct, frozen=True):
    """The published figure of `subject` in `period`, in the row's unit; null with the reason."""

    value: float | None
    year_before: float | None
    period: str
    subject: str
    source: Provenance
    missing_reason: str | None = None


class MeasureRow(Struct, frozen=True):
    """One measure: `unit` is calls, hours, ships or share; official null: published nowhere."""

    measure: Measure
    ships: Ships
    unit: str
    own: OwnFigure
    official: OfficialFigure | None


class PortMeasuresResponse(Struct, frozen=True):
    """What was measured between `since` and `as_of` beside what is published.

    `official_coverage` is null where no calls by day are published, or only invented ones;
    `anomaly` where no whole week of them is, or where they are invented and our ships are not.
    `congestion` is ours alone: the port against its own usual.
    `invented`: ours is out of ships that exist nowhere. `kept_apart`: official figures are there
    and are not shown here, because one of the two kinds is invented and the other is not.
    """

    port: str
    since: datetime
    as_of: datetime
    invented: bool
    kept_apart: bool
    rows: tuple[MeasureRow, ...]
    official_coverage: OfficialCoverage | None = None
    anomaly: OfficialAnomaly | None = None
    congestion: PortCongestion | None = None


def beside(
    port: str,
    calls: Sequence[MeasuredCall],
    span: tuple[datetime, datetime],
    baseline: CountryBaseline | None,
    *,
    invented: bool,
) -> PortMeasuresResponse:
    """Return every measure of these calls of one port, and of the country what is published."""
    apart = baseline is not None and baseline.source.invented != invented and bool(calls)
    official = None if apart else baseline
    rows: list[MeasureRow] = []
    for ships in Ships:
        chosen = calls if ships is Ships.ALL else _of(_TYPES[ships], calls)
        if chosen or ships is Ships.ALL:
            rows += _rows(ships, measures(chosen, *span, invented=invented), official)
    if not calls:
        unheard = OwnFigure(None, 0, "nothing_heard")
        rows = [structs.replace(row, own=unheard) for row in rows]
    return PortMeasuresResponse(port, *span, invented, apart, tuple(rows))


def _rows(
    ships: Ships, found: PortMeasures, baseline: CountryBaseline | None
) -> Iterable[MeasureRow]:
    market = _market(ships, baseline)
    yield MeasureRow(
        Measure.ARRIVALS,
        ships,
        "calls",
        OwnFigure(found.arrivals, found.arrivals),
        _official(baseline, market.calls, None, None) if market and market.calls else None,
    )
    stays = (
        (Measure.TIME_IN_PORT, found.time_in_port),
        (Measure.BERTH, found.berth),
        (Measure.WAITING, found.waiting),
    )
    for measure, stay in stays:
        own = _own(stay.hours, stay.sample)
        published = _days(baseline, market) if measure is Measure.TIME_IN_PORT else None
        yield MeasureRow(measure, ships, "hours", own, published)
    if ships is not Ships.ALL:
        return
    yield MeasureRow(Measure.IN_PORT, ships, "ships", OwnFigure(found.in_port, found.in_port), None)
    yield MeasureRow(Measure.QUEUE, ships, "ships", OwnFigure(found.anchored, found.in_port), None)
    yield MeasureRow(Measure.COVERAGE, ships, "share", _own(found.coverage, found.ended), None)


def _own(value: float | None, sample: int) -> OwnFigure:
    return OwnFigure(value, sample, "too_few_calls" if value is None else None)


def _days(baseline: CountryBaseline | None, market: MarketNow | None) -> OfficialFigure | None:
    """Return the published days in hours, to stand beside ours."""
    if market is None:
        return None
    now, before = _hours(market.days), _hours(market.days_year_before)
    return _official(baseline, now, before, market.missing_reason)


def _official(
    baseline: CountryBaseline | None,
    value: float | None,
    year_before: float | None,
    missing_reason: str | None,
) -> OfficialFigure | None:
    if baseline is None:
        return None
    return OfficialFigure(
        value, year_before, baseline.period, baseline.economy, baseline.source, missing_reason
    )


def _hours(days: float | None) -> float | None:
    return None if days is None else round(days * _HOURS_PER_DAY, 1)


def _market(ships: Ships, baseline: CountryBaseline | None) -> MarketNow | None:
    markets = baseline.markets if baseline else ()
    return next((market for market in markets if market.market == _MARKETS[ships]), None)


def _of(types: Collection[int], calls: Iterable[MeasuredCall]) -> list[MeasuredCall]:
    return [each for each in calls if each.ship_type in types]
