"""Rank the ports of a quarter, compare a few over time, and the figures of a country."""

from collections.abc import Collection, Sequence
from typing import Final

from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.names import countries
from maritime_app.paging import pages, skipped
from maritime_app.ports import service as ports
from maritime_app.ports.comparison import store
from maritime_app.ports.comparison.model import (
    ComparedPort,
    Comparison,
    Figure,
    RankedPort,
    Ranking,
    RankingRequest,
    Source,
)
from maritime_app.ports.comparison.store import StoredRank
from maritime_app.ports.model import CountryStatistics, PortItem
from maritime_app.ports.publishers import address_of
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.connectivity import Connectivity
from maritime_app.ports.statistics.model import history_address
from maritime_app.ports.statistics.periods import year_before
from maritime_app.ports.statistics.summaries import Figures
from maritime_app.ports.statistics.tables import INDEX, PLSCI, SHOWN_REPORTS, UNITS
from maritime_app.resources import Resources

RANKED_ON_A_PAGE: Final = 50


async def ranking(res: Resources, request: RankingRequest, *, whole: bool = False) -> Ranking:
    """Return the ports of a quarter by their index, a page at a time or the `whole` table.

    A page behind the last one is empty. Raise Invalid for a quarter without figures or what is no
    country.
    """
    country = _country(request.country) if request.country else ""
    async with res.db.acquire() as conn:
        series_id = await store.series_to_rank(conn, PLSCI)
        periods = await store.periods(conn, series_id, INDEX) if series_id else []
        period = request.period or (periods[0] if periods else "")
        if request.period and period not in periods:
            raise Invalid(_("There are no figures for that period."), {"period": _("is unknown")})
        rows: list[StoredRank] = []
        if series_id and period:
            rows = await store.ranking(conn, series_id, INDEX, period, year_before(period))
        sources = await store.sources(conn, {row.vintage_id for row in rows})
    shown = [row for row in rows if not country or row.country == country]
    skip = skipped(request.page, RANKED_ON_A_PAGE)
    part = shown if whole else shown[skip : skip + RANKED_ON_A_PAGE]
    return Ranking(
        period=period,
        periods=tuple(periods),
        country=country,
        places=len(rows),
        total=len(shown),
        page=request.page,
        pages=pages(len(shown), RANKED_ON_A_PAGE),
        sources=tuple(
            Source(each.report, each.source, each.licence, address_of(each.source), each.origin,
                   each.version, each.retrieved_at, UNITS[INDEX], each.invented)
            for each in sources
        ),
        ports=tuple(_ranked(row, period) for row in part),
    )  # fmt: skip


async def meant(res: Resources, asked: Sequence[str]) -> tuple[list[str], list[ports.UnknownPort]]:
    """Return the codes of the ports that are named by code or by a name that only one has, and for
    each of the other texts what may be meant.
    """
    codes, unknown = [], []
    for text in asked:
        try:
            codes.append((await ports.port(res, text)).code)
        except ports.UnknownPort as refusal:
            if refusal.meant:
                codes.append(refusal.meant)
            else:
                unknown.append(refusal)
    return list(dict.fromkeys(codes)), unknown


async def compare(res: Resources, codes: Sequence[str]) -> Comparison:
    """Return these ports' index over time; raise NotFound for a code that no port has.

    As soon as one of them has real figures, none that the sandbox invented is among them.
    """
    known = [await ports.port_connectivity(res, code) for code in codes]
    if any(index and not index.source.invented for _port, index in known):
        known = [(port, _real(index)) for port, index in known]
    return Comparison(
        ports=tuple(_compared(port, index) for port, index in known),
        figures=tuple(each for port, index in known if index for each in _figures(port, index)),
        sources=tuple(index.source for _port, index in known if index),
    )


async def country_figures(
    res: Resources, country: str, reports: Collection[str] = SHOWN_REPORTS
) -> tuple[str, Figures]:
    """Return a country's code and its own official figures of these tables; raise NotFound for what
    is none.
    """
    try:
        code = _country(country)
    except Invalid as error:
        raise NotFound(_("There is no such country."), code="country") from error
    async with res.db.acquire() as conn:
        return code, await statistics.figures(conn, [], code, reports)


async def country_statistics(
    res: Resources, country: str, reports: Collection[str]
) -> CountryStatistics:
    """Return a country's own official figures of these tables; raise NotFound for what is none."""
    await statistics.request_overdue(res)
    code, figures = await country_figures(res, country, reports)
    sources, observations = figures.of(reports)
    as_of = max((source.retrieved_at for source in sources), default=None)
    return CountryStatistics(code, as_of, sources, observations)


def _country(text: str) -> str:
    code = text.strip().upper()
    if code not in countries.ALPHA_2:
        raise Invalid(_("There is no such country."), {"country": _("Two letters, such as GR.")})
    return code


def _ranked(row: StoredRank, period: str) -> RankedPort:
    return RankedPort(
        rank=row.rank if row.places >= statistics.FEWEST_RANKED else None,
        code=row.code,
        name=row.name,
        publisher_code=row.publisher_code,
        publisher_label=row.publisher_label,
        country=row.country,
        value=row.value,
        year_before=row.before,
        change_percent=round((row.value / row.before - 1) * 100, 2) if row.before else None,
        origin=row.origin,
        version=row.version,
        retrieved_at=row.retrieved_at,
        history="/api/v1"
        + history_address(row.source, PLSCI, row.publisher_code, INDEX, "", period),
    )


def _real(index: Connectivity | None) -> Connectivity | None:
    return None if index and index.source.invented else index


def _compared(port: PortItem, index: Connectivity | None) -> ComparedPort:
    if index is None:
        return ComparedPort(
            port.code, port.name, port.country, None, None, None, has_ended=False, history=None
        )
    newest = index.latest
    return ComparedPort(
        code=port.code,
        name=port.name,
        country=port.country,
        period=newest.period_code,
        value=newest.value,
        rank=index.rank or None,
        has_ended=index.has_ended,
        history=f"/api/v1{newest.history}",
    )


def _figures(port: PortItem, index: Connectivity) -> list[Figure]:
    return [
        Figure(
            port=port.code,
            period_code=point.period_code,
            period_start=point.start,
            value=point.value,
            unit=UNITS[INDEX],
            report=point.source.report,
            origin=point.source.origin,
            version=point.source.version,
            retrieved_at=point.source.retrieved_at,
            invented=point.source.invented,
            source=point.source.source,
            licence=point.source.licence,
            source_url=point.source.source_url,
            history=f"/api/v1{point.history}",
        )
        for point in index.points
    ]
