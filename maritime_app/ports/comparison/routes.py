"""The ranking of ports, a comparison of some, the page of a country, and how figures are made."""

import asyncio
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from maritime_app.formatting import country_choices
from maritime_app.ports import service as ports
from maritime_app.ports.comparison import service, tables
from maritime_app.ports.comparison.model import (
    MOST_COMPARED,
    Comparison,
    ComparisonRequest,
    Ranking,
    RankingRequest,
)
from maritime_app.ports.kept_figures import of_figures
from maritime_app.ports.model import CountryStatistics, StatisticsQuery
from maritime_app.ports.statistics.lines_chart import LinesChart, lines_chart
from maritime_app.ports.statistics.periods import period_label
from maritime_app.ports.tagged import tagged
from maritime_app.web import forms, limits, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get


async def show_ranking(request: web.Request) -> web.Response:
    """Show the ports of a quarter by their connectivity."""
    query = forms.query(request, RankingRequest)
    res = resources(request)
    ranking = await service.ranking(res, query)
    if not ranking.ports and ranking.total:
        return render.last_page(request, ranking.pages)
    context = {
        "section": "ports",
        "ranking": ranking,
        "countries": country_choices(await ports.countries(res)),
        "period_label": period_label,
        "query_string": urlencode({"period": query.period, "country": query.country}),
    }
    return render.page(request, "ports/ranking.html", context)


async def show_comparison(request: web.Request) -> web.Response:
    """Show up to six ports beside one another over time."""
    asked = forms.query(request, ComparisonRequest).codes()
    codes, unknown = await service.meant(resources(request), asked)
    comparison = await service.compare(resources(request), codes)
    context = {
        "unknown": unknown,
        "instead": lambda text, code: ",".join(code if one == text else one for one in asked),
        "section": "ports",
        "comparison": comparison,
        "chart": _chart(comparison),
        "codes": ",".join(codes),
        "asked": ",".join(asked) if unknown else ",".join(codes),
        "period_label": period_label,
    }
    found = 200 if codes or not asked else 404
    return render.page(request, "ports/compare.html", context, status=found)


async def show_country(request: web.Request) -> web.Response:
    """Show a country: its ports by connectivity, its own figures."""
    res = resources(request)
    code, figures = await service.country_figures(res, request.match_info["country"])
    ranking = await service.ranking(res, RankingRequest(country=code), whole=True)
    context = {
        "section": "ports",
        "country_code": code,
        "ranking": ranking,
        "compared": [port.code for port in ranking.ports if port.code][:MOST_COMPARED],
        "calls": figures.time_in_port,
        "lines": figures.lines,
        "real_reports": figures.real_reports,
        "invented": any(line.source.invented for line in figures.lines),
        "period_label": period_label,
    }
    return render.page(request, "ports/country.html", context)


async def show_methods(request: web.Request) -> web.Response:
    """Show what each figure means, where it is from, and what it cannot say."""
    return render.page(request, "ports/methods.html", {"section": "ports"})


async def get_ranking(request: web.Request) -> web.Response:
    """Answer with the ports of a quarter by their connectivity."""
    query = forms.query(request, RankingRequest)
    return tagged(await service.ranking(resources(request), query))


async def get_ranking_csv(request: web.Request) -> web.Response:
    """Answer with the whole ranking as CSV."""
    query = forms.query(request, RankingRequest)
    ranking = await service.ranking(resources(request), query, whole=True)
    return tagged(ranking, tables.ranking_csv(ranking), "text/csv")


async def get_comparison(request: web.Request) -> web.Response:
    """Answer with up to six ports over time."""
    codes = forms.query(request, ComparisonRequest).codes()
    return tagged(await service.compare(resources(request), codes))


async def get_comparison_csv(request: web.Request) -> web.Response:
    """Answer with the figures of a comparison as CSV."""
    codes = forms.query(request, ComparisonRequest).codes()
    comparison = await service.compare(resources(request), codes)
    return tagged(comparison, tables.figures_csv(comparison.figures), "text/csv")


async def get_country_statistics(request: web.Request) -> web.Response:
    """Answer with a country's official figures."""
    if forms.query(request, StatisticsQuery).is_export():
        await limits.take(request, "export")
    return tagged(await _country_statistics(request))


async def get_country_csv(request: web.Request) -> web.Response:
    """Answer with a country's official figures under the same keys as CSV."""
    figures = await _country_statistics(request)
    # Two thousand rows take longer than others should wait for.
    body = await asyncio.to_thread(tables.observations_csv, figures.observations)
    response = tagged(figures, body, "text/csv")
    disposition = f'attachment; filename="{figures.country}-statistics.csv"'
    response.headers["Content-Disposition"] = disposition
    return response


async def _country_statistics(request: web.Request) -> CountryStatistics:
    reports = forms.query(request, StatisticsQuery).reports()
    country = request.match_info["country"]
    return await service.country_statistics(resources(request), country, reports)


def _chart(comparison: Comparison) -> LinesChart | None:
    """Return one line for each port that has figures, in the order of the ports."""
    lines: dict[str, list[tuple[date, float]]] = {port.code: [] for port in comparison.ports}
    for figure in comparison.figures:
        lines[figure.port].append((figure.period_start, figure.value))
    return lines_chart(lines, months=3)


ROUTES = [
    get("/ports/ranking", show_ranking, access=PUBLIC, query=RankingRequest),
    get(
        "/ports/compare",
        of_figures(show_comparison, ComparisonRequest),
        access=PUBLIC,
        query=ComparisonRequest,
    ),
    get("/ports/methods", show_methods, access=PUBLIC),
    get("/ports/countries/{country}", of_figures(show_country), access=PUBLIC),
    get(
        "/api/v1/ports/ranking",
        get_ranking,
        access=PUBLIC,
        query=RankingRequest,
        answer=Ranking,
        summary="Ports of a quarter by their connectivity",
    ),
    get(
        "/api/v1/ports/ranking.csv",
        get_ranking_csv,
        access=PUBLIC,
        query=RankingRequest,
        summary="The whole ranking as CSV",
    ),
    get(
        "/api/v1/ports/compare",
        of_figures(get_comparison, ComparisonRequest),
        access=PUBLIC,
        query=ComparisonRequest,
        answer=Comparison,
        summary="Up to six ports over time",
    ),
    get(
        "/api/v1/ports/countries/{country}/statistics",
        get_country_statistics,
        access=PUBLIC,
        query=StatisticsQuery,
        answer=CountryStatistics,
        summary="Official figures of a country, with sources",
    ),
    get(
        "/api/v1/ports/countries/{country}/statistics.csv",
        get_country_csv,
        access=PUBLIC,
        query=StatisticsQuery,
        summary="The same as CSV",
        limit="export",
    ),
    get(
        "/api/v1/ports/compare.csv",
        of_figures(get_comparison_csv, ComparisonRequest),
        access=PUBLIC,
        query=ComparisonRequest,
        summary="The same as CSV",
    ),
]
