"""Import a list of ports; join what statistics name with the ports that are known."""

import asyncio
import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ids import uuid7
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.names import port_names
from maritime_app.ports.gazetteer import joining, merging, names, places, store
from maritime_app.ports.gazetteer.joining import Ports
from maritime_app.ports.gazetteer.lists import sniffing
from maritime_app.ports.gazetteer.lists.rows import Unusable
from maritime_app.ports.gazetteer.model import (
    KnownPort,
    ListedFacts,
    Listing,
    ListReport,
    ListSource,
)
from maritime_app.ports.gazetteer.script_names import with_ours
from maritime_app.ports.model import PORTS_TAG, NewPort, Port
from maritime_app.resources import Resources

Progress = Callable[[int, int], None]
_LONGEST_NAME: Final = 200
_LONGEST_CODE: Final = 40
_MOST_ALIASES: Final = 50


async def import_list(res: Resources, path: Path) -> ListReport:
    """Read a list of ports and join it with what is known; a second run changes nothing.

    In whatever order lists come. Raise Invalid for a file that is none of the known lists.
    """
    report = ListReport()
    listings = await asyncio.to_thread(_read, path, report)
    async with res.db.transaction() as conn:
        await store.lock(conn)
        await _join(conn, listings, report)
        ours = [each for each in places.listings().values() if each.lat is not None]
        await _join(conn, ours, ListReport())
        await _join_statistics(conn, ListReport())
        await drop_cached(conn, res.cache, [PORTS_TAG])
    return report


async def seed_gazetteer(res: Resources) -> int:
    """Give the ports whose positions are authored here a page, before any list is imported; return
    how many were new. Safe to repeat.
    """
    ours = {code: each for code, each in places.listings().items() if each.lat is not None}
    report = ListReport()
    async with res.db.transaction() as conn:
        if not ours.keys() <= await store.listed_codes(conn, ListSource.OURS):
            await store.lock(conn)
            await _join(conn, ours.values(), report)
            await drop_cached(conn, res.cache, [PORTS_TAG])
    return report.new


async def join_statistics(conn: Conn) -> ListReport:
    """Give every port that statistics name a port of ours: by its names, or by a position of ours.

    Those of which nobody knows where they are, are reported.
    """
    report = ListReport(source=ListSource.UNCTAD)
    await store.lock(conn)
    await _join_statistics(conn, report)
    return report


async def name_ports(conn: Conn, ports: Iterable[tuple[UUID, NewPort]]) -> None:
    """Let ports be found by their names, and by those that we know of them."""
    rows = []
    for port_id, port in ports:
        ours = places.listings().get(port.unlocode or "")
        found = dict.fromkeys(names.keys(port.name), port.name)
        if ours:
            found = merging.search_names([ours]) | found
        rows += [(port_id, key, name) for key, name in found.items()]
    await store.add_names(conn, rows)


async def add_names(conn: Conn, names_by_port: Iterable[tuple[UUID, str]]) -> None:
    """Let ports be found by more names, and called by one in the reader's script."""
    rows = [(port_id, key, name) for port_id, name in names_by_port for key in names.keys(name)]
    await store.add_names(conn, rows)
    said = with_ours(await store.foreign_names(conn, {port_id for port_id, _key, _name in rows}))
    conn.after_commit.append(lambda: port_names.add(said))


async def known_ports(conn: Conn) -> Ports:
    """Return every harbour with the lists that have it, to find the port of a listing in."""
    return await store.known_ports(conn)


async def codes_in_statistics(conn: Conn, port: Port) -> list[str]:
    """Return every code under which statistics may know a port: its own first."""
    return [port.unlocode or port.code, *await store.codes_in_statistics(conn, port.id)]


async def facts(conn: Conn, port: Port) -> list[ListedFacts]:
    """Return what each list says of a port."""
    return await store.facts_of(conn, port.id)


def _read(path: Path, report: ListReport) -> list[Listing]:
    found: dict[tuple[str, str], Listing] = {}
    try:
        for each in sniffing.read(path):
            report.rows += 1
            if isinstance(each, Unusable):
                report.leave_out(each.reason, each.where)
                continue
            listing = _storable(each)
            if listing is None:
                report.leave_out("no name", each.code[:_LONGEST_CODE])
            elif listing.key in found:
                report.leave_out("the same port again", f"{listing.code} {listing.name}")
            else:
                report.source = listing.source
                found[listing.key] = listing
    except csv.Error as error:
        words = f"{path.name} is broken after row {report.rows}: {error}."
        raise Invalid(words, code="not_a_list") from error
    except Invalid as refusal:
        if path.name in refusal.message:
            raise
        raise Invalid(f"{path.name} is refused: {refusal.message}.", code="not_a_list") from refusal
    if not found:
        words = f"{path.name} names no port that can be stored."
        raise Invalid(words, code="not_a_list")
    return list(found.values())


