"""The history of an official figure."""

from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.ports.figure_history import store
from maritime_app.ports.figure_history.model import FigureHistory, FigureRequest
from maritime_app.ports.figure_history.outcomes import outcomes, shown
from maritime_app.ports.publishers import address_of
from maritime_app.ports.statistics.model import STATISTICS_TAG
from maritime_app.ports.statistics.periods import period_start
from maritime_app.ports.statistics.tables import MEASURE_LABELS, UNITS
from maritime_app.resources import Resources


async def figure_history(res: Resources, figure: FigureRequest) -> FigureHistory:
    """Return a figure with every value that it ever had, and what came of each reading; raise
    NotFound for a figure that no reading has.
    """
    start = period_start(figure.period)
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        place = await store.place(conn, figure)
        words = await store.words(conn, figure) if place else []
    readings = outcomes(words)
    if place is None or start is None or not readings:
        raise NotFound(_("No reading has such a figure."), code="figure")
    now = shown(readings)
    return FigureHistory(
        source=figure.source,
        report=place.report,
        title=place.title,
        geo_code=place.geo_code,
        geo_kind=place.geo_kind,
        geo_label=place.label,
        country=place.country,
        measure=figure.measure,
        measure_label=MEASURE_LABELS.get(figure.measure, figure.measure),
        vessel_market=figure.market,
        period_code=figure.period,
        period_start=start,
        unit=UNITS.get(figure.measure, ""),
        value=now.value if now else None,
        missing_reason=now.missing_reason if now else None,
        invented=place.invented,
        licence=place.licence,
        source_url=address_of(figure.source),
        readings=readings,
    )
