"""Ports in PostgreSQL."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from maritime_app.geo import Box
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.gazetteer import names
from maritime_app.ports.model import HarbourPosition, NewPort, Port, PortItem

SQL = queries.load("ports")


class _PortId(Struct, frozen=True):
    code: str
    id: UUID


class _PortPosition(Struct, frozen=True):
    code: str
    lat: float
    lon: float


class CalledPort(Struct, frozen=True):
    """A port of that name; whether somebody has written it down here."""

    port: PortItem
    is_ours: bool


class SpelledPort(Struct, frozen=True):
    """A port, and one of its names as it is compared."""

    key: str
    port: PortItem


class _PortMatch(Struct, frozen=True):
    port: PortItem
    total: int


async def upsert_ports(conn: Conn, ports: Sequence[NewPort]) -> int:
    """Insert or correct ports by their code; return how many were new or different."""
    return await SQL.upsert_ports.execute(
        conn,
        [uuid7() for _ in ports],
        [port.code for port in ports],
        [port.unlocode for port in ports],
        [port.name for port in ports],
        [port.country for port in ports],
        [port.lat for port in ports],
        [port.lon for port in ports],
        [port.timezone for port in ports],
        [port.kind for port in ports],
        [port.source for port in ports],
    )


async def upsert_aliases(conn: Conn, ports: Sequence[NewPort]) -> int:
    """Store how others call these ports; return how many were new or different."""
    return await add_aliases(
        conn, [(source, code, port.code) for port in ports for source, code in port.aliases]
    )


async def add_aliases(conn: Conn, rows: Sequence[tuple[str, str, str]]) -> int:
    """Store source, code there and our code; return how many were new or different."""
    if not rows:
        return 0
    return await SQL.upsert_aliases.execute(
        conn, *(list(column) for column in zip(*rows, strict=True))
    )


async def port_ids(conn: Conn, codes: Sequence[str]) -> dict[str, UUID]:
    """Return ids by code, of those that exist."""
    rows = await SQL.port_ids.fetch_all(conn, _PortId, list(codes))
    return {row.code: row.id for row in rows}


async def positions(conn: Conn, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude in degrees by code; unknown ports are missing."""
    rows = await SQL.positions_of.fetch_all(conn, _PortPosition, list(codes))
    return {row.code: (row.lat, row.lon) for row in rows}


async def harbours(conn: Conn) -> list[HarbourPosition]:
    """Return every harbour with its position."""
    return await SQL.harbours.fetch_all(conn, HarbourPosition)


async def harbours_in(conn: Conn, box: Box) -> list[HarbourPosition]:
    """Return the harbours in a box."""
    edges = (box.lat_min, box.lat_max, box.lon_min, box.lon_max)
    return await SQL.harbours_in_box.fetch_all(conn, HarbourPosition, *edges)


async def port_by_code(conn: Conn, code: str) -> Port | None:
    """Return a harbour by UN/LOCODE in any case, a stop by its id, or any by a code of others."""
    source, _colon, source_code = code.partition(":")
    source_code = source_code.replace("~1", "/").replace("~0", "~")
    for each in (f"gtfs:{source}", source):
        found = await SQL.port_by_code.fetch_optional(conn, Port, code, each, source_code)
        if found:
            return found
    return None


async def countries(conn: Conn) -> list[str]:
    """Return the countries that have a port (ISO 3166-1 alpha-2)."""
    return await SQL.countries_with_ports.fetch_all(conn, str)


async def some_port(conn: Conn) -> str | None:
    """Return the code of a port that has figures of its own."""
    return await SQL.some_port.fetch_optional(conn, str)


async def some_harbour(conn: Conn) -> str | None:
    """Return the code of a harbour that has a UN/LOCODE."""
    return await SQL.some_harbour.fetch_optional(conn, str)


async def ports_matching(
    conn: Conn, text: str, kind: str, country: str, limit: int, skip: int
) -> tuple[list[PortItem], int]:
    """Return some of the ports that match, and how many match in all."""
    wanted = (names.fold(text), _escaped(text.replace(" ", "")), kind, country)
    rows = await SQL.ports_matching.fetch_all(conn, _PortMatch, *wanted, limit, skip)
    if rows or not skip:
        return [row.port for row in rows], rows[0].total if rows else 0
    return [], await SQL.count_ports.fetch_one(conn, int, *wanted)


async def ports_called(conn: Conn, key: str) -> list[CalledPort]:
    """Return the ports one of whose names is just this folded text: if there are harbours among
    them, these.
    """
    found = await SQL.ports_called.fetch_all(conn, CalledPort, key)
    return [each for each in found if each.port.kind is found[0].port.kind]


async def ports_spelled_about(conn: Conn, key: str) -> list[SpelledPort]:
    """Return ports and each of their names that may be meant by the folded text."""
    return await SQL.ports_spelled_about.fetch_all(conn, SpelledPort, key)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
