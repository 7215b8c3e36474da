"""GTFS timetables: read, every row accounted for, repeatable, with the instants of service days."""

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import service
from maritime_app.ferries.timetables.gtfs.calendar import runs_on, shifted
from maritime_app.ferries.timetables.gtfs.codec import read_feed, seconds
from maritime_app.ferries.timetables.gtfs.departures import instant, timetable
from maritime_app.ferries.timetables.gtfs.model import Feed, Service
from maritime_app.ferries.timetables.gtfs.tables import Tables
from maritime_app.infra.db import Database
from maritime_app.resources import Resources

MONDAY = date(2026, 11, 23)
# The river crossing runs about hourly, also at 24:00; the island boat calls at three piers, the
# last after midnight.
FILES = {
    "agency.txt": """\
agency_id,agency_name,agency_url,agency_timezone,agency_phone
A,River Boats,https://river.example,Europe/Amsterdam
B,Nobody's Boats,https://nobody.example,Europe/Amsterdam,
C,Mars Boats,https://mars.example,Mars/Olympus,
""",
    "stops.txt": """\
stop_id,stop_name,stop_lat,stop_lon,location_type,stop_timezone
north,North Pier,52.00,4.00
south,South Pier,52.01,4.00,0
isle/1,Isle,52.10,4.10,,Europe/London
hall,Ferry Hall,52.00,4.00,1
lost,Lost Pier,nowhere,4.00,0
idle,Idle Pier,52.20,4.20,0
""",
    "routes.txt": """\
route_id,agency_id,route_short_name,route_long_name,route_type
R1,A,1,River crossing,4
R2,A,2,Island boat,1004
BUS,A,3,Bus,3
R9,B,9,Idle line,4
R8,C,8,Canal,4
""",
    "trips.txt": """\
route_id,service_id,trip_id,cars_allowed
R1,always,hourly,
R2,weekdays,island,1
R2,weekdays,back,2
BUS,always,bus,
R1,never,lost,
R1,always,one,
R1,always,round,
""",
    "stop_times.txt": """\
trip_id,stop_id,stop_sequence,arrival_time,departure_time,pickup_type,drop_off_type
hourly,north,1,00:30:00,00:31:00
hourly,south,2,00:40:00,00:41:00
island,south,20,24:40:00,24:45:00
island,north,10,23:30:00,23:30:00
island,isle/1,30,25:10:00,25:10:00
back,isle/1,1,09:00:00,09:00:00
back,south,2,09:30:00,09:35:00,1,0
back,north,3,10:00:00,10:00:00
bus,north,1,10:00:00,10:00:00
one,north,1,10:00:00,10:00:00
round,north,1,10:00:00,10:00:00
round,north,2,11:00:00,11:00:00
hourly,nowhere,3,01:00:00,01:00:00
hourly,south,4,,
""",
    "calendar.txt": """\
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
always,1,1,1,1,1,1,1,20180101,20201231
weekdays,1,1,1,1,1,0,0,20180101,20201231
idle,1,1,1,1,1,1,1,20180101,20201231
""",
    "calendar_dates.txt": "service_id,date,exception_type\nweekdays,20180103,2\nweekdays,20180106,1\n",
    "frequencies.txt": """\
trip_id,start_time,end_time,headway_secs,exact_times
hourly,00:00:00,24:00:39,3600,0
gone,00:00:00,24:00:00,3600,0
hourly,00:00:00,24:00:00,5,0
""",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\ns,52,4,1\ns,52.1,4,2\n",
}


