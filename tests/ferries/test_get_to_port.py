"""From or to a port nearby by oneself, where a timetable says that one may (transfers.txt): at the
ends of a journey, however many changes it has, and between its boats.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maritime_app.ferries.timetables.editions import service
from tests.ferries.feeds import ISLAND, feed, with_rows

RULES = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time\n"
# The island line's boat (T) goes from Alpha at 08:00 to Delta at 14:00. Near lies by Alpha; a boat
# (L) goes from there to the lighthouse. Zeta lies by Delta; a boat (B) goes from there to Epsilon,
# and another one (E) from there to Omega.
PORTS = with_rows(
    "stops.txt",
    "n,Near,37.905,23.605,0,,",
    "l,Lighthouse,38.00,23.50,0,,",
    "f,Zeta,35.31,25.11,0,,",
    "e,Epsilon,36.90,27.30,0,,",
    "o,Omega,37.20,27.60,0,,",
)
BOATS = {
    **with_rows("routes.txt", "E,A,9,East line,4"),
    "trips.txt": ISLAND["trips.txt"] + "E,S,B,Epsilon\nE,S,E,Omega\nE,S,L,Light\n",
    **with_rows(
        "stop_times.txt",
        "B,14:30:00,14:30:00,f,1",
        "B,17:00:00,17:00:00,e,2",
        "E,18:00:00,18:00:00,e,1",
        "E,19:00:00,19:00:00,o,2",
        "L,10:00:00,10:00:00,n,1",
        "L,10:30:00,10:30:00,l,2",
    ),
}


async def imported(resources: Any, folder: Path, *rules: str, **files: str) -> None:
    """The island line with these ports, boats and rules."""
    text = RULES + "".join(f"{rule}\n" for rule in rules)
    changes = {**PORTS, **BOATS, "transfers.txt": text, **files}
    await service.import_file(resources, feed(folder, changes), service.Wish("isle"))


async def found(client: Any, origin: str, destination: str) -> list[dict[str, Any]]:
    """The journeys between these stops on a day in Athens, three days from now."""
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    query = {"from": f"isle:{origin}", "to": f"isle:{destination}", "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        assert answer.status == 200
        journeys = (await answer.json())["outbound_connections"]
    async with client.get("/ferries", params=query) as answer:
        text = " ".join((await answer.text()).split())
    return [{**journey, "page": text} for journey in journeys]


def times(journey: dict[str, Any]) -> tuple[str, str]:
    """When one sets off and when one is there, as the clocks of the ports show it."""
    return journey["departs_local"][11:16], journey["arrives_local"][11:16]


async def test_it_works(client: Any, resources: Any, tmp_path: Path) -> None:
    """From Near one gets to Alpha in twenty minutes, and from Delta to Zeta in half an hour."""
    await imported(resources, tmp_path, "n,a,,,2,1200", "d,f,,,2,1800")

    (journey,) = await found(client, "n", "f")

    assert times(journey) == ("07:40", "14:30")
    assert journey["duration_minutes"] == 6 * 60 + 50
    assert [leg["sailing"]["listing"]["trip"] for leg in journey["legs"]] == ["T"]
    assert (journey["access"]["to"]["name"], journey["access"]["minutes"]) == ("Alpha", 20)
    assert (journey["egress"]["from"]["name"], journey["egress"]["minutes"]) == ("Delta", 30)
    assert journey["changes"] == 0
    assert "get from Near to Alpha by yourself, 20 min" in journey["page"]
    assert "get from Delta to Zeta by yourself, 30 min" in journey["page"]
    assert "1 journey without a change" in journey["page"]
    assert "With a change" not in journey["page"]


@pytest.mark.parametrize(
    ("rule", "sets_off"),
    [
        ("n,a,,,0,", "07:47"),  # 700 m, and the streets between
        ("n,a,,,1,", "07:47"),
        ("n,a,,,2,3600", "07:00"),
        ("n,a,,,2,30", "07:59"),  # whole minutes, none too few
        ("n,a,,,3,", None),
        ("a,n,,,2,60", None),  # the other way
        ("n,a,,T,4,", None),  # about those who sail on
        ("n,b,,,0,", None),  # a hundred kilometres
    ],
)
async def test_how_long_before_the_boat_one_sets_off(
    client: Any, resources: Any, tmp_path: Path, rule: str, sets_off: str | None
) -> None:
    await imported(resources, tmp_path, rule)

    journeys = await found(client, "n", "d")

    assert [times(journey)[0] for journey in journeys] == ([sets_off] if sets_off else [])


async def test_who_sets_off_before_midnight_is_found_on_that_day(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    night = ISLAND["stop_times.txt"].replace("08:00:00,08:00:00", "00:10:00,00:10:00")
    boats = BOATS["stop_times.txt"].replace(ISLAND["stop_times.txt"], night)
    await imported(resources, tmp_path, "n,a,,,2,1200", **{"stop_times.txt": boats})

    (journey,) = await found(client, "n", "d")

    assert times(journey)[0] == "23:50"
    assert journey["legs"][0]["sailing"]["departs_local"][11:16] == "00:10"


@pytest.mark.parametrize(
    ("rules", "minutes"),
    [
        (["d,f,,,2,1800"], [30, 60]),
        (["d,f,,,2,1801"], None),  # the boat leaves half an hour after
        (["d,f,,,3,"], None),
        ([], None),
    ],
)
async def test_on_from_another_port_and_then_a_change(
    client: Any, resources: Any, tmp_path: Path, rules: list[str], minutes: list[int] | None
) -> None:
    await imported(resources, tmp_path, *rules)

    journeys = await found(client, "a", "o")

    if minutes is None:
        assert journeys == []
        return
    (journey,) = journeys
    assert [leg["sailing"]["listing"]["trip"] for leg in journey["legs"]] == ["T", "B", "E"]
    assert [leg["change"] for leg in journey["legs"]] == [None, "other_port", "ordinary"]
    assert [leg["change_minutes"] for leg in journey["legs"][1:]] == minutes
    assert journey["changes"] == 2
    assert "get from Delta to Zeta by yourself, 30 min" in journey["page"]


async def test_a_change_and_then_on_from_another_port(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    """From Zeta by Epsilon to Omega, and from beside it on."""
    stops = PORTS["stops.txt"] + "w,West,37.21,27.61,0,,\nz,Zone,37.60,28.00,0,,\n"
    trips = BOATS["trips.txt"] + "E,S,Z,Zone\n"
    times_of = BOATS["stop_times.txt"] + "Z,20:00:00,20:00:00,w,1\nZ,21:00:00,21:00:00,z,2\n"
    files = {"stops.txt": stops, "trips.txt": trips, "stop_times.txt": times_of}
    await imported(resources, tmp_path, "o,w,,,2,3600", **files)

    (journey,) = await found(client, "f", "z")

    assert [leg["sailing"]["listing"]["trip"] for leg in journey["legs"]] == ["B", "E", "Z"]
    assert [leg["change"] for leg in journey["legs"]] == [None, "ordinary", "other_port"]


@pytest.mark.parametrize(
    ("ends", "rules", "trips", "when"),
    [
        (("n", "e"), ["n,a,,,2,1200"], ["T", "C"], ("07:40", "17:00")),
        (("n", "o"), ["n,a,,,2,1200"], ["T", "C", "E"], ("07:40", "19:00")),
        (("a", "w"), ["e,w,,,2,600"], ["T", "C"], ("08:00", "17:10")),
        (("a", "v"), ["o,v,,,2,600"], ["T", "C", "E"], ("08:00", "19:10")),
        (("n", "w"), ["n,a,,,2,1200", "e,w,,,2,600"], ["T", "C"], ("07:40", "17:10")),
        (("n", "v"), ["n,a,,,2,1200", "o,v,,,2,600"], ["T", "C", "E"], ("07:40", "19:10")),
        (("n", "o"), ["n,a,,,3,"], None, None),
        (("n", "o"), ["n,a,,,2,1200", "d,d,,,3,"], None, None),
    ],
)
async def test_changes_between_walks_at_the_ends(
    client: Any,
    resources: Any,
    tmp_path: Path,
    ends: tuple[str, str],
    rules: list[str],
    trips: list[str] | None,
    when: tuple[str, str] | None,
) -> None:
    """From Delta a boat (C) goes to Epsilon. West lies by Epsilon, Vista by Omega."""
    stops = PORTS["stops.txt"] + "w,West,36.91,27.31,0,,\nv,Vista,37.21,27.61,0,,\n"
    calls = BOATS["stop_times.txt"].replace("E,18:00:00,18:00:00", "E,18:40:00,18:40:00")
    files = {
        "stops.txt": stops + "x,Xenia,36.80,27.00,0,,\n",
        "trips.txt": BOATS["trips.txt"] + "E,S,C,Epsilon\nE,S,W,Xenia\nE,S,V,Xenia\n",
        "stop_times.txt": calls
        + "C,15:30:00,15:30:00,d,1\nC,17:00:00,17:00:00,e,2\n"
        + "W,20:00:00,20:00:00,w,1\nW,21:00:00,21:00:00,x,2\n"
        + "V,20:00:00,20:00:00,v,1\nV,21:00:00,21:00:00,x,2\n",
    }
    await imported(resources, tmp_path, *rules, **files)

    journeys = await found(client, *ends)

    if trips is None or when is None:
        assert journeys == []
        return
    (journey,) = journeys
    assert [leg["sailing"]["listing"]["trip"] for leg in journey["legs"]] == trips
    assert times(journey) == when
    assert journey["changes"] == len(trips) - 1
    assert (journey["access"] is not None, journey["egress"] is not None) == (
        ends[0] == "n",
        ends[1] in "wv",
    )
    assert "1 journey with a change" in journey["page"]
    assert "journey without a change" not in journey["page"]
