"""What an edition that begins later leaves to the one before: the days until then. Pure.

Source: gtfs.org/documentation/schedule/reference, feed_info.txt, "feed_start_date".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from maritime_app.ferries.timetables.gtfs.model import Agency, Feed, Line, Service, Trip

_Named = TypeVar("_Named", Agency, Line)


def begins(feed: Feed) -> date | None:
    """Return from which day on its publisher answers for the feed; None where that is not said.

    A feed whose first boat sails later than it begins has none until then: that is no gap.
    """
    said = feed.info.first_day
    return None if said is None else min(said, feed.first_day)


def continued(old: Feed, new: Feed, begin: date) -> Feed:
    """Return the new feed, and on the days before that one the boats of the old.

    A place is one in both, as the new feed has it. What else is another thing under the same id
    gets an id of its own.
    """
    mark = f" until {begin}"
    services = _before(old.services, begin, mark)
    trips = [trip for trip in old.trips if trip.service_id in services]
    agency_ids = _ids(old.agencies, new.agencies, mark)
    lines = {
        code: replace(line, agency_id=agency_ids[line.agency_id])
        for code, line in old.lines.items()
    }
    line_ids = _ids(lines, new.lines, mark)
    called = {call.stop_id for trip in trips for call in trip.calls}
    called |= {old.stops[code].place_id for code in called}
    return replace(
        new,
        agencies=_renamed(old.agencies, agency_ids) | new.agencies,
        lines=_renamed(lines, line_ids) | new.lines,
        stops={code: old.stops[code] for code in called} | new.stops,
        services={each.id: each for each in services.values()} | new.services,
        trips=(*(_moved(trip, services, line_ids) for trip in trips), *new.trips),
    )


def _before(services: Mapping[str, Service], end: date, mark: str) -> dict[str, Service]:
    """Return the services that run before that day, until then, by their ids in the old feed."""
    clipped = {
        code: replace(each, id=code + mark, days=each.days[: max(0, (end - each.first).days)])
        for code, each in services.items()
    }
    return {code: each for code, each in clipped.items() if "1" in each.days}


def _ids(old: Mapping[str, Any], new: Mapping[str, Any], mark: str) -> dict[str, str]:
    return {code: code + mark if new.get(code, one) != one else code for code, one in old.items()}


def _renamed(found: Mapping[str, _Named], ids: Mapping[str, str]) -> dict[str, _Named]:
    return {ids[code]: replace(one, id=ids[code]) for code, one in found.items()}


def _moved(trip: Trip, services: Mapping[str, Service], line_ids: Mapping[str, str]) -> Trip:
    service_id = services[trip.service_id].id
    return replace(trip, service_id=service_id, line_id=line_ids[trip.line_id])
