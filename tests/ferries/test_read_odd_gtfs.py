"""Feeds as programs in use write them: the same timetable, and what a reader of the report is told
under the names of the validator's rules.
"""

import io
import itertools
import stat
import zipfile
from pathlib import Path

import pytest

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.gtfs import codec, writing
from maritime_app.ferries.timetables.gtfs.model import Feed
from maritime_app.resources import Resources
from tests.ferries.feeds import ISLAND, edited, feed, with_rows

OLD_NAMES = "trans_id,lang,translation\nAlpha,el,Άλφα\n"
TWO_FORMS = """\
table_name,field_name,language,translation,record_id,field_value
stops,stop_name,fr,Alphe,a,
stops,stop_name,fr,A,,Alpha
stops,stop_name,el,Άλφα,,Alpha
"""
TWO_RUNS = "trip_id,start_time,end_time,headway_secs\nT,08:00:00,10:00:00,3600\n"


def packed(files: dict[str, str], prefix: str = "", before: bytes = b"") -> bytes:
    """A zip of these files, in a folder, with something before it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(prefix + name), text)
    return before + written.getvalue()


def each(change: str, to: str) -> dict[str, str]:
    """Every file with a text replaced."""
    return {name: text.replace(change, to) for name, text in ISLAND.items()}


def quoted_header(text: str) -> str:
    head, _, rest = text.partition("\n")
    return ", ".join(f'"{column}"' for column in head.split(",")) + "\n" + rest


ODD_ZIPS = {
    "line ends of old Macs, and marks of order": packed(
        {name: "\ufeff" + text.replace("\n", "\r") for name, text in ISLAND.items()}
    ),
    "two kinds of line ends": packed(
        {name: text.replace("\n", "\r\n", 2) for name, text in ISLAND.items()}
    ),
    "no last line end": packed({name: text.rstrip("\n") for name, text in ISLAND.items()}),
    "spaces around values": packed(each(",", " , ")),
    "a quoted header with spaces": packed(
        {name: quoted_header(text) for name, text in ISLAND.items()}
    ),
    "capitals in folders": packed(
        {name.upper(): text for name, text in ISLAND.items()}, "gtfs/feed/"
    ),
    "folders of Windows": packed(ISLAND, "gtfs\\"),
    "a program that unpacks itself": packed(ISLAND, before=b"#!/bin/sh\n"),
    "hours of one digit": packed(each("T,08:", "T,8:")),
    "dates with hyphens": packed(each("20260101,20281231", "2026-01-01,2028-12-31")),
}


def seen(found: Feed) -> object:
    """What of a feed is shown."""
    (trip,) = found.trips
    return trip.calls, trip.starts, found.services, [stop.name for stop in found.stops.values()]


@pytest.mark.parametrize("name", ODD_ZIPS)
def test_it_is_the_same_timetable(tmp_path: Path, name: str) -> None:
    path = tmp_path / "odd.zip"
    path.write_bytes(ODD_ZIPS[name])

    odd, notices = codec.read(path)
    usual, _notices = codec.read(feed(tmp_path))

    assert seen(odd) == seen(usual)
    assert notices.rows == notices.kept == 12


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (edited("stops.txt", "stop_timezone\n", "stop_name\n"), "duplicated_column"),
        (edited("calendar.txt", "S,1,1", "S,1,TRUE"), "unexpected_enum_value"),
        (edited("calendar.txt", "20260101", "2026-01-01"), "invalid_date"),
        (edited("stops.txt", "23.60,0,,", "23.60,0,nowhere,"), "foreign_key_violation"),
        (edited("stops.txt", "23.60,0,,", "23.60,0,,Mars/Base"), "invalid_timezone"),
        (edited("stops.txt", "37.90,23.60", "0.0,0.0"), "point_near_origin"),
        (
            edited("stop_times.txt", "10:00:00,10:10:00", "10:00:00,"),
            "stop_time_with_only_arrival_or_departure_time",
        ),
        (
            edited("stop_times.txt", "10:00:00,10:10:00", "08:10:00,08:10:00"),
            "fast_travel_between_consecutive_stops",
        ),
        (
            {"frequencies.txt": TWO_RUNS + "T,09:00:00,11:00:00,1800\n"},
            "overlapping_frequency",
        ),
        (
            {
                "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
                "T,08:00:00,09:00:00,3600,7\n"
            },
            "unexpected_enum_value",
        ),
        (
            {"feed_info.txt": "feed_publisher_name\nIsland Boats\nOther Boats\n"},
            "more_than_one_entity",
        ),
    ],
)
def test_a_doubt_is_named_as_the_validator_names_it(
    tmp_path: Path, changes: dict[str, str | bytes | None], rule: str
) -> None:
    found, notices = codec.read(feed(tmp_path, changes))

    assert rule in [note.rule for note in notices.notes]
    assert len(found.trips[0].calls) == 4
    assert not notices.left_out()


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\x0b", "\x07", "\x85", "\u2028"])
def test_a_value_is_one_line(tmp_path: Path, mark: str) -> None:
    """Nor would the feed that is written of it be one that can be read."""
    name = edited("stops.txt", "a,Alpha", f'a,"Alpha{mark}Pier"')
    found, notices = codec.read(feed(tmp_path, name))

    assert found.stops["a"].name == "Alpha Pier"
    assert [note.rule for note in notices.notes] == ["new_line_in_value"]
    (tmp_path / "again.zip").write_bytes(writing.written(found))
    assert codec.read(tmp_path / "again.zip")[0].stops == found.stops


@pytest.mark.parametrize("name", ["Alpha\u200d", "\u2068Άλφα\u2069", "🚢", "A\u00a0B"])
def test_what_joins_and_turns_letters_stays(tmp_path: Path, name: str) -> None:
    found, notices = codec.read(feed(tmp_path, edited("stops.txt", "a,Alpha", f"a,{name}")))

    assert (found.stops["a"].name, notices.notes) == (name, [])


OPEN_QUOTES = {
    "up to the end": 'R,S,T,"Delta\nR,S,U,Delta\nR,S,V,Delta\n',
    "up to another quote": 'R,S,T,"Delta\nR,S,U,"Delta"\nR,S,V,Delta\n',
}


@pytest.mark.parametrize("name", OPEN_QUOTES)
def test_a_quote_that_is_left_open_swallows_no_row(tmp_path: Path, name: str) -> None:
    trips = "route_id,service_id,trip_id,trip_headsign\n" + OPEN_QUOTES[name]
    with pytest.raises(Invalid, match=r"trips\.txt, line 2 cannot be read \(csv_parsing_failed\)"):
        codec.read(feed(tmp_path, {"trips.txt": trips}))


def test_a_quote_within_a_value_is_a_letter(tmp_path: Path) -> None:
    found, _notices = codec.read(feed(tmp_path, edited("stops.txt", "a,Alpha", 'a,5" Alpha')))
    assert found.stops["a"].name == '5" Alpha'


def test_an_order_may_be_a_time(tmp_path: Path) -> None:
    """Any whole number is one, says the reference."""
    last = edited("stop_times.txt", "d,4", "d,20261128140000")
    found, notices = codec.read(feed(tmp_path, last))
    assert (len(found.trips[0].calls), notices.left_out()) == (4, ())


@pytest.mark.parametrize("zone", ["right/Europe/Athens", "posix/Europe/Athens", "localtime"])
def test_a_time_zone_is_the_same_on_every_machine(tmp_path: Path, zone: str) -> None:
    with pytest.raises(Invalid, match="unknown time zone"):
        codec.read(feed(tmp_path, edited("agency.txt", "Europe/Athens", zone)))


def test_a_stop_of_a_station_has_no_time_zone_of_its_own(tmp_path: Path) -> None:
    """The reference: "the parent station's timezone applies instead of applying its own"."""
    station = with_rows("stops.txt", "st,Terminal,37.9,23.6,1,,")["stops.txt"]
    stops = {"stops.txt": station.replace("23.60,0,,", "23.60,0,st,Europe/Rome")}
    found, _notices = codec.read(feed(tmp_path, stops))
    assert found.stops["a"].timezone == ""


def test_of_two_booking_rules_with_one_id_the_first_holds(tmp_path: Path) -> None:
    rules = "booking_rule_id,booking_type,phone_number\nr,1,+30 210 1\nr,1,+30 210 2\n"
    times = ISLAND["stop_times.txt"].replace("sequence\n", "sequence,pickup_booking_rule_id\n")
    times = times.replace("a,1", "a,1,r").replace("b,2", "b,2,s")
    changes = {"booking_rules.txt": rules, "stop_times.txt": times}
    found, notices = codec.read(feed(tmp_path, changes))

    first, second = found.trips[0].calls[:2]
    assert (first.booking and first.booking.phone, second.booking) == ("+30 210 1", None)
    assert [reason.rule for reason in notices.left_out()] == ["duplicate_key"]
    assert "foreign_key_violation" in [note.rule for note in notices.notes]


def test_an_unknown_pickup_type_is_taken_for_a_regular_one(tmp_path: Path) -> None:
    times = ISLAND["stop_times.txt"].replace("sequence\n", "sequence,pickup_type\n")
    found, notices = codec.read(feed(tmp_path, {"stop_times.txt": times.replace("a,1", "a,1,9")}))

    assert found.trips[0].calls[0].boarding == 0
    assert [note.rule for note in notices.notes] == ["unexpected_enum_value"]


def test_of_a_column_that_stands_there_twice_the_first_holds(tmp_path: Path) -> None:
    stops = edited("stops.txt", "stop_timezone\n", "stop_name\n")
    stops["stops.txt"] = stops["stops.txt"].replace("23.60,0,,", "23.60,0,,Other")

    found, _notices = codec.read(feed(tmp_path, stops))

    assert found.stops["a"].name == "Alpha"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (OLD_NAMES, (("el", "Άλφα"),)),
        (  # some by the stop, some by its name
            TWO_FORMS,
            (("el", "Άλφα"), ("fr", "Alphe")),
        ),
        ("table_name,field_name,language,translation\n", ()),
        ("name,text\nAlpha,Άλφα\n", ()),  # no form that is known: the timetable stays
    ],
)
def test_translations_in_another_form(
    tmp_path: Path, text: str, names: tuple[tuple[str, str], ...]
) -> None:
    found, notices = codec.read(feed(tmp_path, {"translations.txt": text}))

    assert found.stops["a"].names == names
    assert notices.rows == notices.kept + sum(reason.rows for reason in notices.left_out())


STATIONS = {
    "two that name each other": ("p,Pier,37.9,23.6,1,q,", "q,Quay,37.9,23.6,1,p,", "p"),
    "one below a station without a place": ("p,Pier,,,1,q,", "q,Quay,37.9,23.6,1,,", "a"),
    "one that is its own": ("p,Pier,37.9,23.6,1,p,", "q,Quay,37.9,23.6,1,,", "p"),
}


@pytest.mark.parametrize("name", STATIONS)
async def test_a_station_is_below_no_station(
    resources: Resources, tmp_path: Path, name: str
) -> None:
    """Each is a place of its own, and one that cannot be read is nobody's."""
    *rows, place = STATIONS[name]
    stops = with_rows("stops.txt", *rows)["stops.txt"].replace("23.60,0,,", "23.60,0,p,")
    path = feed(tmp_path, {"stops.txt": stops})

    found, notices = codec.read(path)
    await service.import_file(resources, path, service.Wish("isle"))

    assert found.stops["a"].place_id == place
    assert {each.place_id for each in found.stops.values()} <= found.stops.keys()
    assert "station_with_parent_station" in [note.rule for note in notices.notes]