@pytest.fixture
def feed_file(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def write(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, "\ufeff" + text if name == "stops.txt" else text)
    return path


def read(path: Path) -> Feed:
    tables = Tables(path)
    try:
        return read_feed(tables)
    finally:
        tables.close()


async def test_it_works(resources: Resources, db: Database, feed_file: Path) -> None:
    steps: list[tuple[int, int]] = []
    done = await service.import_gtfs(
        resources,
        feed_file,
        feed="river",
        shift_to=MONDAY,
        days=7,
        progress=lambda a, b: steps.append((a, b)),
    )
    # Hourly: 25 a day, of which the one at 24:00 is the next day's first, but not after the last
    # day asked for.
    assert done.departures == 7 * 25 + 5 * 2
    assert done.repeated_departures == 7
    assert done.sailings == 7 * 24 + 5 * 3 + 5 * 2
    assert done.notes == ["7 departures past midnight are the next day's and were written once"]
    assert steps[-1][0] == steps[-1][1]
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select o.name as origin, d.name as destination, s.*, op.name as operator, op.kind as operator_kind"
            " from sailing s join port o on o.id = s.origin_id join port d on d.id = s.destination_id"
            " join operator op on op.id = s.operator_id order by departs_at, arrives_at"
        )
        assert await conn.fetchval("select count(*) from capacity") == 0
    assert len(rows) == done.sailings
    assert {row["operator"] for row in rows} == {"River Boats"}
    assert {(row["operator_kind"], row["fare_id"], row["source"]) for row in rows} == {
        ("listed", None, "gtfs:river")
    }
    first = rows[0]
    assert first["departs_at"] == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert (first["arrives_at"] - first["departs_at"]).total_seconds() == 540
    assert (first["headway_seconds"], first["cars_allowed"]) == (3600, None)
    island = [row for row in rows if row["cars_allowed"]]
    assert {(row["origin"], row["destination"]) for row in island} == {
        ("North Pier", "South Pier"),
        ("South Pier", "Isle"),
        ("North Pier", "Isle"),
    }
    late = max(row["arrives_at"] for row in island if row["source_key"].startswith("20261123"))
    assert late == datetime(2026, 11, 24, 0, 10, tzinfo=UTC)


async def test_every_row_is_accounted_for(feed_file: Path) -> None:
    feed = read(feed_file)
    for name, count in feed.account.items():
        assert count.rows == count.kept + count.left_out.total(), name
        assert count.rows == len(FILES[name].strip().splitlines()) - 1, name
    assert {
        name: dict(count.left_out) for name, count in feed.account.items() if count.left_out
    } == {
        "agency.txt": {"unknown time zone": 1, "no route that is used": 1},
        "stops.txt": {
            "not a place where boats stop": 1,
            "unreadable position": 1,
            "no trip that is used stops there": 1,
        },
        "routes.txt": {"not by water": 1, "unknown agency": 1, "no trip that is used": 1},
        "trips.txt": {
            "its route is left out": 1,
            "unknown service": 1,
            "fewer than two stops": 1,
            "no crossing from one stop to another": 1,
        },
        "stop_times.txt": {"unknown stop": 1, "no time given": 1, "its trip is left out": 4},
        "calendar.txt": {"no trip uses it": 1},
        "frequencies.txt": {"unreadable times": 1, "its trip is left out": 1},
        "shapes.txt": {"file not used": 2},
    }


async def test_a_second_run_changes_nothing(resources: Resources, feed_file: Path) -> None:
    first = await service.import_gtfs(resources, feed_file, feed="river", shift_to=MONDAY, days=3)
    again = await service.import_gtfs(resources, feed_file, feed="river", shift_to=MONDAY, days=3)
    assert (again.stored, again.removed) == (0, 0)
    assert again.unchanged == first.stored
    tomorrow = await service.import_gtfs(
        resources, feed_file, feed="river", shift_to=MONDAY, days=4
    )
    assert tomorrow.removed == 0
    assert tomorrow.stored == 24 + 3 + 2


async def test_another_edition_takes_out_what_is_gone(
    resources: Resources, db: Database, tmp_path: Path
) -> None:
    await service.import_gtfs(
        resources, write(tmp_path, FILES), feed="river", shift_to=MONDAY, days=2
    )
    edited = {
        **FILES,
        "trips.txt": FILES["trips.txt"].replace("R2,weekdays,island,1\n", ""),
        "stop_times.txt": FILES["stop_times.txt"].replace(
            "back,north,3,10:00:00", "back,north,3,10:05:00"
        ),
    }
    done = await service.import_gtfs(
        resources, write(tmp_path, edited), feed="river", shift_to=MONDAY, days=2
    )
    assert done.removed == 2 * 3
    assert done.stored == 2  # from the isle to the north pier, later than it was
    async with db.acquire() as conn:
        longest = await conn.fetchval(
            "select max(arrives_at - departs_at) from sailing where cars_allowed = false"
        )
        assert await conn.fetchval("select count(*) from sailing where cars_allowed") == 0
    assert longest.total_seconds() == 65 * 60


