"""A timetable of somebody else's is written as a feed again: all of it that is understood."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gtfs_validator import cli as validator

from maritime_app import clock
from maritime_app.cli.commands.timetables import export_gtfs
from maritime_app.errors import NotFound
from maritime_app.ferries.timetables.editions import service, store
from maritime_app.ferries.timetables.gtfs import codec
from tests.ferries.feeds import ISLAND, feed, zipped_rows
from tests.paused import Meeting

ALL = {
    "stops.txt": """\
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_timezone,platform_code,wheelchair_boarding,level_id
a,Alpha,37.90,23.60,1,,,,1,
a1,Alpha,37.90,23.601,0,a,,E1,,L
g,Gate,37.902,23.60,2,a,,,,L
b,Beta,37.50,24.90,0,,Europe/Athens,,,
c,Gamma,36.40,25.40,0,,,,,
d,Delta,35.30,25.10,0,,,,,
""",
    "trips.txt": """\
route_id,service_id,trip_id,trip_headsign,trip_short_name,cars_allowed,bikes_allowed,wheelchair_accessible
R,S,T,Delta,77,1,2,1
""",
    "stop_times.txt": ISLAND["stop_times.txt"].replace(",a,", ",a1,"),
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\na,a,2,600\n",
    "translations.txt": (
        "table_name,field_name,language,translation,record_id\nstops,stop_name,el,Άλφα,a\n"
    ),
    "levels.txt": "level_id,level_index,level_name\nL,0,Quay\n",
    "pathways.txt": (
        "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time,"
        "signposted_as\n1,g,a1,1,1,60,Ferries\n"
    ),
    "attributions.txt": "organization_name,is_producer\nIsland Maps,1\n",
    "feed_info.txt": (
        "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\n"
        "Island Boats,https://island.example,en,7\n"
    ),
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nX,1,1,1\n",
}


async def test_it_works(resources: Any, tmp_path: Path) -> None:
    path, again = feed(tmp_path, ALL), tmp_path / "again.zip"
    await service.import_file(resources, path, service.Wish("isle"))

    assert await export_gtfs(again, res=resources, feed="isle") == 0

    body = again.read_bytes()
    (trip,) = zipped_rows(body, "trips.txt")
    marks = "cars_allowed", "bikes_allowed", "wheelchair_accessible", "trip_short_name"
    assert [trip[mark] for mark in marks] == ["1", "2", "1", "77"]
    (way,) = zipped_rows(body, "pathways.txt")
    assert (way["from_stop_id"], way["to_stop_id"], way["signposted_as"]) == ("g", "a1", "Ferries")
    said = {row["stop_id"]: row["location_type"] for row in zipped_rows(body, "stops.txt")}
    assert said == {"a": "1", "a1": "0", "g": "2", "b": "0", "c": "0", "d": "0"}
    for name, column, value in (
        ("levels.txt", "level_name", "Quay"),
        ("translations.txt", "translation", "Άλφα"),
        ("attributions.txt", "organization_name", "Island Maps"),
        ("feed_info.txt", "feed_version", "7"),
        ("transfers.txt", "min_transfer_time", "600"),
    ):
        assert [row[column] for row in zipped_rows(body, name)] == [value]
    assert codec.read(again)[0] == codec.read(path)[0]


async def test_somebody_elses_program_finds_no_error_in_it(resources: Any, tmp_path: Path) -> None:
    """The addresses of the island line end with .example, which no domain does."""
    agency = ISLAND["agency.txt"].replace("island.example", "example.com")
    info = str(ALL["feed_info.txt"]).replace("island.example", "example.com")
    path = feed(tmp_path, {**ALL, "agency.txt": agency, "feed_info.txt": info})
    await service.import_file(resources, path, service.Wish("isle"))
    again = tmp_path / "again.zip"
    again.write_bytes(await service.written(resources, "isle"))

    run = ["-i", str(again), "-o", str(tmp_path / "report")]
    assert await asyncio.to_thread(validator.main, run) == 0

    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert [each for each in report["notices"] if each["severity"] == "ERROR"] == []


async def test_what_was_moved_is_written_as_it_is_shown(resources: Any, tmp_path: Path) -> None:
    ended = ISLAND["calendar.txt"].replace("20260101,20281231", "20200106,20200126")
    path = feed(tmp_path, {"calendar.txt": ended})
    day = clock.now().date() + timedelta(days=3)
    await service.import_file(resources, path, service.Wish("isle", shift_to=day))
    again = tmp_path / "again.zip"
    again.write_bytes(await service.written(resources, "isle"))

    found, _notices = codec.read(again)

    assert (found.last_day - found.first_day).days == 20
    assert day - timedelta(days=7) < found.first_day <= day


async def test_a_feed_that_there_is_not(resources: Any, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such feed"):
        await export_gtfs(tmp_path / "again.zip", res=resources, feed="isle")
    assert not (tmp_path / "again.zip").exists()


@pytest.mark.parametrize("act", [service.written, service.restore])
async def test_one_that_is_dropped_while_it_is_read(
    resources: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Any
) -> None:
    """It is all there or not there any more; half of a file is never taken for a damaged one."""
    monkeypatch.setattr(store, "_PART_BYTES", 500)
    later = {"calendar.txt": ISLAND["calendar.txt"].replace("20281231", "20291231")}
    paths = [feed(tmp_path), feed(tmp_path, later, "later.zip")]
    meeting = Meeting(resources, monkeypatch)
    read = 0
    while meeting.goes_on and read < 15:  # what follows on the reading is another test's
        read += 1
        for path in paths:
            await service.import_file(resources, path, service.Wish("isle", days=1))
        found, _dropped = await meeting.meet(
            lambda: act(resources, "isle"), lambda: service.drop(resources, "isle")
        )
        assert not isinstance(found, Exception) or isinstance(found, NotFound), found
        with suppress(NotFound):
            await service.drop(resources, "isle")
