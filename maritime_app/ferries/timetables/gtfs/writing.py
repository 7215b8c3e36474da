"""A feed that was read as a feed again: all that is understood of it, and nothing else. Pure.

What is written is read back as the same feed. Faulty rows, lines on land and files that are not
read are not in it; times that were blank stand there as about so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from maritime_app.ferries.timetables.gtfs import calls, packing, transfers
from maritime_app.ferries.timetables.gtfs.model import (
    BookingRule,
    Call,
    Feed,
    FeedInfo,
    LocationKind,
    Service,
    Stop,
    Trip,
)
from maritime_app.ferries.timetables.gtfs.packing import Row
from maritime_app.ferries.timetables.gtfs.terminals import rows as terminal_rows

_FERRY: Final = 4
_ADDED: Final = 1
_A_MINUTE: Final = 60
_COLUMNS: Final = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone,agency_phone",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_timezone,"
    "platform_code,wheelchair_boarding,level_id",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type,route_color",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,trip_short_name,block_id,"
    "direction_id,cars_allowed,bikes_allowed,wheelchair_accessible",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign,"
    "pickup_type,drop_off_type,timepoint,pickup_booking_rule_id",
    "calendar_dates.txt": "service_id,date,exception_type",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times",
    transfers.TRANSFERS: ",".join(transfers.COLUMNS),
    **terminal_rows.COLUMNS,
    "booking_rules.txt": ",".join(
        ("booking_rule_id", "message", "phone_number", "booking_url", *calls.NOTICE)
    ),
    "translations.txt": "table_name,field_name,language,translation,record_id",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_version,feed_end_date",
    "attributions.txt": "organization_name",
}
_NEEDED: Final = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")


def written(feed: Feed) -> bytes:
    """Return the feed as a zip; files without a row are left out unless a feed needs them."""
    rules = {rule: f"b{number}" for number, rule in enumerate(_booking_rules(feed), 1)}
    tables: dict[str, list[Row]] = {
        "agency.txt": [
            (each.id, each.name, each.url, each.timezone, each.phone)
            for each in feed.agencies.values()
        ],
        "stops.txt": _stops(feed),
        "routes.txt": [
            (each.id, each.agency_id, each.short_name, each.long_name, _FERRY, each.colour)
            for each in feed.lines.values()
        ],
        "trips.txt": [_trip(each) for each in feed.trips],
        "stop_times.txt": [row for each in feed.trips for row in _calls(each, rules)],
        "calendar_dates.txt": [row for each in feed.services.values() for row in _days(each)],
        "frequencies.txt": [row for each in feed.trips for row in frequency_rows(each)],
        transfers.TRANSFERS: list[Row](transfers.rows(feed.transfers)),
        **terminal_rows.tables(feed.terminals),
        "booking_rules.txt": [_booking_rule(code, rule) for rule, code in rules.items()],
        "translations.txt": [
            ("stops", "stop_name", language, name, stop.id)
            for stop in feed.stops.values()
            for language, name in stop.names
        ],
        "feed_info.txt": _info(feed.info),
        "attributions.txt": [(name,) for name in feed.info.attributions],
    }
    return packing.packed(
        {
            name: (_COLUMNS[name].split(","), rows)
            for name, rows in tables.items()
            if rows or name in _NEEDED
        }
    )


def _info(info: FeedInfo) -> list[Row]:
    last = f"{info.last_day:%Y%m%d}" if info.last_day else ""
    row = (info.publisher, info.publisher_url, info.language, info.version, last)
    return [row] if any(row) else []


def _stops(feed: Feed) -> list[Row]:
    """Return the places of boats, and of the terminals what else is in them."""
    stations = {each.place_id for each in feed.stops.values() if each.place_id != each.id}
    inside = feed.terminals.locations
    found = [_stop(each, feed, is_station=each.id in stations) for each in feed.stops.values()]
    for code, each in inside.items():
        if code not in feed.stops:
            lat, lon = each.position
            kind = int(each.kind)
            found.append((code, each.name, lat, lon, kind, each.parent, "", "", "", each.level))
    return found


def _stop(stop: Stop, feed: Feed, *, is_station: bool) -> Row:
    place = feed.terminals.locations.get(stop.id)
    kind = LocationKind.STATION if is_station else LocationKind.PLATFORM
    return (
        stop.id,
        stop.name,
        _degrees(stop.lat),
        _degrees(stop.lon),
        int(place.kind if place else kind),
        place.parent if place else stop.place_id if stop.place_id != stop.id else "",
        stop.timezone,
        stop.platform,
        _yes_no(stop.wheelchair),
        place.level if place else "",
    )


def _trip(trip: Trip) -> Row:
    marks = (_yes_no(said) for said in (trip.cars, trip.bicycles, trip.wheelchair))
    texts = trip.headsign, trip.short_name, trip.block_id
    direction = "" if trip.direction is None else trip.direction
    return (trip.line_id, trip.service_id, trip.id, *texts, direction, *marks)


def _calls(trip: Trip, rules: Mapping[BookingRule, str]) -> Iterator[Row]:
    for number, call in enumerate(trip.calls, 1):
        yield (
            trip.id,
            _time(call.arrives),
            _time(call.departs),
            call.stop_id,
            number,
            call.headsign,
            int(call.boarding),
            int(call.alighting),
            int(not call.approximate),
            rules[call.booking] if call.booking else "",
        )


def _days(service: Service) -> Iterator[Row]:
    for number, runs in enumerate(service.days):
        if runs == "1":
            yield service.id, f"{service.first + timedelta(number):%Y%m%d}", _ADDED


def frequency_rows(trip: Trip) -> Iterator[Row]:
    """Yield departures that are so far apart together; none of a trip that leaves once, as its
    calls say.
    """
    if trip.starts == ((trip.calls[0].departs, None),):
        return
    waiting = list(trip.starts)
    while waiting:
        run = _run(waiting)
        del waiting[: len(run)]
        first, headway = run[0]
        apart = headway or (run[1][0] - first if len(run) > 1 else _A_MINUTE)
        yield trip.id, _time(first), _time(run[-1][0] + 1), apart, int(headway is None)


def _run(starts: Sequence[tuple[int, int | None]]) -> Sequence[tuple[int, int | None]]:
    """Return the first departures that one row can say."""
    first, headway = starts[0]
    apart = headway or (starts[1][0] - first if len(starts) > 1 else 0)
    length = 1
    while length < len(starts) and apart >= _A_MINUTE:
        if starts[length] != (first + length * apart, headway):
            break
        length += 1
    return starts[:length]


def _booking_rules(feed: Feed) -> Iterable[BookingRule]:
    said = (call.booking for call in _all_calls(feed) if call.booking)
    return dict.fromkeys(said)


def _all_calls(feed: Feed) -> Iterator[Call]:
    for trip in feed.trips:
        yield from trip.calls


def _booking_rule(code: str, rule: BookingRule) -> Row:
    notice = dict(rule.notice)
    ahead = (notice.get(column, "") for column in calls.NOTICE)
    return (code, rule.message, rule.phone, rule.url, *ahead)


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "1" if value else "2"


def _degrees(value: float) -> str:
    """Return the shortest digits that are read as the same number, without an exponent."""
    return f"{Decimal(repr(value)):f}"
