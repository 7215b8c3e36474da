"""Ports: seed, find, show; what official statistics say about one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.geo import Box
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.db import Conn
from maritime_app.outside_data.model import Pending
from maritime_app.ports import performance, store, views
from maritime_app.ports.daily_calls import service as daily
from maritime_app.ports.daily_calls.importing import import_file as import_daily_calls
from maritime_app.ports.daily_calls.model import OfficialCalls
from maritime_app.ports.daily_calls.official_calls import official_calls
from maritime_app.ports.daily_calls.service import (
    DailyCalls,
    fetch_daily_calls,
    fetch_disruptions,
)
from maritime_app.ports.finding import (
    MAX_CODE_LENGTH,
    UnknownPort,
    find,
    find_all,
    port_of,
    spelled_about,
    unknown,
)
from maritime_app.ports.gazetteer import service as gazetteer
from maritime_app.ports.gazetteer.names import fold as fold_name
from maritime_app.ports.gazetteer.position import country as country_at
from maritime_app.ports.gazetteer.script_names import learn as learn_script_names
from maritime_app.ports.gazetteer.service import import_list, seed_gazetteer
from maritime_app.ports.model import (
    CountryBaseline,
    HarbourPosition,
    NewPort,
    Port,
    PortItem,
    PortStatistics,
)
from maritime_app.ports.official_figures import (
    import_annex,
    import_unctad_file,
    sync_cppi,
    sync_unctad,
)
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.connectivity import Connectivity
from maritime_app.ports.statistics.model import STATISTICS_TAG, Revision
from maritime_app.ports.statistics.periods import period_label
from maritime_app.ports.statistics.service import readings, undo
from maritime_app.ports.statistics.summaries import NO_FIGURES, Figures
from maritime_app.ports.statistics.tables import PLSCI, SHOWN_REPORTS, TIME_IN_PORT_REPORTS
from maritime_app.ports.views import PortPage
from maritime_app.resources import Resources

__all__ = [
    "MAX_CODE_LENGTH",
    "UnknownPort",
    "add_aliases",
    "add_names",
    "calls_published",
    "countries",
    "country_at",
    "country_baseline",
    "fetch_daily_calls",
    "fetch_disruptions",
    "find",
    "find_all",
    "fold_name",
    "harbours",
    "import_annex",
    "import_daily_calls",
    "import_list",
    "import_unctad_file",
    "learn_script_names",
    "period_label",
    "port",
    "port_connectivity",
    "port_daily_calls",
    "port_history",
    "port_ids",
    "port_page",
    "port_performance",
    "port_statistics",
    "positions",
    "readings",
    "seed_gazetteer",
    "seed_ports",
    "some_harbour",
    "some_port",
    "spelled_about",
    "sync_cppi",
    "sync_unctad",
    "undo",
    "unknown",
]


async def seed_ports(conn: Conn, ports: Sequence[NewPort]) -> int:
    """Insert or correct ports and their aliases; return how many were new or different.

    Safe to repeat.
    """
    if not ports:
        return 0
    changed = await store.upsert_ports(conn, ports) + await store.upsert_aliases(conn, ports)
    ids = await store.port_ids(conn, [port.code for port in ports])
    await gazetteer.name_ports(conn, ((ids[port.code], port) for port in ports))
    return changed


async def countries(res: Resources) -> list[str]:
    """Return the countries that have a port (ISO 3166-1 alpha-2)."""
    async with res.reads.acquire() as conn:
        return await store.countries(conn)


async def add_aliases(conn: Conn, rows: Sequence[tuple[str, str, str]]) -> int:
    """Store how others call ports: source, code there, our code; return how many were new.

    What a person has decided stays.
    """
    return await store.add_aliases(conn, rows)


async def add_names(conn: Conn, names: Iterable[tuple[UUID, str]]) -> None:
    """Let ports be found by these names, too: other languages, names of their piers."""
    await gazetteer.add_names(conn, names)


async def port_ids(conn: Conn, codes: Sequence[str]) -> dict[str, UUID]:
    """Return ids of ports by their code, of those that exist."""
    return await store.port_ids(conn, codes)


async def harbours(conn: Conn) -> list[HarbourPosition]:
    """Return every harbour with its position."""
    return await store.harbours(conn)


async def harbours_in(conn: Conn, box: Box) -> list[HarbourPosition]:
    """Return the harbours in a box."""
    return await store.harbours_in(conn, box)


async def positions(res: Resources, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude in degrees by code; unknown ports are missing."""
    async with res.reads.acquire() as conn:
        return await store.positions(conn, codes)


