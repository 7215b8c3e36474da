"""Ports: seed, find, show; what official statistics say about one."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.ports import store
from maritime_app.ports.model import NewPort, Port, PortItem, PortList, PortQuery
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.chart import Chart, line_chart
from maritime_app.ports.statistics.model import Observation, Provenance
from maritime_app.ports.statistics.service import import_unctad_file, sync_unctad
from maritime_app.ports.statistics.summaries import Figures
from maritime_app.resources import Resources

__all__ = [
    "find",
    "import_unctad_file",
    "port",
    "port_ids",
    "port_statistics",
    "seed_ports",
    "show",
    "sync_unctad",
]

PAGE_SIZE = 40
_LAST_PAGE = 1_000


class PortStatistics(msgspec.Struct, frozen=True):
    """Every official figure of a port and of its country;

    `as_of` is the newest reading among the sources.
    """

    port: PortItem
    as_of: datetime | None
    sources: tuple[Provenance, ...]
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class PortPage:
    """A port with its figures and the drawing of its index."""

    port: Port
    figures: Figures
    chart: Chart | None


async def seed_ports(conn: Conn, ports: Sequence[NewPort]) -> int:
    """Insert or correct ports and their aliases; how many were new or different. Safe to repeat."""
    if not ports:
        return 0
    changed = await store.upsert_ports(conn, ports)
    return changed + await store.upsert_aliases(conn, ports)


async def port_ids(conn: Conn, codes: Sequence[str]) -> dict[str, UUID]:
    """Ids of ports by their code, of those that exist."""
    return await store.port_ids(conn, codes)


async def find(res: Resources, query: PortQuery) -> PortList:
    """The ports that match, a page at a time; a page behind the last one is empty."""
    page = min(max(1, query.page), _LAST_PAGE)
    async with res.db.acquire() as conn:
        ports, total = await store.ports_matching(
            conn, query.q.strip()[:80], query.kind, PAGE_SIZE, (page - 1) * PAGE_SIZE
        )
    return PortList(tuple(ports), total, page, max(1, math.ceil(total / PAGE_SIZE)))


async def port(res: Resources, code: str) -> PortItem:
    """A port for programs. Raises NotFound."""
    async with res.db.acquire() as conn:
        return _item(await _port(conn, code))


async def show(res: Resources, code: str) -> PortPage:
    """A port with everything its page shows. Raises NotFound."""
    async with res.db.acquire() as conn:
        found = await _port(conn, code)
        figures = await statistics.figures(conn, found.unlocode or found.code, found.country)
    index = figures.connectivity
    points = (
        [(date.fromisoformat(point.start), point.value) for point in index.points] if index else []
    )
    return PortPage(found, figures, line_chart(points))


async def port_statistics(res: Resources, code: str) -> PortStatistics:
    """A port's official figures for programs. Raises NotFound."""
    async with res.db.acquire() as conn:
        found = await _port(conn, code)
        figures = await statistics.figures(conn, found.unlocode or found.code, found.country)
    as_of = max((source.retrieved_at for source in figures.sources), default=None)
    return PortStatistics(_item(found), as_of, figures.sources, figures.observations)


async def _port(conn: Conn, code: str) -> Port:
    found = await store.port_by_code(conn, code[:160]) if "\x00" not in code else None
    if found is None:
        raise NotFound(_("There is no port with the code %s.") % code[:40], code="port")
    return found


def _item(found: Port) -> PortItem:
    return PortItem(*(getattr(found, name) for name in PortItem.__struct_fields__))


async def positions(res: Resources, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude in degrees by code; unknown ports are missing."""
    async with res.db.acquire() as conn:
        return await store.positions(conn, codes)
