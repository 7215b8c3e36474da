"""What an edition takes away, adds and changes: counted by day, out of hashes."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import UUID

from maritime_app.ferries.timetables.editions.comparison import (
    Departures,
    StopDay,
    differences,
    loss,
)
from maritime_app.ferries.timetables.editions.model import DayDifference
from maritime_app.ferries.timetables.gtfs import codec, succession
from tests.ferries.feeds import edited, feed

ALPHA, BETA = UUID(int=1), UUID(int=2)


def edition(*rows: tuple[str, UUID, dict[int, int]]) -> Departures:
    found = Departures()
    found.add(
        StopDay(day, port, packed(prints), packed(prints.values())) for day, port, prints in rows
    )
    return found


def packed(numbers: Iterable[int]) -> bytes:
    """Hashes as PostgreSQL sends them."""
    return b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)


def test_it_works():
    before = edition(("2026-12-01", ALPHA, {1: 10, 2: 20}), ("2026-12-01", BETA, {3: 30}))
    after = edition(("2026-12-01", ALPHA, {1: 10, 2: 21}), ("2026-12-01", BETA, {4: 40}))
    assert differences(before, after, "2026-12-31") == [DayDifference("2026-12-01", 3, 1, 1, 1, 1)]
    assert before.on("2026-12-01") == {1: 10, 2: 20, 3: 30}
    assert loss(before, after, 20.0) is None


def test_days_behind_the_last_one_do_not_count():
    before = edition(("2026-12-01", ALPHA, {1: 10}))
    after = edition(("2026-12-01", ALPHA, {1: 10}), ("2026-12-02", ALPHA, {2: 20}))
    assert differences(before, after, "2026-12-01") == [DayDifference("2026-12-01", 1, 0, 0, 0, 1)]


def test_negative_hashes_are_told_apart():
    before = edition(("2026-12-01", ALPHA, {-1: -10, -(2**63): 2**63 - 1}))
    after = edition(("2026-12-01", ALPHA, {-1: -11, 7: 7}))
    assert differences(before, after, "2026-12-01") == [DayDifference("2026-12-01", 2, 1, 1, 1, 0)]


def test_what_would_be_lost_is_said():
    stops = [UUID(int=number) for number in range(6)]
    before = edition(*(("2026-12-01", stop, {stop.int: 1}) for stop in stops))
    few = edition(("2026-12-01", ALPHA, {1: 1}))
    assert "83 % of the departures" in (loss(before, few, 50.0) or "")
    one = edition(("2026-12-01", ALPHA, dict.fromkeys(range(7), 1)))
    assert "83 % of the stops" in (loss(before, one, 50.0) or "")


def test_what_is_another_thing_under_the_same_id_keeps_its_own(tmp_path: Path) -> None:
    """The time zone of the old agency is that of the old boats."""
    begin = date(2026, 12, 1)
    old, _notices = codec.read(feed(tmp_path))
    rome = edited("agency.txt", "Europe/Athens", "Europe/Rome")
    new, _notices = codec.read(
        feed(tmp_path, rome | edited("calendar.txt", "20260101", "20261201"))
    )

    both = succession.continued(old, new, begin)

    found = []
    for trip in both.trips:
        days, line = both.services[trip.service_id], both.lines[trip.line_id]
        found.append((days.first, days.last, both.agencies[line.agency_id].timezone))
    assert found == [
        (date(2026, 1, 1), date(2026, 11, 30), "Europe/Athens"),
        (begin, date(2028, 12, 31), "Europe/Rome"),
    ]
    assert both.stops == new.stops
