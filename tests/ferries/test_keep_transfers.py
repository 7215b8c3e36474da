"""Rules of transfers.txt: read, matched as the reference ranks them, kept to, written again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.gtfs import codec
from maritime_app.ferries.timetables.gtfs.model import Transfer, TransferKind
from maritime_app.ferries.timetables.gtfs.transfers import COLUMNS, rows
from maritime_app.ferries.timetables.model import Access, Listing
from maritime_app.ferries.timetables.transfers.model import Rule, Rules
from tests.ferries.feeds import feed, with_rows

HEADER = ",".join(COLUMNS) + "\n"
# A second line from Gamma on, where the island line's boat (trip T) arrives at noon.
EAST = {
    **with_rows("stops.txt", "e,Epsilon,36.90,27.30,0,,"),
    **with_rows("routes.txt", "E,A,9,East line,4"),
    **with_rows("trips.txt", "E,S,E1,Epsilon", "E,S,E2,Epsilon"),
    **with_rows(
        "stop_times.txt",
        "E1,12:20:00,12:20:00,c,1",
        "E1,15:00:00,15:00:00,e,2",
        "E2,14:00:00,14:00:00,c,1",
        "E2,17:00:00,17:00:00,e,2",
    ),
}


def with_rules(*lines: str) -> dict[str, str | bytes | None]:
    return {**EAST, "transfers.txt": HEADER + "".join(f"{line}\n" for line in lines)}


def left_out(notices: Any) -> dict[str, int]:
    return {each.words: each.rows for each in notices.left_out()}


def boat(**changes: Any) -> Listing:
    """A boat of the island line at Gamma."""
    fields: dict[str, Any] = {
        "feed": "isle",
        "publisher": "Island Boats",
        "attributions": (),
        "moved_weeks": 0,
        "trip": "T",
        "service_day": "2026-12-01",
        "line": "Island line",
        "line_number": "7",
        "colour": "",
        "headsign": "",
        "trip_number": "",
        "platform": "",
        "arrival_platform": "",
        "boarding": Access.REGULAR,
        "alighting": Access.REGULAR,
        "approximate_departure": False,
        "approximate_arrival": False,
        "booking": None,
        "phone": None,
        "bicycles": None,
        "cars": None,
        "wheelchair": None,
        "via": (),
        "line_id": "R",
        "stop_id": "a",
        "arrival_stop_id": "c1",
    }
    return Listing(**(fields | changes))


ONWARD = boat(trip="E1", line_id="E", stop_id="c2", arrival_stop_id="e")


def rule(seconds: int = 0, **changes: Any) -> Rule:
    """A rule for changing at Gamma, told from others by its minimum."""
    fields: dict[str, Any] = {
        "feed": "isle",
        "from_port": "isle:c",
        "to_port": "isle:c",
        "kind": TransferKind.MINIMUM,
        "from_stop": "c",
        "to_stop": "c",
        "from_station": True,
        "to_station": True,
        "from_line": "",
        "to_line": "",
        "from_trip": "",
        "to_trip": "",
        "min_seconds": seconds,
    }
    return Rule(**(fields | changes))


def test_it_works(tmp_path: Path) -> None:
    found, notices = codec.read(feed(tmp_path, with_rules("c,c,R,E,,,2,900", ",,,,T,E1,4,")))

    assert found.transfers == (
        Transfer(TransferKind.MINIMUM, "c", "c", "R", "E", min_seconds=900),
        Transfer(TransferKind.IN_SEAT, from_trip="T", to_trip="E1"),
    )
    assert (left_out(notices), notices.notes) == ({}, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c,c,,,,,6,", "unknown transfer_type"),
        ("c,c,,,,,x,", "unknown transfer_type"),
        ("c,,,,,,2,60", "no from_stop_id and to_stop_id"),
        ("c,c,,,T,,4,", "no from_trip_id and to_trip_id"),
        ("c,c,,,,,2,", "no readable min_transfer_time"),
        ("c,c,,,,,2,-5", "no readable min_transfer_time"),
        ("c,c,,,,,2,86401", "more than a day to change"),
        ("c,nowhere,,,,,3,", "unknown stop"),
        ("c,c,BUS,,,,3,", "not between boats that are used"),
        ("c,c,,,NEVER,,3,", "not between boats that are used"),
        ("y,c,,,,,3,", "not between boats that are used"),
    ],
)
def test_a_row_that_is_no_rule_is_counted(tmp_path: Path, line: str, words: str) -> None:
    idle = EAST["stops.txt"] + "y,Idle,36,25,0,,\n"
    changes = {**with_rules("c,c,,,,,,", "c,c,,,,,3,", line), "stops.txt": idle}
    found, notices = codec.read(feed(tmp_path, changes))

    assert [each.kind for each in found.transfers] == [TransferKind.RECOMMENDED]
    assert {"stands there twice", words} <= set(left_out(notices))
    assert notices.rows == notices.kept + sum(left_out(notices).values())


# From the least specific to the most, as the reference ranks them.
RANKED: list[dict[str, Any]] = [
    {},
    {"from_stop": "c1", "from_station": False},
    {"from_line": "R"},
    {"from_line": "R", "to_line": "E"},
    {"from_trip": "T"},
    {"from_trip": "T", "to_line": "E"},
    {"from_trip": "T", "to_trip": "E1"},
]


@pytest.mark.parametrize("most", range(1, len(RANKED) + 1))
def test_the_most_specific_rule_holds(most: int) -> None:
    rules = Rules(rule(seconds, **RANKED[seconds]) for seconds in range(most))

    found = rules.between("isle:c", "isle:c", boat(), ONWARD)

    assert found is not None
    assert found.min_seconds == most - 1


@pytest.mark.parametrize(
    "other",
    [
        {"from_port": "isle:b"},
        {"to_port": "isle:b"},  # a way on foot to another port
        {"from_stop": "c9", "from_station": False},
        {"to_stop": "c9", "to_station": False},
        {"from_line": "E"},
        {"to_trip": "E2"},
        {"feed": "other"},
    ],
)
def test_a_rule_for_others_does_not_hold(other: dict[str, Any]) -> None:
    assert Rules([rule(**other)]).between("isle:c", "isle:c", boat(), ONWARD) is None


def test_no_feed_speaks_for_another_ones_boats() -> None:
    assert Rules([rule()]).between("isle:c", "isle:c", boat(), boat(feed="other")) is None
    assert Rules([rule()]).between("isle:c", "isle:c", boat(), None) is None


@pytest.mark.parametrize(
    ("rules", "boats"),
    [
        ([], [("E2", "ordinary", 1)]),
        (["c,c,,,,,0,"], [("E2", "ordinary", 1)]),
        (["c,c,,,,,2,1200"], [("E1", "ordinary", 1)]),
        (["c,c,,,,,2,1260"], [("E2", "ordinary", 1)]),
        (["c,c,R,E,,,3,"], []),
        (["c,c,R,E,,,3,", "c,c,,,T,E1,1,"], [("E1", "awaited", 1)]),
        ([",,,,T,E1,4,"], [("E1", "same_ship", 0)]),
        ([",,,,T,E1,5,"], [("E2", "ordinary", 1)]),
    ],
)
async def test_journeys_keep_to_the_rules(
    client: Any, resources: Any, tmp_path: Path, rules: list[str], boats: list[tuple[str, str, int]]
) -> None:
    await service.import_file(resources, feed(tmp_path, with_rules(*rules)), service.Wish("isle"))
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    query = {"from": "isle:a", "to": "isle:e", "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        journeys = (await answer.json())["outbound_connections"]
    async with client.get("/ferries", params=query) as answer:
        page = await answer.text()

    assert [
        (each["legs"][1]["sailing"]["listing"]["trip"], each["legs"][1]["change"], each["changes"])
        for each in journeys
    ] == boats
    kinds = {kind for _trip, kind, _changes in boats}
    assert ("the next ship waits for this one" in page) is ("awaited" in kinds)
    assert ("stay on the ship in Gamma" in page) is ("same_ship" in kinds)


def a_rule() -> st.SearchStrategy[Transfer]:
    stops, lines = st.sampled_from(["a", "b", "c", "e"]), st.sampled_from(["", "R", "E"])
    trips = st.sampled_from(["", "T", "E1", "E2"])
    kinds = st.sampled_from([0, 1, 3]).map(TransferKind)
    usual = st.builds(Transfer, kinds, stops, stops, lines, lines, trips, trips)
    minimum = st.builds(
        Transfer,
        st.just(TransferKind.MINIMUM),
        stops,
        stops,
        lines,
        lines,
        trips,
        trips,
        st.integers(0, 86_400),
    )
    between = st.sampled_from([4, 5]).map(TransferKind)
    named, perhaps = st.sampled_from(["T", "E1", "E2"]), st.sampled_from(["", "a", "c"])
    linked = st.builds(Transfer, between, perhaps, perhaps, lines, lines, named, named)
    return st.one_of(usual, minimum, linked)


def _key(each: Transfer) -> tuple[str, ...]:
    return tuple(str(cell) for cell in rows([each])[0][:6])


@given(st.lists(a_rule(), max_size=8, unique_by=_key))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_rules_are_read_as_they_were_written(tmp_path: Path, rules: list[Transfer]) -> None:
    lines = [",".join(map(str, row)) for row in rows(rules)]

    found, notices = codec.read(feed(tmp_path, with_rules(*lines)))

    assert list(found.transfers) == rules
    assert left_out(notices) == {}
    assert rows(found.transfers) == rows(rules)