def test_a_stop_below_a_platform_is_of_its_station(tmp_path: Path) -> None:
    below = with_rows(
        "stops.txt", "st,Terminal,37.9,23.6,1,,", "en,Door,37.9,23.6,2,st,", "p,Pier,,,0,st,",
        "area,Area,,,4,p,",
    )  # fmt: skip
    times = {"stop_times.txt": ISLAND["stop_times.txt"].replace("a,1", "area,1")}

    found, _notices = codec.read(feed(tmp_path, {**below, **times}))

    assert found.stops["area"].place_id == "st"


def locked(packed: bytes) -> bytes:
    """The same zip, its first file said to be encrypted."""
    found = bytearray(packed)
    found[found.index(b"PK\x03\x04") + 6] |= 1
    found[found.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def linked() -> bytes:
    """A zip whose stops are a link to a file of the machine."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in ISLAND.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK if name == "stops.txt" else stat.S_IFREG) << 16
            archive.writestr(entry, "/etc/hostname" if name == "stops.txt" else text)
    return written.getvalue()


def packed_by(method: int) -> bytes:
    """A zip whose first file is said to be packed so."""
    found = bytearray(packed(ISLAND))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        found[found.index(mark) + at] = method
    return bytes(found)


def of_two_regions() -> bytes:
    """A zip of two timetables, each in its folder."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for folder, (name, text) in itertools.product(("north", "south"), ISLAND.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), text)
    return written.getvalue()


SECRETIVE = {
    "packed by a method that is not read here": packed_by(9),  # Deflate64
    "two timetables are in it, in north and in south": of_two_regions(),
    "locked with a password": locked(packed(ISLAND)),
    "stops.txt is a link to another file": linked(),
    "stops.txt is not UTF-8 text": packed(
        {**ISLAND, "stops.txt": ISLAND["stops.txt"].encode("utf-16-le").decode("latin-1")}
    ),
}


@pytest.mark.parametrize("words", SECRETIVE)
def test_what_cannot_be_read_is_called_by_its_name(tmp_path: Path, words: str) -> None:
    path = tmp_path / "odd.zip"
    path.write_bytes(SECRETIVE[words])
    with pytest.raises(Invalid, match=words):
        codec.read(path)


async def test_a_feed_of_later_days_says_so(resources: Resources, tmp_path: Path) -> None:
    info = "feed_publisher_name,feed_start_date\nIsland Boats,20991231\n"
    path = feed(tmp_path, {"feed_info.txt": info})
    report = await service.import_file(resources, path, service.Wish("isle"))
    words = "its publisher answers for it from 2099-12-31 on only"
    assert words in [note.words for note in report.notes]
