"""Ports: seed, find, show; what official statistics say about one."""

import math
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.cache import Filled
from maritime_app.infra.db import Conn
from maritime_app.ports import performance, store, views
from maritime_app.ports.model import (
    NewPort,
    Port,
    PortItem,
    PortList,
    PortQuery,
    PortStatistics,
)
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.model import STATISTICS_TAG, Revision
from maritime_app.ports.statistics.service import (
    import_unctad_file,
    readings,
    sync_unctad,
    undo,
)
from maritime_app.ports.statistics.summaries import Figures
from maritime_app.ports.views import PortPage
from maritime_app.resources import Resources

__all__ = [
    "add_aliases",
    "find",
    "import_unctad_file",
    "port",
    "port_history",
    "port_ids",
    "port_page",
    "port_performance",
    "port_statistics",
    "positions",
    "readings",
    "seed_ports",
    "some_port",
    "sync_unctad",
    "undo",
]

PAGE_SIZE = 40
_LAST_PAGE = 1_000
_MAX_QUERY_LENGTH = 80
_MAX_CODE_LENGTH = 160


async def seed_ports(conn: Conn, ports: Sequence[NewPort]) -> int:
    """Insert or correct ports and their aliases; return how many were new or different.

    Safe to repeat.
    """
    if not ports:
        return 0
    changed = await store.upsert_ports(conn, ports)
    return changed + await store.upsert_aliases(conn, ports)


async def add_aliases(conn: Conn, rows: Sequence[tuple[str, str, str]]) -> int:
    """Store how others call ports: source, code there, our code; return how many were new.

    What a person has decided stays.
    """
    return await store.add_aliases(conn, rows)


async def port_ids(conn: Conn, codes: Sequence[str]) -> dict[str, UUID]:
    """Return ids of ports by their code, of those that exist."""
    return await store.port_ids(conn, codes)


async def positions(res: Resources, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude in degrees by code; unknown ports are missing."""
    async with res.db.acquire() as conn:
        return await store.positions(conn, codes)


async def positions_of(conn: Conn, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the same over the caller's connection."""
    return await store.positions(conn, codes)


async def find(res: Resources, query: PortQuery) -> PortList:
    """Return the ports that match, a page at a time; a page behind the last one is empty."""
    page = min(max(1, query.page), _LAST_PAGE)
    text = query.q.strip()[:_MAX_QUERY_LENGTH]
    async with res.db.acquire() as conn:
        ports, total = await store.ports_matching(
            conn, text, query.kind, PAGE_SIZE, (page - 1) * PAGE_SIZE
        )
    return PortList(tuple(ports), total, page, max(1, math.ceil(total / PAGE_SIZE)))


async def port(res: Resources, code: str) -> PortItem:
    """Return a port for programs; raise NotFound."""
    async with res.db.acquire() as conn:
        return views.port_item(await _port(conn, code))


async def port_page(res: Resources, code: str) -> PortPage:
    """Return a port with everything its page shows; raise NotFound."""
    await statistics.request_overdue(res)
    async with res.db.acquire() as conn:
        return views.port_page(*await _with_figures(conn, code))


async def port_statistics(res: Resources, code: str) -> PortStatistics:
    """Return a port's official figures, and its country's, for programs; raise NotFound."""
    await statistics.request_overdue(res)
    async with res.db.acquire() as conn:
        subject, figures = await _with_figures(conn, code)
    as_of = max((source.retrieved_at for source in figures.sources), default=None)
    return PortStatistics(views.port_item(subject), as_of, figures.sources, figures.observations)


async def port_performance(res: Resources, code: str) -> bytes:
    """Return the encoded PortPerformance of a port, kept for an hour; raise NotFound."""
    async with res.db.acquire() as conn:
        subject = views.port_item(await _port(conn, code))
    key = performance.cache_key(subject.code)

    async def fill() -> Filled:
        async with res.db.acquire() as conn:
            _port_again, figures = await _with_figures(conn, subject.code)
        answer = performance.performance(subject, figures, clock.now())
        return Filled(msgspec.json.encode(answer), [STATISTICS_TAG], performance.CACHE_SECONDS)

    return (await res.cache.get(key, [STATISTICS_TAG], fill)).body


async def some_port(res: Resources) -> str | None:
    """Return the code of a port that has figures of its own; None while none has."""
    async with res.db.acquire() as conn:
        return await store.some_port(conn)


async def port_history(res: Resources, code: str) -> tuple[PortItem, list[Revision]]:
    """Return a port and every value of its figures that was ever changed; raise NotFound."""
    async with res.db.acquire() as conn:
        subject = await _port(conn, code)
        revisions = await statistics.history(
            conn, subject.unlocode or subject.code, subject.country
        )
    return views.port_item(subject), revisions


async def _with_figures(conn: Conn, code: str) -> tuple[Port, Figures]:
    subject = await _port(conn, code)
    figures = await statistics.figures(conn, subject.unlocode or subject.code, subject.country)
    return subject, figures


async def _port(conn: Conn, code: str) -> Port:
    # PostgreSQL takes no NUL in a text, and no code has one.
    subject = None if "\x00" in code else await store.port_by_code(conn, code[:_MAX_CODE_LENGTH])
    if subject is None:
        raise NotFound(_("There is no port with the code %s.") % code[:40], code="port")
    return subject
