"""The stops of a feed as ports: stations with their piers, joined to harbours that are known."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from maritime_app.ferries.places import stop_codes
from maritime_app.ferries.timetables.gtfs.codec import usual_zone
from maritime_app.ferries.timetables.gtfs.model import Feed, Stop
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.ports.service import (
    add_aliases,
    add_names,
    country_at,
    fold_name,
    port_ids,
    seed_ports,
)

SQL = queries.load("ferries_timetables")


class Join(msgspec.Struct, frozen=True):
    """A place of a feed that is a harbour of ours."""

    id: UUID
    code: str


class _Near(msgspec.Struct, frozen=True):
    number: int
    id: UUID
    code: str
    metres: float


class _Chosen(msgspec.Struct, frozen=True):
    stop_code: str
    id: UUID
    code: str


async def store(conn: Conn, name: str, feed: Feed) -> tuple[dict[str, UUID], int]:
    """Return the port of each stop that is called at, and how many places are known harbours.

    What a person has decided holds; then a harbour of the same name within 5 km; else the place
    becomes a stop of its own.
    """
    places = {stop.place_id: feed.stops[stop.place_id] for stop in feed.stops.values()}
    joined = await _joins(conn, name, places)
    fresh = [_new_port(feed, name, stop) for code, stop in places.items() if code not in joined]
    await seed_ports(conn, fresh)
    ids = await port_ids(conn, [port.code for port in fresh])
    at = {code: joined[code].id for code in joined}
    at |= {code: ids[stop_codes.code(name, code)] for code in places if code not in joined}
    await _add_aliases(conn, name, feed, joined)
    await add_names(
        conn,
        [
            (at[stop.place_id], said)
            for stop in feed.stops.values()
            for said in (stop.name, *(text for _language, text in stop.names))
        ],
    )
    return {code: at[stop.place_id] for code, stop in feed.stops.items()}, len(joined)


async def drop_unused(conn: Conn, name: str) -> None:
    """Take out stops of the feed at which nothing calls any more."""
    await SQL.drop_unused_stops.execute(conn, stop_codes.source(name))


async def _joins(conn: Conn, name: str, places: Mapping[str, Stop]) -> dict[str, Join]:
    stops = list(places.values())
    found = await SQL.harbours_near.fetch_all(
        conn,
        _Near,
        [stop.lat for stop in stops],
        [stop.lon for stop in stops],
        [fold_name(stop.name) for stop in stops],
    )
    nearest: dict[UUID, _Near] = {}
    for each in found:  # two piers of one name: the nearer one is the harbour
        if each.id not in nearest or each.metres < nearest[each.id].metres:
            nearest[each.id] = each
    joined = {stops[each.number - 1].id: Join(each.id, each.code) for each in nearest.values()}
    chosen = await SQL.joined_by_person.fetch_all(conn, _Chosen, stop_codes.source(name))
    for choice in chosen:
        if choice.stop_code in places:
            joined[choice.stop_code] = Join(choice.id, choice.code)
    return joined


async def _add_aliases(conn: Conn, name: str, feed: Feed, joined: Mapping[str, Join]) -> None:
    """Let every stop be found by its own code: piers under their station, stops of a harbour."""
    source = stop_codes.source(name)
    rows = []
    for code, stop in feed.stops.items():
        there = joined.get(stop.place_id)
        port = there.code if there else stop_codes.code(name, stop.place_id)
        rows.append((source, code, port))
    await add_aliases(conn, rows)


def _new_port(feed: Feed, name: str, stop: Stop) -> NewPort:
    return NewPort(
        code=stop_codes.code(name, stop.id),
        name=stop.name,
        lat=stop.lat,
        lon=stop.lon,
        timezone=stop.timezone or usual_zone(feed),
        kind=PortKind.STOP,
        source=stop_codes.source(name),
        country=country_at(stop.lat, stop.lon),
    )
