"""What the page of a port shows. Pure."""

from dataclasses import dataclass

from maritime_app.ports.model import Port, PortItem
from maritime_app.ports.statistics.chart import Chart, line_chart
from maritime_app.ports.statistics.summaries import Connectivity, Figures, TimeInPort


@dataclass(frozen=True, slots=True)
class PortPage:
    """A port, its connectivity with the drawing of it, and its country's time in port.

    Parts without figures are None.
    """

    port: Port
    index: Connectivity | None
    chart: Chart | None
    calls: TimeInPort | None


def port_page(port: Port, figures: Figures) -> PortPage:
    """Return the page of a port with its figures."""
    index = figures.connectivity
    points = [(point.start, point.value) for point in index.points] if index else []
    return PortPage(port, index, line_chart(points), figures.time_in_port)


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