def _storable(listing: Listing) -> Listing | None:
    """Return the listing with texts that the database takes, of a length that pages can show; None
    for one without a name.
    """
    name, code = _text(listing.name, _LONGEST_NAME), _text(listing.code, _LONGEST_CODE)
    if not name or not code:
        return None
    aliases = (_text(each, _LONGEST_NAME) for each in listing.aliases[:_MOST_ALIASES])
    return msgspec.structs.replace(
        listing, name=name, code=code, aliases=tuple(each for each in aliases if each)
    )


def _text(text: str, longest: int) -> str:
    """Return the text in one line, without control characters and halves of characters."""
    plain = text.encode(errors="ignore").decode().replace("\x00", "")
    return " ".join(plain.split())[:longest].strip()


async def _join(conn: Conn, listings: Iterable[Listing], report: ListReport) -> None:
    """Find or make the port of each listing, store the listing, and make the ports anew of all."""
    ports = await store.known_ports(conn)
    owned: list[tuple[UUID, Listing]] = []
    fresh: dict[UUID, NewPort] = {}

    def turn(listing: Listing) -> tuple[bool, bool]:
        return listing.beside is not None, listing.unlocode not in ports.by_code

    # What has a code that is known goes first: it must not lose its port to a name that is alike. A
    # second code of a port comes after its first.
    for listing in sorted(listings, key=turn):
        found = joining.find(ports, listing)
        if found:
            port_id, how = found
            report.joined[how] += 1
        else:
            made = merging.merged([listing], ports.by_code)
            if made is None:
                report.leave_out("nobody knows where it is", f"{listing.code} {listing.name}")
                continue
            port_id, fresh_port = uuid7(), made
            fresh[port_id] = fresh_port
            report.new += 1
        owned.append((port_id, listing))
        _remember(ports, port_id, fresh.get(port_id), listing)
    await store.insert_ports(conn, fresh)
    report.changed = await store.upsert_listings(conn, owned)
    await _merge(conn, ports, {port_id for port_id, _listing in owned} - fresh.keys())
    found_names = (
        (port_id, key, name)
        for port_id, listing in owned
        for key, name in merging.search_names([listing]).items()
    )
    await store.add_names(conn, found_names)
    await name_ports(conn, fresh.items())


async def _merge(conn: Conn, ports: Ports, ids: set[UUID]) -> None:
    """Make ports anew out of their listings."""
    listings = await store.listings_of(conn, ids)
    changed = {}
    for port_id, found in listings.items():
        merged = merging.merged(found, joining.OthersCodes(ports, port_id))
        if merged is not None:
            changed[port_id] = merged
    await store.update_ports(conn, changed)


async def _join_statistics(conn: Conn, report: ListReport) -> None:
    """Join what statistics name, with our own positions where no list has them."""
    found = await store.unlisted_ports(conn)
    ours = [places.listings()[each.code] for each in found if each.code in places.listings()]
    await _join(conn, [each for each in ours if each.lat is not None], ListReport())
    found = await store.unlisted_ports(conn)
    report.rows += len(found)
    listings = [
        Listing(
            source=each.source,
            code=each.code,
            name=each.label.rpartition(", ")[2] or each.code,
            unlocode=each.code,
            country=each.code[:2],
        )
        for each in found
    ]
    if listings:
        await _join(conn, listings, report)


def _remember(ports: Ports, port_id: UUID, made: NewPort | None, listing: Listing) -> None:
    """Let what comes later in the list be compared with this one, too."""
    ports.by_alias[listing.key] = port_id
    keys = tuple(merging.search_names([listing]))
    before = ports.by_id.get(port_id)
    if before:
        ports.add(
            KnownPort(
                port_id,
                before.code,
                before.unlocode,
                before.country,
                before.lat,
                before.lon,
                tuple({*before.keys, *keys}),
                (*before.sources, listing.source),
            )
        )
    elif made:
        ports.add(
            KnownPort(
                port_id,
                made.code,
                made.unlocode,
                made.country,
                made.lat,
                made.lon,
                keys,
                (listing.source,),
            )
        )
