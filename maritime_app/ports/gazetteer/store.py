"""Listings, and the ports and names made of them, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.gazetteer.joining import Ports
from maritime_app.ports.gazetteer.model import (
    KnownPort,
    ListedFacts,
    Listing,
    ListSource,
    PortName,
)
from maritime_app.ports.model import NewPort

SQL = queries.load("ports_gazetteer")
_ROWS_PER_STATEMENT = 2_000


class _ListingPort(msgspec.Struct, frozen=True):
    source: str
    source_code: str
    port_id: UUID


class _Owned(msgspec.Struct, frozen=True):
    port_id: UUID
    listing: Listing


class StatisticsPort(msgspec.Struct, frozen=True):
    """A port that statistics name: whose they are, its code there, the publisher's label."""

    source: ListSource
    code: str
    label: str


async def lock(conn: Conn) -> None:
    """Wait for another import of a list."""
    await SQL.lock_gazetteer.execute(conn)


async def known_ports(conn: Conn) -> Ports:
    """Return every harbour, to be looked up in."""
    ports = Ports()
    for port in await SQL.known_ports.fetch_all(conn, KnownPort):
        ports.add(port)
    for row in await SQL.listing_ports.fetch_all(conn, _ListingPort):
        ports.by_alias[row.source, row.source_code] = row.port_id
    return ports


async def listed_codes(conn: Conn, source: ListSource) -> set[str]:
    """Return the codes of what is stored of a list."""
    return set(await SQL.listed_codes.fetch_all(conn, str, source))


async def listings_of(conn: Conn, ids: Collection[UUID]) -> dict[UUID, list[Listing]]:
    """Return the listings of ports."""
    found: dict[UUID, list[Listing]] = defaultdict(list)
    for row in await SQL.listings_of.fetch_all(conn, _Owned, list(ids)):
        found[row.port_id].append(row.listing)
    return found


async def upsert_listings(conn: Conn, owned: Sequence[tuple[UUID, Listing]]) -> int:
    """Store listings with their ports; return how many are new or different."""
    rows = [_listing_row(port_id, listing) for port_id, listing in owned]
    return sum([await SQL.upsert_listings.execute(conn, part) for part in _parts(rows)])


async def insert_ports(conn: Conn, ports: Mapping[UUID, NewPort]) -> None:
    """Store new ports."""
    for part in _parts([_port_row(id_, port) for id_, port in ports.items()]):
        await SQL.insert_ports.execute(conn, part)


async def update_ports(conn: Conn, ports: Mapping[UUID, NewPort]) -> int:
    """Correct ports that come from lists only; return how many differ."""
    rows = [_port_row(id_, port) for id_, port in ports.items()]
    return sum([await SQL.update_ports.execute(conn, part) for part in _parts(rows)])


async def add_names(conn: Conn, names: Iterable[tuple[UUID, str, str]]) -> None:
    """Add the names that ports are found by: port, key, name."""
    rows = sorted(set(names))
    if rows:
        columns = (list(column) for column in zip(*rows, strict=True))
        await SQL.add_names.execute(conn, *columns)


async def unlisted_ports(conn: Conn) -> list[StatisticsPort]:
    """Return the ports of statistics that are none of ours yet."""
    return await SQL.unlisted_ports_of_statistics.fetch_all(conn, StatisticsPort)


async def codes_in_statistics(conn: Conn, port_id: UUID) -> list[str]:
    """Return under which codes statistics know a port, beside its own."""
    return await SQL.codes_in_statistics.fetch_all(conn, str, port_id)


async def foreign_names(conn: Conn, ids: Collection[UUID] | None) -> list[PortName]:
    """Return the names of these ports, or of all, that are not written in ASCII."""
    return await SQL.foreign_names.fetch_all(conn, PortName, None if ids is None else list(ids))


async def facts_of(conn: Conn, port_id: UUID) -> list[ListedFacts]:
    """Return what each list says of a port."""
    return await SQL.facts_of.fetch_all(conn, ListedFacts, port_id)


def _listing_row(port_id: UUID, listing: Listing) -> dict[str, Any]:
    row = msgspec.structs.asdict(listing)
    del row["timezone"]
    return {**row, "port_id": port_id, "source_code": row.pop("code")}


def _port_row(id_: UUID, port: NewPort) -> dict[str, Any]:
    return {"id": id_, **msgspec.structs.asdict(port)}


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        yield rows[start : start + _ROWS_PER_STATEMENT]
