"""Operators, stops, lines, services, patterns and trips of an edition in PostgreSQL."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from maritime_app.ferries.timetables.gtfs.model import Agency, Call, Feed, Line, Service, Trip
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_timetables")
_NAMESPACE = UUID("c6c2d6f1-9a1b-5c93-bf0f-7b1f0c7a3e11")
_CALL_COLUMNS = (
    "pattern_id",
    "number",
    "port_id",
    "stop_code",
    "platform",
    "arrives",
    "departs",
    "boarding",
    "alighting",
    "approximate",
    "headsign",
    "booking_message",
    "booking_phone",
    "booking_url",
    "sequence",
)
_TRIP_COLUMNS = (
    "feed_id",
    "pattern_id",
    "service_id",
    "line_id",
    "code",
    "headsign",
    "short_name",
    "timezone",
    "starts",
    "headways",
    "cars",
    "bicycles",
    "wheelchair",
    "direction",
)
_TRANSFER_COLUMNS = (
    "feed_id",
    "number",
    "kind",
    "from_stop",
    "to_stop",
    "from_line",
    "to_line",
    "from_trip",
    "to_trip",
    "min_seconds",
    "from_port_id",
    "to_port_id",
    "from_station",
    "to_station",
)
_WAY_COLUMNS = ("feed_id", "from_stop", "to_stop", "seconds", "step_free", "signs")
# Calls, and what the feed numbers them by, which is no part of what a call is.
Pattern = tuple[tuple[Call, ...], tuple[int | None, ...]]


class _Numbered(msgspec.Struct, frozen=True):
    code: str
    id: int


class _PatternId(msgspec.Struct, frozen=True):
    number: int
    id: int


async def replace(
    conn: Conn, feed_id: UUID, name: str, feed: Feed, ports: Mapping[str, UUID]
) -> None:
    """Put the trips of this edition in place of all that is stored of the feed.

    `ports` are the harbours and stations by stop id.
    """
    await SQL.clear_timetable.execute(conn, feed_id)
    await _upsert_agencies(conn, name, list(feed.agencies.values()))
    services = await _add_services(conn, feed_id, list(feed.services.values()))
    lines = await _add_lines(conn, feed_id, name, list(feed.lines.values()))
    patterns = list(dict.fromkeys(pattern(trip) for trip in feed.trips))
    found = await SQL.add_patterns.fetch_all(conn, _PatternId, feed_id, len(patterns))
    ids = {patterns[row.number]: row.id for row in found}
    await conn.copy_records_to_table(
        "timetable_call", records=_call_rows(feed, ids, ports), columns=_CALL_COLUMNS
    )
    rows = (
        (
            feed_id,
            ids[pattern(trip)],
            services[trip.service_id],
            lines[trip.line_id],
            *_trip_values(feed, trip),
        )
        for trip in feed.trips
    )
    await conn.copy_records_to_table("timetable_trip", records=rows, columns=_TRIP_COLUMNS)
    await SQL.add_links.execute(conn, feed_id)
    await conn.copy_records_to_table(
        "timetable_transfer",
        records=_transfer_rows(feed, feed_id, ports),
        columns=_TRANSFER_COLUMNS,
    )
    ways = [
        (feed_id, way.from_stop, way.to_stop, way.seconds, way.step_free, list(way.signs))
        for way in feed.ways
    ]
    await conn.copy_records_to_table("timetable_way", records=ways, columns=_WAY_COLUMNS)


async def drop_legacy(conn: Conn, name: str) -> None:
    """Take out what a version wrote that stored every pair of stops as a sailing."""
    await SQL.drop_legacy_sailings.execute(conn, f"gtfs:{name}")
    await SQL.drop_legacy_routes.execute(conn, f"gtfs:{name}")


def pattern(trip: Trip) -> Pattern:
    """Return the calls of a trip with their times counted from its first departure."""
    start = trip.calls[0].departs
    calls = tuple(
        dataclasses.replace(call, arrives=call.arrives - start, departs=call.departs - start)
        for call in trip.calls
    )
    return calls, tuple(call.sequence for call in calls)


def operator_id(feed: str, agency: str) -> UUID:
    """Return the operator's id: the same for the same feed and agency, always."""
    return uuid5(_NAMESPACE, f"{feed}|agency|{agency}")


async def _upsert_agencies(conn: Conn, name: str, agencies: Sequence[Agency]) -> None:
    await SQL.upsert_agencies.execute(
        conn,
        [operator_id(name, each.id) for each in agencies],
        [f"{name}:{each.id}" for each in agencies],
        [each.name for each in agencies],
        [each.timezone for each in agencies],
        [each.url or None for each in agencies],
        [each.phone or None for each in agencies],
        f"gtfs:{name}",
    )


async def _add_services(conn: Conn, feed_id: UUID, services: Sequence[Service]) -> dict[str, int]:
    rows = await SQL.add_services.fetch_all(
        conn,
        _Numbered,
        feed_id,
        [each.id for each in services],
        [each.first for each in services],
        [each.days for each in services],
    )
    return {row.code: row.id for row in rows}


async def _add_lines(conn: Conn, feed_id: UUID, name: str, lines: Sequence[Line]) -> dict[str, int]:
    rows = await SQL.add_lines.fetch_all(
        conn,
        _Numbered,
        feed_id,
        [operator_id(name, each.agency_id) for each in lines],
        [each.id for each in lines],
        [each.short_name for each in lines],
        [each.long_name for each in lines],
        [each.colour for each in lines],
    )
    return {row.code: row.id for row in rows}


def _call_rows(
    feed: Feed, ids: Mapping[Pattern, int], ports: Mapping[str, UUID]
) -> Iterable[tuple[Any, ...]]:
    for (calls, _sequences), pattern_id in ids.items():
        for number, call in enumerate(calls):
            yield (
                pattern_id,
                number,
                ports[call.stop_id],
                call.stop_id,
                feed.stops[call.stop_id].platform,
                call.arrives,
                call.departs,
                int(call.boarding),
                int(call.alighting),
                call.approximate,
                call.headsign,
                *((rule.message, rule.phone, rule.url) if (rule := call.booking) else ("", "", "")),
                call.sequence,
            )


def _trip_values(feed: Feed, trip: Trip) -> tuple[Any, ...]:
    zone = feed.agencies[feed.lines[trip.line_id].agency_id].timezone
    return (
        trip.id,
        trip.headsign,
        trip.short_name,
        zone,
        [start for start, _headway in trip.starts],
        [headway for _start, headway in trip.starts],
        trip.cars,
        trip.bicycles,
        trip.wheelchair,
        trip.direction,
    )


def _transfer_rows(
    feed: Feed, feed_id: UUID, ports: Mapping[str, UUID]
) -> Iterable[tuple[Any, ...]]:
    stations = {stop.place_id for stop in feed.stops.values() if stop.id != stop.place_id}
    for number, rule in enumerate(feed.transfers):
        yield (
            feed_id,
            number,
            int(rule.kind),
            rule.from_stop,
            rule.to_stop,
            rule.from_line,
            rule.to_line,
            rule.from_trip,
            rule.to_trip,
            rule.min_seconds,
            ports[rule.from_stop] if rule.from_stop else None,
            ports[rule.to_stop] if rule.to_stop else None,
            rule.from_stop in stations,
            rule.to_stop in stations,
        )