async def test_stops_become_ports_with_aliases(
    resources: Resources, db: Database, feed_file: Path
) -> None:
    await service.import_gtfs(resources, feed_file, feed="river", shift_to=MONDAY, days=1)
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select p.*, a.source_code from port p join port_alias a on a.port_id = p.id order by p.code"
        )
    assert [(row["code"], row["source_code"], row["timezone"], row["kind"]) for row in rows] == [
        ("river:isle_1", "isle/1", "Europe/London", "stop"),
        ("river:north", "north", "Europe/Amsterdam", "stop"),
        ("river:south", "south", "Europe/Amsterdam", "stop"),
    ]


async def test_ended_calendars_run_only_when_shifted(resources: Resources, feed_file: Path) -> None:
    done = await service.import_gtfs(resources, feed_file, feed="river", days=3)
    assert (done.departures, done.sailings) == (0, 0)
    assert done.notes == ["3 trips run on none of these days; the calendars end on 2020-12-31"]


async def test_bad_requests_are_refused(
    resources: Resources, feed_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(Invalid):
        await service.import_gtfs(resources, feed_file, feed="Not A Name", days=3)
    with pytest.raises(Invalid):
        await service.import_gtfs(resources, feed_file, feed="river", days=0)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    with pytest.raises(Invalid, match="not a zip"):
        await service.import_gtfs(resources, broken, feed="river")
    with pytest.raises(Invalid, match="cannot be read"):
        await service.import_gtfs(resources, _not_text(tmp_path), feed="river")


def test_shifting_keeps_weekdays() -> None:
    span = Service(
        "s", frozenset({0, 4}), date(2018, 1, 1), date(2020, 12, 31), frozenset({date(2018, 1, 6)})
    )
    moved = shifted(span, MONDAY)
    assert moved.first.weekday() == span.first.weekday()
    assert (moved.first - span.first).days % 7 == 0
    assert moved.first <= MONDAY < date(2026, 11, 30)
    assert [runs_on(moved, date(2026, 11, day)) for day in (23, 24, 27, 28)] == [
        True,
        False,
        True,
        True,
    ]
    still_running = replace(span, last=date(2027, 1, 1))
    assert shifted(still_running, MONDAY) is still_running
    week = Service("w", frozenset({5}), date(2018, 1, 6), date(2018, 1, 6))
    assert runs_on(shifted(week, MONDAY), date(2026, 11, 28))


def test_times_count_from_noon() -> None:
    assert seconds("25:10:00") == 90_600
    assert seconds("7:05:09") == 25_509
    assert [seconds(text) for text in ("", "7:5", "07:61:00", "-1:00:00")] == [None] * 4
    # 28 March 2027 has 23 hours in Amsterdam: 08:00 is 08:00 by the clock, and 00:00 is an hour
    # before midnight.
    spring = date(2027, 3, 28)
    assert instant(spring, 8 * 3600, "Europe/Amsterdam") == datetime(2027, 3, 28, 6, tzinfo=UTC)
    assert instant(spring, 0, "Europe/Amsterdam") == datetime(2027, 3, 27, 22, tzinfo=UTC)
    autumn = date(2026, 10, 25)
    assert instant(autumn, 8 * 3600, "Europe/Amsterdam") == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_the_day_after_a_clock_change_repeats_nothing(feed_file: Path) -> None:
    """24:00 of Saturday and 00:00 of a Sunday with 23 hours are different instants: both stay."""
    feed = read(feed_file)
    services = {code: shifted(one, date(2027, 3, 1)) for code, one in feed.services.items()}
    found = timetable(feed, services, "river", [date(2027, 3, 27), date(2027, 3, 28)])
    assert found.departures == 50
    assert found.repeated == 1


def _not_text(folder: Path) -> Path:
    path = folder / "bytes.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("agency.txt", b"agency_name,agency_timezone\n\xff\xfe,Europe/Amsterdam\n")
    return path