async def positions_of(conn: Conn, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the same over the caller's connection."""
    return await store.positions(conn, codes)


async def port(res: Resources, code: str) -> PortItem:
    """Return a port for programs; raise NotFound."""
    async with res.reads.acquire() as conn:
        return views.port_item(await port_of(conn, code))


async def port_page(res: Resources, code: str) -> PortPage:
    """Return a port with everything its page shows; raise NotFound."""
    await statistics.request_overdue(res)
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        subject, figures = await _with_figures(conn, code)
        return views.port_page(subject, figures, await gazetteer.facts(conn, subject))


async def port_statistics(
    res: Resources, code: str, reports: Collection[str] = SHOWN_REPORTS
) -> PortStatistics:
    """Return a port's official figures, and its country's, of these tables; raise NotFound."""
    await statistics.request_overdue(res)
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        subject, figures = await _with_figures(conn, code, reports)
    sources, observations = figures.of(reports)
    as_of = max((source.retrieved_at for source in sources), default=None)
    return PortStatistics(views.port_item(subject), as_of, sources, observations)


async def port_connectivity(res: Resources, code: str) -> tuple[PortItem, Connectivity | None]:
    """Return a port and its liner connectivity, None without figures; raise NotFound."""
    async with res.db.acquire() as conn:
        subject, figures = await _with_figures(conn, code, [PLSCI])
    return views.port_item(subject), figures.connectivity


async def port_performance(res: Resources, code: str) -> bytes:
    """Return the encoded PortPerformance of a port, kept for an hour; raise NotFound."""
    async with res.db.acquire() as conn:
        subject = views.port_item(await port_of(conn, code))
    key = performance.cache_key(subject.code)

    async def fill() -> Filled:
        async with res.reads.acquire([STATISTICS_TAG]) as conn:
            _port_again, figures = await _with_figures(conn, subject.code)
        answer = performance.performance(subject, figures, clock.now())
        return Filled(msgspec.json.encode(answer), [STATISTICS_TAG], performance.CACHE_SECONDS)

    return (await res.cache.get(key, [STATISTICS_TAG], fill)).body


async def country_baseline(res: Resources, code: str) -> CountryBaseline | None:
    """Return the newest time in port of the port's country, None where none is published; raise
    NotFound.
    """
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        _subject, figures = await _with_figures(conn, code, TIME_IN_PORT_REPORTS)
    return performance.country_baseline(figures)


async def port_daily_calls(
    res: Resources, code: str, *, wait_seconds: float = 1.0
) -> tuple[PortItem, DailyCalls | Pending]:
    """Return a port and its calls by day; raise NotFound, also for a port that is not counted.

    The first copy is waited for so long at most, else it is Pending.
    """
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        subject, figures = await _with_figures(conn, code, [])  # their sources alone
    real_only = any(not source.invented for source in figures.sources)
    item = views.port_item(subject)
    found = await daily.daily_calls(res, item, real_only=real_only, wait_seconds=wait_seconds)
    return item, found


async def calls_published(
    res: Resources, code: str, first: date, last: date
) -> OfficialCalls | None:
    """Return the calls of a port that are published for the days between these two; None where
    none is known.
    """
    try:
        _port_again, found = await port_daily_calls(res, code, wait_seconds=0.0)
    except NotFound:
        return None
    return None if isinstance(found, Pending) else official_calls(found, first, last)


async def some_harbour(res: Resources) -> str | None:
    """Return the code of a harbour that has a UN/LOCODE; None while there is none."""
    async with res.reads.acquire() as conn:
        return await store.some_harbour(conn)


async def some_port(res: Resources) -> str | None:
    """Return the code of a port that has figures of its own; None while none has."""
    async with res.reads.acquire() as conn:
        return await store.some_port(conn)


async def port_history(res: Resources, code: str) -> tuple[PortItem, list[Revision]]:
    """Return a port and every value of its figures that was ever changed; raise NotFound."""
    async with res.reads.acquire([STATISTICS_TAG]) as conn:
        subject = await port_of(conn, code)
        codes = await gazetteer.codes_in_statistics(conn, subject)
        revisions = await statistics.history(conn, codes, subject.country)
    return views.port_item(subject), revisions


async def _with_figures(
    conn: Conn, code: str, reports: Collection[str] = SHOWN_REPORTS
) -> tuple[Port, Figures]:
    subject = await port_of(conn, code)
    codes = await gazetteer.codes_in_statistics(conn, subject)
    figures = await statistics.figures(conn, codes, subject.country, reports)
    if any(source.invented for source in figures.sources) and await daily.has_real(
        conn, subject.code
    ):
        return subject, NO_FIGURES  # nothing invented stands beside real days
    return subject, figures
