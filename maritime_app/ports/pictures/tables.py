"""Tables of figures as pictures of bars. Pure but for the reader's language."""

from maritime_app import i18n
from maritime_app.formatting import country, number, port_text
from maritime_app.i18n import translate as _
from maritime_app.ports.model import PortItem
from maritime_app.ports.pictures.bars import Bar, BarPicture
from maritime_app.ports.pictures.series import mark_words, source_words
from maritime_app.ports.statistics.container_performance import ContainerPerformance
from maritime_app.ports.statistics.time_in_port import TimeInPort


def time_in_port(code: str, calls: TimeInPort) -> BarPicture:
    """Return a country's median days in port by ship type, the world's marked on each bar."""
    return BarPicture(
        title=_("Median time in port: %(country)s") % {"country": country(code)},
        subtitle=_(
            "Days by ship type; the stroke is the world. All ports of the country together."
        ),
        notes=tuple(source_words([calls.source], calls.period)),
        bars=tuple(
            Bar(line.ship_type, line.days, _figure(line.days, 2), calls.world.get(line.code))
            for line in calls.lines
        ),
        invented=mark_words(invented=calls.source.invented),
        language=i18n.current(),
        rtl=i18n.direction(i18n.current()) == "rtl",
    )


def container_index(port: PortItem, found: ContainerPerformance) -> BarPicture:
    """Return a port's index of container handling by year."""
    return BarPicture(
        title=_("Container handling: %(port)s") % {"port": f"{port_text(port)} ({port.code})"},
        subtitle=_(
            "How quickly container ships are handled (World Bank, CPPI)."
            " Higher is better; 0 is the average port."
        ),
        notes=tuple(source_words([found.source], found.newest[0])),
        bars=tuple(Bar(year, value, _figure(value, 1)) for year, value in found.years),
        invented=mark_words(invented=found.source.invented),
        language=i18n.current(),
        rtl=i18n.direction(i18n.current()) == "rtl",
    )


def _figure(value: float | None, digits: int) -> str:
    return _("no figure") if value is None else number(value, digits)
