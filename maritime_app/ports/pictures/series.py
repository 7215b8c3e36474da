"""The charts of a port and of a comparison as pictures. Pure but for the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from maritime_app import i18n
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.ports.comparison.model import Comparison
from maritime_app.ports.daily_calls.chart import BandChart
from maritime_app.ports.daily_calls.service import DailyCalls
from maritime_app.ports.model import PortItem
from maritime_app.ports.pictures.svg import Picture, Stroke
from maritime_app.ports.publishers import PUBLISHERS
from maritime_app.ports.statistics.chart import Chart
from maritime_app.ports.statistics.connectivity import Connectivity
from maritime_app.ports.statistics.lines_chart import LinesChart
from maritime_app.ports.statistics.model import Provenance
from maritime_app.ports.statistics.periods import period_label


def connectivity(name: str, code: str, index: Connectivity, chart: Chart) -> Picture:
    """Return a port's liner connectivity by quarter."""
    return Picture(
        title=_("Liner connectivity: %(port)s") % {"port": f"{name} ({code})"},
        subtitle=_index_words(),
        notes=tuple(source_words([index.source], index.latest.period_code)),
        axes=chart.axes,
        strokes=(Stroke(chart.line, chart.last),),
        areas=(chart.area,),
        invented=mark_words(invented=index.source.invented),
        language=i18n.current(),
        rtl=i18n.direction(i18n.current()) == "rtl",
    )


def comparison(compared: Comparison, chart: LinesChart) -> Picture:
    """Return the liner connectivity of several ports by quarter."""
    names = {port.code: f"{port_text(port)} ({port.code})" for port in compared.ports}
    newest = max(figure.period_code for figure in compared.figures)
    return Picture(
        title=_("Liner connectivity: %(port)s") % {"port": ", ".join(names.values())},
        subtitle=_index_words(),
        notes=tuple(source_words(compared.sources, newest)),
        axes=chart.axes,
        strokes=tuple(
            Stroke(line.path, line.last, names[line.name], line.name_at) for line in chart.lines
        ),
        invented=mark_words(invented=any(source.invented for source in compared.sources)),
        language=i18n.current(),
        rtl=i18n.direction(i18n.current()) == "rtl",
    )


def daily_calls(port: PortItem, found: DailyCalls, chart: BandChart) -> Picture:
    """Return a port's calls by day with the range of the year before."""
    readings = sorted(found.days.readings, key=lambda reading: reading.read_at)
    source = _publisher(found.publisher, found.licence, found.source_url)
    notes = [f"{source} · {found.days.portid}"]
    if readings:
        notes.append(_read(readings[-1].read_at, readings[-1].origin))
    if found.days.newest:
        notes.append(_("As of %(period)s") % {"period": _isolated(found.days.newest.isoformat())})
    return Picture(
        title=_("Port calls by day: %(port)s") % {"port": f"{port_text(port)} ({port.code})"},
        subtitle=_("Mean over seven days; behind it the range of the year before."),
        notes=tuple(notes),
        axes=chart.axes,
        strokes=(Stroke(chart.line, chart.last),),
        areas=(chart.band,) if chart.band else (),
        invented=mark_words(invented=found.invented),
        language=i18n.current(),
        rtl=i18n.direction(i18n.current()) == "rtl",
    )


def _index_words() -> str:
    return _("PLSCI; 100 is the average port in the first quarter of 2023.")


def source_words(sources: Sequence[Provenance], newest: str) -> Iterable[str]:
    """Yield the sources in words, each once, and how new the newest figure is."""
    for source in {(each.report, each.origin): each for each in sources}.values():
        publisher = _publisher(source.source, source.licence, source.source_url)
        yield f"{publisher} · {source.report} · {_read(source.retrieved_at, source.origin)}"
    yield _("As of %(period)s") % {"period": period_label(newest)}


def _publisher(publisher: str, licence: str, address: str | None) -> str:
    """Return who publishes figures, on which terms and where."""
    source = _("Source: %(publisher)s") % {"publisher": PUBLISHERS[publisher]}
    terms = _("licence: %(licence)s") % {"licence": licence}
    return " · ".join(filter(None, (source, terms, address)))


def _read(at: datetime, origin: str) -> str:
    when = _isolated(f"{at:%Y-%m-%d %H:%M}Z")
    return _("read %(when)s from %(origin)s") % {"when": when, "origin": origin}


def _isolated(text: str) -> str:
    """Return a date that is not turned round among letters from right to left (UAX #9)."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def mark_words(*, invented: bool) -> str:
    """Return the mark of a picture whose figures are invented; empty for real ones."""
    return _("Invented by the sandbox") if invented else ""
