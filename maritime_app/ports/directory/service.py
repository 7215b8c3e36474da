"""The ports that match a search, with what a map draws them by."""

from collections.abc import Sequence

from msgspec import UNSET

from maritime_app.names import port_names
from maritime_app.ports import service as ports
from maritime_app.ports.comparison import service as comparison
from maritime_app.ports.comparison.model import RankedPort, RankingRequest
from maritime_app.ports.directory.model import (
    PointGeometry,
    PointProperties,
    PointsQuery,
    PortPoint,
    PortPoints,
)
from maritime_app.ports.model import PortItem
from maritime_app.resources import Resources


async def points(res: Resources, query: PointsQuery) -> PortPoints:
    """Return the ports that match as points, at most `limit`, harbours first."""
    found, total = await ports.find_all(res, query, query.limit)
    ranking = await comparison.ranking(res, RankingRequest(), whole=True)
    ranks = {each.code: each for each in ranking.ports if each.code}
    return PortPoints(
        features=tuple(_point(port, ranks.get(port.code)) for port in found),
        total=total,
        period=ranking.period,
        sources=ranking.sources,
        bbox=_box(found),
    )


def _point(port: PortItem, ranked: RankedPort | None) -> PortPoint:
    return PortPoint(
        PointGeometry((round(port.lon, 5), round(port.lat, 5))),
        PointProperties(
            code=port.code,
            name=port.name,
            kind=port.kind,
            country=port.country,
            connectivity=ranked.value if ranked else None,
            rank=ranked.rank if ranked else None,
            local_name=port_names.local_name(port.code) or UNSET,
        ),
    )


def _box(found: Sequence[PortItem]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of the points; None without any."""
    if not found:
        return None
    lons, lats = [port.lon for port in found], [port.lat for port in found]
    return min(lons), min(lats), max(lons), max(lats)
