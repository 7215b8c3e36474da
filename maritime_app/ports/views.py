"""What the page of a port shows. Pure."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from maritime_app.ports.gazetteer.model import ListedFacts
from maritime_app.ports.model import Port, PortItem
from maritime_app.ports.statistics.chart import Chart, line_chart
from maritime_app.ports.statistics.connectivity import Connectivity
from maritime_app.ports.statistics.container_performance import ContainerPerformance
from maritime_app.ports.statistics.periods import next_period, period_start
from maritime_app.ports.statistics.summaries import Figures, SeriesLine
from maritime_app.ports.statistics.time_in_port import TimeInPort

_MOST_QUARTERS = 400


class Quarter(Struct, frozen=True):
    """A quarter of the index with the page of its history; `value` None where the publisher has no
    figure.
    """

    code: str
    start: date
    value: float | None
    history: str = ""


class PortPage(Struct, frozen=True):
    """A port, its connectivity with the drawing of it, its country's time in port, and the newest
    figure of every series.

    Parts without figures are None or empty; `real_reports` are the tables of which there is
    anything real here.
    """

    port: Port
    index: Connectivity | None
    quarters: list[Quarter]
    chart: Chart | None
    calls: TimeInPort | None
    lines: tuple[SeriesLine, ...]
    facts: tuple[ListedFacts, ...]
    performance: ContainerPerformance | None = None
    real_reports: frozenset[str] = frozenset()

    @property
    def invented(self) -> bool:
        """Whether the figures are the sandbox's."""
        return any(line.source.invented for line in self.lines)


def port_page(port: Port, figures: Figures, facts: Sequence[ListedFacts] = ()) -> PortPage:
    """Return the page of a port with its figures and what lists say of it."""
    index = figures.connectivity
    rows = quarters(index) if index else []
    chart = line_chart([(row.start, row.value) for row in rows])
    return PortPage(
        port=port,
        index=index,
        quarters=rows,
        chart=chart,
        calls=figures.time_in_port,
        lines=figures.lines,
        facts=tuple(facts),
        performance=figures.performance,
        real_reports=figures.real_reports,
    )


def quarters(index: Connectivity) -> list[Quarter]:
    """Return every quarter from the first figure to the newest, those without a figure too."""
    known = {point.period_code: point for point in index.points}
    code = index.points[0].period_code
    found: list[Quarter] = []
    while code <= index.latest.period_code:
        start = period_start(code)
        if start is None or len(found) > _MOST_QUARTERS:
            break
        point = known.get(code)
        found.append(
            Quarter(code, start, point.value, point.history)
            if point
            else Quarter(code, start, None)
        )
        code = next_period(code)
    return found


def port_item(port: Port) -> PortItem:
    """Return a port as programs see it."""
    return PortItem(
        code=port.code,
        unlocode=port.unlocode,
        name=port.name,
        country=port.country,
        lat=port.lat,
        lon=port.lon,
        timezone=port.timezone,
        kind=port.kind,
        source=port.source,
    )
