"""A GTFS zip becomes a feed: every row kept or counted, what is broken refused in words."""

import zipfile
from datetime import date

import pytest

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import calendar, codec
from maritime_app.ferries.timetables.gtfs.calls import pairs
from maritime_app.ferries.timetables.gtfs.frequencies import starts
from maritime_app.ferries.timetables.gtfs.model import Access, Frequency
from tests.ferries.feeds import ISLAND, edited, feed, with_rows

FREQUENCIES = "trip_id,start_time,end_time,headway_secs,exact_times\n"


def left_out(notices):
    return {f"{each.file}: {each.words}": each.rows for each in notices.left_out()}


def test_it_works(tmp_path):
    found, notices = codec.read(feed(tmp_path))

    assert [call.stop_id for call in found.trips[0].calls] == ["a", "b", "c", "d"]
    assert found.lines["R"].name == "Island line"
    assert list(pairs(found.trips[0].calls)) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert notices.rows == notices.kept == 12
    assert (notices.left_out(), notices.notes) == ((), [])


def test_every_row_is_kept_or_counted(tmp_path):
    """A bus, an agency nobody uses, a stop twice, an unknown service, one stop, a blank line."""
    changes = {
        **with_rows(
            "agency.txt", "B,Nobody,https://b.example,Europe/Athens,", "C,Mars,,Mars/Base,"
        ),
        **with_rows("stops.txt", "a,Alpha again,37.9,23.6,0,,", "x,Lost,,,0,,", "y,Idle,36,25,0,,"),
        **with_rows("routes.txt", "BUS,A,1,Bus,3", "R,A,7,Island line,4", "Q,Z,8,Nobody's,4"),
        **with_rows("trips.txt", "BUS,S,B,", "R,NEVER,N,", "R,S,ONE,", "R,S,T,"),
        **with_rows(
            "stop_times.txt",
            "B,08:00:00,08:00:00,a,1",
            "T,15:00:00,15:00:00,nowhere,5",
            "T,15:00:00,15:00:00,d,²",
            "T,15:00:00,15:00:00,d,4",
            "T,noon,noon,d,6",
            "ONE,08:00:00,08:00:00,a,1",
            ",,,,",
        ),
        "shapes.txt": "shape_id\n1\n",
    }
    _found, notices = codec.read(feed(tmp_path, changes))

    assert left_out(notices) == {
        "agency.txt: no route that is used": 1,
        "agency.txt: unknown time zone": 1,
        "routes.txt: id stands there twice": 1,
        "routes.txt: not by water": 1,
        "routes.txt: unknown agency": 1,
        "stop_times.txt: its trip is left out": 1,
        "stop_times.txt: not of a trip that is used": 2,
        "stop_times.txt: order stands there twice": 1,
        "stop_times.txt: unknown stop": 1,
        "stop_times.txt: unreadable order": 1,
        "stop_times.txt: unreadable time": 1,
        "stops.txt: id stands there twice": 1,
        "stops.txt: no position": 1,
        "stops.txt: no trip that is used stops there": 1,
        "trips.txt: fewer than two stops": 1,
        "trips.txt: id stands there twice": 1,
        "trips.txt: its route is left out": 1,
        "trips.txt: unknown service": 1,
    }
    assert notices.rows == notices.kept + sum(left_out(notices).values())
    assert [note.words for note in notices.notes] == ["not used: shapes.txt"]


