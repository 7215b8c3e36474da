"""One ship's trips after one another (block_id), and going on from another port (transfers.txt)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.gtfs import codec
from maritime_app.ferries.timetables.gtfs.model import TransferKind
from tests.ferries.feeds import ISLAND, feed, with_rows

TRIPS = "route_id,service_id,trip_id,block_id\n"
CALENDAR = ISLAND["calendar.txt"]
WEEKENDS = "W,0,0,0,0,0,1,1,20260101,20281231\n"
WORKDAYS = "M,1,1,1,1,1,0,0,20260101,20281231\n"
# From Delta, where the island line's boat (trip T) ends at 14:00.
ONWARD = {
    **with_rows("stops.txt", "e,Epsilon,36.90,27.30,0,,", "f,Zeta,35.31,25.11,0,,"),
    **with_rows("routes.txt", "E,A,9,East line,4"),
    **with_rows(
        "stop_times.txt",
        "B,14:30:00,14:30:00,d,1",
        "B,17:00:00,17:00:00,e,2",
        "X,15:00:00,15:00:00,d,1",
        "X,16:30:00,16:30:00,e,2",
    ),
    "calendar.txt": CALENDAR + WEEKENDS + WORKDAYS,
}
TWO = ["R,S,T,1", "E,S,B,1"]


def with_trips(*rows: str, **files: str) -> dict[str, str | bytes | None]:
    """The feed with these trips, of columns TRIPS, and these files more."""
    return {**ONWARD, "trips.txt": TRIPS + "".join(f"{row}\n" for row in rows), **files}


def stays(folder: Path, *rows: str, **files: str) -> list[tuple[str, str]]:
    """From which trip to which one stays on the ship."""
    found, _notices = codec.read(feed(folder, with_trips(*rows, **files)))
    return [
        (each.from_trip, each.to_trip)
        for each in found.transfers
        if each.kind is TransferKind.IN_SEAT
    ]


def test_it_works(tmp_path: Path) -> None:
    assert stays(tmp_path, *TWO) == [("T", "B")]


@pytest.mark.parametrize(
    "rows",
    [
        ["R,S,T,", "E,S,B,"],  # no block is no block
        ["R,S,T,1", "E,S,B,2"],
        ["R,W,T,1", "E,M,B,1"],  # never on one day
        ["R,S,T,1"],
    ],
)
def test_another_ship_or_another_day(tmp_path: Path, rows: list[str]) -> None:
    assert stays(tmp_path, *rows) == []


def test_the_next_trip_is_the_next_of_that_day(tmp_path: Path) -> None:
    """B runs at weekends, X on the other days; where both run, X comes after B."""
    assert stays(tmp_path, "R,S,T,1", "E,W,B,1", "E,M,X,1") == [("T", "B"), ("T", "X")]
    assert stays(tmp_path, "R,S,T,1", "E,S,B,1", "E,S,X,1") == [("T", "B")]


def test_a_ship_that_left_for_elsewhere_takes_nobody_on(tmp_path: Path) -> None:
    moved = ONWARD["stop_times.txt"].replace("14:30:00,d,1", "14:30:00,f,1")
    assert stays(tmp_path, *TWO, **{"stop_times.txt": moved}) == []
    early = ONWARD["stop_times.txt"].replace("14:30:00,14:30:00", "13:30:00,13:30:00")
    assert stays(tmp_path, *TWO, **{"stop_times.txt": early}) == []


def test_what_the_feed_says_of_two_trips_holds(tmp_path: Path) -> None:
    rules = "from_trip_id,to_trip_id,transfer_type\nT,B,5\n"
    assert stays(tmp_path, *TWO, **{"transfers.txt": rules}) == []


def test_a_trip_that_runs_about_so_often_has_no_next_one(tmp_path: Path) -> None:
    often = "trip_id,start_time,end_time,headway_secs\nB,08:00:00,20:00:00,1800\n"
    assert stays(tmp_path, *TWO, **{"frequencies.txt": often}) == []


async def test_who_stays_on_the_ship_changes_nothing(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    """The faster way with a change stands beside it."""
    changes = with_trips(*TWO, "E,S,X,2")
    await service.import_file(resources, feed(tmp_path, changes), service.Wish("isle"))

    found, page = await journeys(client, "isle:a", "isle:e")

    assert found == [("X", "ordinary", 1), ("B", "same_ship", 0)]
    assert "stay on the ship in Delta" in page
    assert "1 journey without a change" in page
    assert "1 journey with a change" in page


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("d,f,2,1800", [("B", "other_port", 1)]),  # half an hour from 14:00
        ("d,f,2,1801", [("X", "other_port", 1)]),
        ("d,f,0,", [("X", "other_port", 1)]),  # 1.4 km, and the usual time before departure
        ("d,f,3,", []),
        ("f,d,2,60", []),
    ],
)
async def test_going_on_from_another_port(
    client: Any, resources: Any, tmp_path: Path, rule: str, found: list[tuple[str, str, int]]
) -> None:
    from_zeta = ONWARD["stop_times.txt"].replace("14:30:00,d,1", "14:30:00,f,1")
    files = {
        "stop_times.txt": from_zeta.replace("15:00:00,d,1", "15:20:00,f,1").replace(
            "X,15:00:00", "X,15:20:00"
        ),
        "transfers.txt": f"from_stop_id,to_stop_id,transfer_type,min_transfer_time\n{rule}\n",
    }
    changes = with_trips("R,S,T,", "E,S,B,", "E,S,X,", **files)
    await service.import_file(resources, feed(tmp_path, changes), service.Wish("isle"))

    shown, page = await journeys(client, "isle:a", "isle:e")

    assert shown == found
    assert ("get from Delta to Zeta by yourself" in page) is bool(found)


async def journeys(
    client: Any, origin: str, destination: str
) -> tuple[list[tuple[str, str, int]], str]:
    """The second trip of each journey, how one gets on to it, and the changes; and the page."""
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    query = {"from": origin, "to": destination, "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        found = (await answer.json())["outbound_connections"]
    async with client.get("/ferries", params=query) as answer:
        page = await answer.text()
    legs = [(each["legs"][1], each["changes"]) for each in found]
    return [
        (leg["sailing"]["listing"]["trip"], leg["change"], changes) for leg, changes in legs
    ], page
