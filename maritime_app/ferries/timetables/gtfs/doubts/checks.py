"""Every doubt about what the timetable itself does not need, once it is read."""

from collections.abc import Callable, Mapping, Sequence

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import blocks
from maritime_app.ferries.timetables.gtfs.doubts import fares, shape_points
from maritime_app.ferries.timetables.gtfs.model import Service, Trip
from maritime_app.ferries.timetables.gtfs.tables import Tables


def check(tables: Tables, trips: Sequence[Trip], services: Mapping[str, Service]) -> None:
    """Note them in the account; a file that cannot be read is one of them."""
    both = blocks.overlapping(trips, services)
    if both:
        one, other = (trip.id[:60] for trip in both)
        words = f"one ship would sail two trips at once (block_id): {one} and {other}"
        tables.notices.note(words, "block_trips_with_overlapping_stop_times")
    _unless_unreadable(tables, fares.check)
    wanted = {trip.shape_id for trip in trips if trip.shape_id}
    _unless_unreadable(tables, lambda feed: shape_points.check(feed, wanted))


def _unless_unreadable(tables: Tables, check: Callable[[Tables], None]) -> None:
    try:
        check(tables)
    except Invalid as refusal:
        tables.notices.note(f"not checked further: {refusal.message}")
