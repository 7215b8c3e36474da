"""Sailings to the tables of a GTFS feed, and those to a zip; the same sailings are the same bytes.
Pure.

Source: gtfs.org, "GTFS Schedule Reference". All agencies of a feed share one time zone, and our
operators are in several: the feed's is UTC, and each stop has its own to show times in. A sailing
is a trip of its own, which runs on the UTC day of its departure.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from maritime_app.ferries.timetables.export.model import (
    ExportedChange,
    ExportedSailing,
    ExportedStop,
)
from maritime_app.ferries.timetables.gtfs import packing, transfers
from maritime_app.ferries.timetables.gtfs.model import Transfer, TransferKind
from maritime_app.ferries.timetables.gtfs.packing import Row
from maritime_app.money import Money

TIMEZONE: Final = "Etc/UTC"
_FERRY: Final = 4  # route_type
_PAID_BEFORE: Final = 1
_HEADERS: Final = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone,agency_phone,agency_email",
    "stops.txt": "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,stop_timezone",
    "routes.txt": "route_id,agency_id,route_long_name,route_type",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,trip_short_name,bikes_allowed,"
    "cars_allowed",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
    "drop_off_type,timepoint",
    "calendar_dates.txt": "service_id,date,exception_type",
    "fare_attributes.txt": "fare_id,price,currency_type,payment_method,transfers,agency_id",
    "fare_rules.txt": "fare_id,route_id",
    transfers.TRANSFERS: ",".join(transfers.COLUMNS),
    "translations.txt": "table_name,field_name,language,translation,record_id,field_value",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,"
    "feed_end_date,feed_version,feed_contact_url",
}


def tables(
    sailings: Sequence[ExportedSailing],
    publisher: str,
    url: str,
    changes: Sequence[ExportedChange] = (),
) -> dict[str, list[Row]]:
    """Return the rows of each file; raise ValueError without a sailing, which is no feed.

    `changes` become rules of transfers.txt, by the harbour and each line that leaves there.
    """
    if not sailings:
        raise ValueError("there are no sailings")
    days = sorted({_day(each.departs_at) for each in sailings})
    stops = {stop.code: stop for each in sailings for stop in (each.origin, each.destination)}
    prices = {_fare_id(each): each for each in sailings if each.adult_minor is not None}
    return {
        "agency.txt": _unique(_agency(each, url) for each in sailings),
        "stops.txt": [_stop(stops[code]) for code in sorted(stops)],
        "routes.txt": _unique(
            (_route_id(each), each.operator_code, each.route_name, _FERRY) for each in sailings
        ),
        "trips.txt": [_trip(each) for each in sailings],
        "stop_times.txt": [row for each in sailings for row in _calls(each)],
        "calendar_dates.txt": [(day, day, 1) for day in days],
        "fare_attributes.txt": [_fare(name, each) for name, each in sorted(prices.items())],
        "fare_rules.txt": _unique(
            (_fare_id(each), _route_id(each)) for each in sailings if each.adult_minor is not None
        ),
        transfers.TRANSFERS: list[Row](transfers.rows(_transfers(sailings, changes))),
        "translations.txt": _translations(stops, sailings),
        "feed_info.txt": [(publisher, url, "en", days[0], days[-1], days[0], url)],
    }


def packed(files: dict[str, list[Row]]) -> bytes:
    """Return the feed as a zip."""
    return packing.packed({name: (_HEADERS[name].split(","), rows) for name, rows in files.items()})


def _agency(sailing: ExportedSailing, url: str) -> Row:
    # Nobody answers at the addresses of who does not exist: ours is where to ask.
    if sailing.operator_demo:
        name = f"{sailing.operator_name} (invented)"
        return (sailing.operator_code, name, url, TIMEZONE, "", "")
    return (
        sailing.operator_code,
        sailing.operator_name,
        sailing.operator_website or url,
        TIMEZONE,
        sailing.operator_phone or "",
        sailing.operator_email or "",
    )


def _stop(stop: ExportedStop) -> Row:
    return (stop.code, stop.code, stop.name, f"{stop.lat:.6f}", f"{stop.lon:.6f}", 0, stop.timezone)


def _translations(
    stops: Mapping[str, ExportedStop], sailings: Sequence[ExportedSailing]
) -> list[Row]:
    """Return what stops are called in other languages, and boats by where they go."""
    heading = {each.destination.code for each in sailings}
    found: list[Row] = []
    for code, stop in sorted(stops.items()):
        for language, name in stop.names:
            found.append(("stops", "stop_name", language, name, code, ""))
            if code in heading:
                found.append(("trips", "trip_headsign", language, name, "", stop.name))
    return _unique(found)


def _trip(sailing: ExportedSailing) -> Row:
    return (
        _route_id(sailing),
        _day(sailing.departs_at),
        sailing.id,
        sailing.destination.name,
        sailing.ferry or "",
        _yes_no(sailing.bicycles_allowed),
        _yes_no(sailing.cars_allowed),
    )


def _calls(sailing: ExportedSailing) -> list[Row]:
    leaves = _time(sailing.departs_at, sailing.departs_at)
    arrives = _time(sailing.departs_at, sailing.arrives_at)
    return [
        (sailing.id, leaves, leaves, sailing.origin.code, 1, 0, 1, 1),
        (sailing.id, arrives, arrives, sailing.destination.code, 2, 1, 0, 1),
    ]


def _transfers(
    sailings: Sequence[ExportedSailing], changes: Sequence[ExportedChange]
) -> list[Transfer]:
    """Return a minimum for each line that leaves a harbour which another sailing reaches."""
    minutes = {(each.stop, each.operator): each.minutes for each in changes}
    reached = {each.destination.code for each in sailings}
    leaving = {
        (each.origin.code, _route_id(each)): minutes.get((each.origin.code, each.operator_code))
        for each in sailings
        if each.origin.code in reached
    }
    return [
        Transfer(TransferKind.MINIMUM, stop, stop, to_line=route, min_seconds=least * 60)
        for (stop, route), least in sorted(leaving.items())
        if least is not None
    ]


def _fare(name: str, sailing: ExportedSailing) -> Row:
    amount = Money(sailing.adult_minor or 0, sailing.currency)
    return (name, amount.decimal(), sailing.currency, _PAID_BEFORE, 0, sailing.operator_code)


def _fare_id(sailing: ExportedSailing) -> str:
    return f"{sailing.operator_code}:{sailing.adult_minor}{sailing.currency}"


def _route_id(sailing: ExportedSailing) -> str:
    return f"{sailing.operator_code}:{sailing.route_code}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d}"


def _time(day_of: datetime, at: datetime) -> str:
    """Return a time from midnight of that UTC day on, beyond 24 h where it is a later day."""
    midnight = day_of.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = round((at - midnight).total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _yes_no(value: bool | None) -> int:
    return 0 if value is None else 1 if value else 2


def _unique(rows: Iterable[Row]) -> list[Row]:
    return list(dict.fromkeys(tuple(row) for row in rows))