def test_a_reason_names_the_validators_rule_and_the_line(tmp_path):
    _found, notices = codec.read(
        feed(tmp_path, with_rows("stop_times.txt", "T,15:00:00,15:00:00,nowhere,5"))
    )
    (reason,) = notices.left_out()
    assert (reason.rule, reason.first_line) == ("foreign_key_violation", 6)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({file: text.replace(",", ";") for file, text in ISLAND.items()}, "semicolons"),
        ({file: text.replace(",", "\t") for file, text in ISLAND.items()}, "tabs"),
        (edited("stop_times.txt", ":00,", ","), "times without seconds are read"),
        (edited("stops.txt", "stop_id,", " Stop_ID ,"), "capitals in the names of columns"),
        (edited("routes.txt", ",4", ",4.0"), "route_type 4.0 is read as 4"),
        (edited("agency.txt", "Europe/Athens", "europe/athens"), "read as Europe/Athens"),
        (edited("stops.txt", "37.90,23.60", '"37,90","23,60"'), "decimal commas"),
        ({"stops.txt": None, "Stops.TXT": ISLAND["stops.txt"]}, "read Stops.TXT as stops.txt"),
        ({"stops.txt": ISLAND["stops.txt"].encode("utf-16")}, "stops.txt is UTF-16"),
        ({"old/stop_times.txt": "trip_id\n"}, "not read: old/stop_times.txt, a second copy"),
        (edited("stops.txt", "Alpha", "A" * 90_000), "a name of 90,000 characters is cut"),
        (edited("calendar.txt", "20281231", "99991231"), "services of more than twenty years"),
        (edited("calendar.txt", "20260101,20281231", "19000101,20991231"), "of more than twenty"),
        ({"stops.txt": "\n \r\n" + ISLAND["stops.txt"]}, "stops.txt begins with a blank line"),
    ],
)
def test_what_can_be_meant_in_one_way_only_is_read_with_a_note(tmp_path, changes, note):
    found, notices = codec.read(feed(tmp_path, changes))

    assert len(found.trips[0].calls) == 4
    assert found.trips[0].calls[0].departs == 8 * 3600
    assert found.agencies["A"].timezone == "Europe/Athens"
    assert any(note in each.words for each in notices.notes), notices.notes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stop_times.txt": None}, "there is no stop_times.txt (missing_required_file)"),
        ({"calendar.txt": None}, "missing_calendar_and_calendar_date_files"),
        (dict.fromkeys(ISLAND), "there is no timetable in it"),
        ({**dict.fromkeys(ISLAND), "inner.zip": b"PK"}, "another zip: inner.zip"),
        (edited("stop_times.txt", "stop_sequence", "sequence"), "no column stop_sequence"),
        ({"stops.txt": ISLAND["stops.txt"].replace("Beta", "Bêta").encode("latin-1")}, "not UTF-8"),
        (edited("calendar.txt", "20281231", "20251231"), "ends before it starts"),
        (edited("calendar.txt", "20260101,20281231", "99980101,99991231"), "no year of ours"),
        (edited("calendar.txt", "20260101,20281231", "19000101,19991231"), "no year of ours"),
        (edited("agency.txt", "Europe/Athens", "Atlantis"), "unknown time zone"),
        (with_rows("agency.txt", "B,Other,,Europe/Athens,") | edited("routes.txt", "R,A,", "R,,"),
         "names none of the agencies (1 rows, first in line 2, missing_required_agency_id)"),
        ({"frequencies.txt": FREQUENCIES + "T,08:00:00,20:00:00,0,0\n"}, "less than a minute"),
        ({"frequencies.txt": FREQUENCIES + "T,20:00:00,08:00:00,600,0\n"}, "ends before it starts"),
        (edited("routes.txt", "line,4", "line,²"), "unreadable route_type"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_words(tmp_path, changes, words):
    with pytest.raises(Invalid, match=r"island\.zip is refused") as refusal:
        codec.read(feed(tmp_path, changes))
    assert words in refusal.value.message


def test_a_stop_without_a_name_costs_that_stop(tmp_path):
    found, notices = codec.read(feed(tmp_path, edited("stops.txt", "Beta", "")))

    assert len(found.trips[0].calls) == 3
    assert [each.rule for each in notices.left_out() if each.words == "no stop_name"] == [
        "missing_stop_name"
    ]


def test_a_damaged_zip_is_refused_with_the_file_at_which_it_breaks(tmp_path):
    path = feed(tmp_path)
    with zipfile.ZipFile(path) as packed:
        at = packed.getinfo("stop_times.txt").header_offset + 60
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(Invalid, match=r"damaged at stop_times\.txt"):
        codec.read(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of a zip"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "cut.zip"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="not a zip file"):
        codec.read(path)


def test_a_row_with_a_nul_is_counted(tmp_path):
    _found, notices = codec.read(feed(tmp_path, edited("stops.txt", "Beta", "Be\0ta")))
    assert left_out(notices)["stops.txt: a NUL in it"] == 1


def test_blank_times_are_filled_in_and_said_to_be_about(tmp_path):
    changes = edited("stop_times.txt", "10:00:00,10:10:00", ",")
    changes["stop_times.txt"] = changes["stop_times.txt"].replace("12:00:00,12:10:00", ",")
    found, _notices = codec.read(feed(tmp_path, changes))

    times = [(call.arrives // 3600, call.approximate) for call in found.trips[0].calls]
    assert times == [(8, False), (10, True), (12, True), (14, False)]


def test_a_time_that_goes_back_costs_that_call(tmp_path):
    changes = edited("stop_times.txt", "10:00:00,10:10:00", "07:00:00,07:10:00")
    found, notices = codec.read(feed(tmp_path, changes))

    assert [call.stop_id for call in found.trips[0].calls] == ["a", "c", "d"]
    assert left_out(notices)["stop_times.txt: time goes back"] == 1


def test_a_loop_can_be_travelled_from_any_stop_but_to_itself(tmp_path):
    changes = with_rows("stop_times.txt", "T,16:00:00,16:00:00,a,5")
    found, _notices = codec.read(feed(tmp_path, changes))
    calls = found.trips[0].calls

    travelled = {(calls[first].stop_id, calls[last].stop_id) for first, last in pairs(calls)}
    assert len(travelled) == 9
    assert ("d", "a") in travelled
    assert ("a", "a") not in travelled


def test_by_telephone_and_with_the_crew_are_not_no(tmp_path):
    rows = ISLAND["stop_times.txt"].splitlines()
    marks = ("pickup_type,drop_off_type", "2,1", "3,3", "1,0", "1,0")
    text = "\n".join(f"{row},{mark}" for row, mark in zip(rows, marks, strict=True))
    found, _notices = codec.read(feed(tmp_path, {"stop_times.txt": text + "\n"}))
    calls = found.trips[0].calls

    assert (calls[0].boarding, calls[1].boarding) == (Access.PHONE, Access.CREW)
    assert list(pairs(calls)) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3)]


def test_a_pier_takes_from_its_station(tmp_path):
    changes = edited("stops.txt", "a,Alpha,37.90,23.60,0,,", "a,Pier 1,,,0,ST,")
    changes["stops.txt"] += "ST,Big Terminal,37.90,23.60,1,,Asia/Nicosia\n"
    found, _notices = codec.read(feed(tmp_path, changes))

    pier = found.stops["a"]
    assert (pier.place_id, pier.platform, pier.timezone) == ("ST", "Pier 1", "Asia/Nicosia")
    assert (pier.lat, found.stops["ST"].name) == (37.90, "Big Terminal")


def test_what_a_trip_says_of_cars_bicycles_and_wheelchairs(tmp_path):
    text = (
        "route_id,service_id,trip_id,cars_allowed,bikes_allowed,wheelchair_accessible\n"
        "R,S,T,1,2,0\n"
    )
    found, _notices = codec.read(feed(tmp_path, {"trips.txt": text}))
    trip = found.trips[0]
    assert (trip.cars, trip.bicycles, trip.wheelchair) == (True, False, None)


def test_names_in_other_languages(tmp_path):
    text = "table_name,field_name,language,translation,record_id\nstops,stop_name,el,Άλφα,a\n"
    found, _notices = codec.read(feed(tmp_path, {"translations.txt": text}))
    assert found.stops["a"].names == (("el", "Άλφα"),)


def test_a_trip_with_frequencies_runs_by_them_only(tmp_path):
    rows = "T,06:00:00,07:00:00,1800,0\nT,06:30:00,07:30:00,1200,1\nT,07:00:00,06:00:00,600,0\n"
    found, notices = codec.read(feed(tmp_path, {"frequencies.txt": FREQUENCIES + rows}))

    times = [(start // 60, headway) for start, headway in found.trips[0].starts]
    assert times == [(360, 1800), (390, 1800), (410, None), (430, None)]
    assert left_out(notices)["frequencies.txt: ends before it starts"] == 1


def test_a_frequency_of_weeks_is_cut_and_called_implausible(tmp_path):
    rows = "T,00:00:00,999:00:00,60,0\n"
    found, notices = codec.read(feed(tmp_path, {"frequencies.txt": FREQUENCIES + rows}))

    assert len(found.trips[0].starts) == 48 * 60
    assert "implausible" in notices.notes[0].words


def test_the_end_of_a_frequency_is_not_part_of_it():
    assert starts([Frequency(0, 1200, 600, exact=True)]) == {0: None, 600: None}


def test_days_are_added_and_removed(tmp_path):
    rows = "service_id,date,exception_type\nS,20260102,2\nS,20290102,1\nS,20260102,1\n"
    found, notices = codec.read(feed(tmp_path, {"calendar_dates.txt": rows}))
    service = found.services["S"]

    assert [service.runs_on(date(2026, 1, day)) for day in (1, 2, 3)] == [True, False, True]
    assert service.runs_on(date(2029, 1, 2))
    assert not service.runs_on(date(2029, 1, 3))
    assert left_out(notices)["calendar_dates.txt: day stands there twice"] == 1


def test_a_service_until_further_notice_runs_for_the_coming_years(tmp_path):
    found, _notices = codec.read(feed(tmp_path, edited("calendar.txt", "20281231", "99991231")))
    service, year = found.services["S"], clock.now().year
    assert service.first == date(2026, 1, 1)
    assert service.runs_on(date(year + 9, 2, 28))
    assert len(service.days) < 12 * 366


def test_a_whole_feed_is_moved_by_the_same_weeks(tmp_path):
    """Seasons that never met do not run together, and weekdays stay."""
    calendars = ISLAND["calendar.txt"].splitlines()[0]
    seasons = f"{calendars}\nS,1,1,1,1,1,1,1,20180101,20180531\nW,1,0,0,0,0,0,0,20180601,20181231\n"
    changes = {"calendar.txt": seasons} | with_rows("trips.txt", "R,W,U,Delta")
    changes |= with_rows("stop_times.txt", "U,08:00:00,08:00:00,a,1", "U,14:00:00,14:00:00,d,2")
    found, _notices = codec.read(feed(tmp_path, changes))
    weeks = calendar.weeks_to(found, date(2026, 12, 1), date(2026, 11, 25))
    moved = calendar.moved(found, weeks)

    assert (weeks, moved.first_day) == (465, date(2026, 11, 30))
    assert moved.services["W"].first - moved.services["S"].first == (
        found.services["W"].first - found.services["S"].first
    )
    assert not any(moved.services["W"].runs_on(date(2026, 12, day)) for day in range(1, 32))


def test_a_feed_that_is_current_is_not_moved(tmp_path):
    found, _notices = codec.read(feed(tmp_path))
    assert calendar.weeks_to(found, date(2030, 1, 1), date(2026, 11, 25)) == 0


def test_a_large_file_that_is_not_used_is_not_read(tmp_path):
    """A bomb of shapes costs nothing; a line without end in a table that is read is refused."""
    codec.read(feed(tmp_path, {"shapes.txt": b"0" * 50_000_000}))
    with pytest.raises(Invalid, match="line without end"):
        codec.read(feed(tmp_path, {"stops.txt": ISLAND["stops.txt"] + "x" * 3_000_000}))


def test_rows_of_other_trips_are_not_held(tmp_path):
    """A national feed has millions: memory stays that of the boats."""
    import tracemalloc

    buses = "".join(f"B{number},08:00:00,08:00:00,a,1\n" for number in range(60_000))
    path = feed(tmp_path, {"stop_times.txt": ISLAND["stop_times.txt"] + buses})
    del buses
    tracemalloc.start()
    _found, notices = codec.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert notices.files["stop_times.txt"].rows == 60_004
    assert peak < 2_000_000
