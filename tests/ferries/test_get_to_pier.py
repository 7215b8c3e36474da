"""Ways through terminals (pathways.txt): read, checked, and part of changes and boards."""

import csv
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.gtfs import codec
from maritime_app.ferries.timetables.gtfs.model import TerminalWay
from tests.ferries.feeds import ISLAND, feed, with_rows

HEADER = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,"
    "stair_count,max_slope,min_width,signposted_as,reversed_signposted_as\n"
)
# Gamma is a terminal with a door (g), a hall (h) and two piers: the island line's boat comes to c1
# at noon, another one leaves c2 at 12:40 for Epsilon.
TERMINAL = {
    "stops.txt": """\
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_timezone,level_id
a,Alpha,37.90,23.60,0,,,
b,Beta,37.50,24.90,0,,,
c,Gamma,36.40,25.40,1,,,
c1,Gamma pier 1,36.40,25.40,0,c,,0
c2,Gamma pier 2,36.401,25.40,0,c,,0
g,Gate,36.40,25.401,2,c,,0
h,Hall,36.40,25.4005,3,c,,0
d,Delta,35.30,25.10,0,,,
e,Epsilon,36.90,27.30,0,,,
""",
    "stop_times.txt": ISLAND["stop_times.txt"].replace(",c,", ",c1,")
    + "E1,12:40:00,12:40:00,c2,1\nE1,15:00:00,15:00:00,e,2\n",
    **with_rows("routes.txt", "E,A,9,East line,4"),
    **with_rows("trips.txt", "E,S,E1,Epsilon"),
    "levels.txt": "level_id,level_index,level_name\n0,0,Quay\n",
}
DOOR = "1,g,h,1,1,,60,,,,Ferries,Exit"
PIER_1 = "2,h,c1,1,1,,120,,,,Pier 1,"
PIER_2 = "3,h,c2,2,1,,90,20,,,Pier 2,"
RAMP = "4,h,c2,1,1,,300,,0.05,1.5,Pier 2 by ramp,"


def terminal(*pathways: str) -> dict[str, str | bytes | None]:
    return {**TERMINAL, "pathways.txt": HEADER + "".join(f"{row}\n" for row in pathways)}


def left_out(notices: Any) -> set[tuple[str, str]]:
    found = notices.left_out()
    return {(each.words, each.rule) for each in found if each.file == "pathways.txt"}


def test_it_works(tmp_path: Path) -> None:
    """The stairs are quicker than the ramp, which makes pier 2 step-free all the same."""
    found, notices = codec.read(feed(tmp_path, terminal(DOOR, PIER_1, PIER_2, RAMP)))

    assert set(found.ways) == {
        TerminalWay("", "c1", 180, step_free=True, signs=("Ferries", "Pier 1")),
        TerminalWay("", "c2", 150, step_free=True, signs=("Ferries", "Pier 2")),
        TerminalWay("c1", "", 180, step_free=True, signs=("Exit",)),
        TerminalWay("c2", "", 150, step_free=True, signs=("Exit",)),
        TerminalWay("c1", "c2", 210, step_free=True, signs=("Pier 2",)),
        TerminalWay("c2", "c1", 210, step_free=True, signs=("Pier 1",)),
    }
    assert (left_out(notices), notices.notes) == (set(), [])


@pytest.mark.parametrize(
    ("row", "words", "rule"),
    [
        ("9,,h,1,1", "no from_stop_id", "missing_required_field"),
        ("9,g,h,,1", "no pathway_mode", "missing_required_field"),
        ("9,g,nowhere,1,1", "unknown stop", "foreign_key_violation"),
        ("9,g,c,1,1", "leads to a station as a whole", "pathway_to_wrong_location_type"),
        ("9,h,h,1,1", "begins and ends at one place", "pathway_loop"),
        ("9,g,h,8,1", "unknown pathway_mode", "unexpected_enum_value"),
        ("9,g,h,0,1", "unknown pathway_mode", "unexpected_enum_value"),
        ("9,g,h,1,2", "is_bidirectional is neither 0 nor 1", "unexpected_enum_value"),
        ("9,g,h,1,1,,0", "traversal_time is no positive number of seconds", "number_out_of_range"),
        ("9,g,h,1,1,,x", "traversal_time is no positive number of seconds", "number_out_of_range"),
        ("9,g,h,1,1,,86401", "more than a day to pass", "number_out_of_range"),
        ("1,g,h,1,1,,30", "id stands there twice", "duplicate_key"),
    ],
)
def test_a_row_that_is_no_pathway_is_counted(
    tmp_path: Path, row: str, words: str, rule: str
) -> None:
    found, notices = codec.read(feed(tmp_path, terminal(DOOR, PIER_1, PIER_2, row)))

    assert left_out(notices) == {(words, rule)}
    assert TerminalWay("c1", "", 180, step_free=True, signs=("Exit",)) in found.ways
    assert notices.rows == notices.kept + sum(each.rows for each in notices.left_out())


@pytest.mark.parametrize(
    ("rows", "words", "rule"),
    [
        (
            [DOOR, PIER_1, "3,c2,g,7,1,,30"],
            "exit gates lead both ways: they are read as ways out",
            "bidirectional_exit_gate",
        ),
        (
            [DOOR, PIER_1, "3,h,e,5,1,,30"],
            "lifts lead to places without a level",
            "missing_level_id",
        ),
        ([DOOR], "nodes of a terminal lead nowhere", "pathway_dangling_generic_node"),
        (
            [DOOR, PIER_1, "3,c2,h,1,0,,30"],
            "places of a terminal cannot be reached from the street, or not be left",
            "pathway_unreachable_location",
        ),
        ([DOOR, PIER_1, "3,h,c2,1,1,-4"], "pathways.txt: length that is no positive number",
         "number_out_of_range"),
        ([DOOR, PIER_1, "3,h,c2,2,1,,,x"], "pathways.txt: stair_count that is no number",
         "invalid_integer"),
        ([DOOR, PIER_1, "3,h,c2,1,1,,,,steep"], "pathways.txt: max_slope that is no number",
         "invalid_float"),
    ],
)  # fmt: skip
def test_a_doubt_is_named_as_the_validator_names_it(
    tmp_path: Path, rows: list[str], words: str, rule: str
) -> None:
    _found, notices = codec.read(feed(tmp_path, terminal(*rows)))

    assert (words, rule) in {(note.words, note.rule) for note in notices.notes}


def test_a_level_that_is_not_there_is_noted(tmp_path: Path) -> None:
    files = {**terminal(DOOR, PIER_1, PIER_2), "levels.txt": "level_id,level_index\n7,0\n"}
    _found, notices = codec.read(feed(tmp_path, files))

    assert [note.rule for note in notices.notes] == ["foreign_key_violation"]


def test_a_platform_is_where_its_boarding_areas_are(tmp_path: Path) -> None:
    stops = TERMINAL["stops.txt"] + "c2x,Gangway,,,4,c2,,0\n"
    files = terminal(DOOR, PIER_1, PIER_2, "5,h,c2x,1,1,,40")
    found, notices = codec.read(feed(tmp_path, {**files, "stops.txt": stops}))

    rule = "pathway_to_platform_with_boarding_areas"
    assert left_out(notices) == {("leads to a platform that has boarding areas", rule)}
    assert {way.seconds for way in found.ways if way.to_stop == "c2"} == {100, 160}


def test_a_file_that_cannot_be_read_takes_no_timetable_away(tmp_path: Path) -> None:
    found, notices = codec.read(feed(tmp_path, {**TERMINAL, "pathways.txt": b"pathway_id\n\xff\n"}))

    assert (len(found.trips), found.ways) == (2, ())
    assert "ways through terminals are not used" in notices.notes[0].words


@pytest.mark.parametrize(
    ("row", "seconds", "step_free"),
    [
        ("3,h,c2,1,1,120", 100, True),  # 1.2 m/s
        ("3,h,c2,2,1,,,30", 18, False),
        ("3,h,c2,2,1,,,-30", 18, False),  # thirty steps down
        ("3,h,c2,4,1,,20", 20, False),  # an escalator
        ("3,h,c2,5,1,,45", 45, True),
        ("3,h,c2,1,1,,45,3", 45, False),  # a walkway with three steps
        ("3,h,c2,1,1,,45,,0.09", 45, False),
        ("3,h,c2,1,1,,45,,-0.09", 45, False),
        ("3,h,c2,1,1,,45,,0.08", 45, True),
        ("3,h,c2,6,1,,45,,,0.7", 45, False),  # a narrow gate
        ("3,h,c2,1,1", 0, True),
    ],
)
def test_what_a_pathway_takes_and_whether_a_wheelchair_passes(
    tmp_path: Path, row: str, seconds: int, step_free: bool
) -> None:
    found, _notices = codec.read(feed(tmp_path, terminal(DOOR, PIER_1, row)))

    (way,) = (way for way in found.ways if (way.from_stop, way.to_stop) == ("", "c2"))
    assert (way.seconds, way.step_free) == (60 + seconds, step_free)


@pytest.mark.parametrize(
    ("pathways", "changed"),
    [
        ([DOOR, PIER_1, PIER_2], True),  # three and a half minutes, and check-in
        ([DOOR, PIER_1, "3,h,c2,1,1,,3600"], False),
        ([DOOR, PIER_1], False),  # the usual minutes
        ([DOOR, "3,c1,c2,1,0,,600"], True),
        ([DOOR, "3,c2,c1,1,0,,600"], False),  # the other way
    ],
)
async def test_changing_takes_as_long_as_the_way_between_the_piers(
    client: Any, resources: Any, tmp_path: Path, pathways: list[str], changed: bool
) -> None:
    await service.import_file(resources, feed(tmp_path, terminal(*pathways)), service.Wish("isle"))
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    query = {"from": "isle:a", "to": "isle:e", "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        journeys = (await answer.json())["outbound_connections"]
    async with client.get("/api/v1/ferries/search", params={**query, "vehicles": "1"}) as answer:
        by_car = (await answer.json())["outbound_connections"]

    same_day = [each["legs"][1]["sailing"]["departs_local"][:10] == str(day) for each in journeys]
    assert any(same_day) is changed
    assert not any(each["arrives_local"][:10] == str(day) for each in by_car)


async def test_pages_and_programs_say_whether_there_are_steps(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    await service.import_file(
        resources, feed(tmp_path, terminal(DOOR, PIER_1, PIER_2)), service.Wish("isle")
    )
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    board = {"port": "isle:c", "date": day.isoformat()}
    async with client.get("/ferries/departures", params=board) as answer:
        page = " ".join((await answer.text()).split())
    async with client.get(f"/api/v1/ports/isle:c/departures.csv?date={day}") as answer:
        rows = list(csv.DictReader((await answer.text()).splitlines()))
    async with client.get(f"/api/v1/ports/isle:c/departures?date={day}") as answer:
        boats = (await answer.json())["boats"]

    assert "step-free to the boat" in page
    assert "steps on the way to the boat" in page
    assert "signs to follow: <bdi>Ferries › Pier 2</bdi>" in page
    steps = {(row["step_free_boarding"], row["step_free_leaving"]) for row in rows}
    assert steps == {("true", ""), ("false", "")}
    said = {boat["listing"]["trip"]: boat["listing"]["step_free_boarding"] for boat in boats}
    assert said == {"T": True, "E1": False}


async def test_who_changes_boats_neither_comes_from_the_street_nor_goes_there(
    client: Any, resources: Any, tmp_path: Path
) -> None:
    """The steps from the street to the second boat stood at it, which nobody who changes climbs."""
    await service.import_file(
        resources, feed(tmp_path, terminal(DOOR, PIER_1, PIER_2)), service.Wish("isle")
    )
    day = datetime.now(ZoneInfo("Europe/Athens")).date() + timedelta(days=3)
    query = {"from": "isle:a", "to": "isle:e", "date": day.isoformat()}

    async with client.get("/ferries", params=query) as answer:
        page = " ".join((await answer.text()).split())

    assert "change in Gamma" in page
    for words in ("step-free to the boat", "step-free from the boat", "steps on the way"):
        assert words not in page
    assert "signs to follow" not in page


PLACES = ["g", "h", "c1", "c2"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(permutations(PLACES, 2))),
            st.sampled_from([1, 2, 5]),
            st.booleans(),
            st.integers(1, 500),
        ),
        max_size=8,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_way_is_quicker(tmp_path: Path, pathways: list[Any]) -> None:
    """Of all ways through the places the quickest is found, and one without steps if there is."""
    rows = [
        f"{number},{a},{b},{mode},{int(both)},,{seconds}"
        for number, ((a, b), mode, both, seconds) in enumerate(pathways)
    ]
    steps: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for (a, b), mode, both, seconds in pathways:
        for ends in [(a, b), (b, a)][: 1 + both]:
            steps.setdefault(ends, []).append((seconds, mode))

    found, _notices = codec.read(feed(tmp_path, terminal(*rows)))

    said = {(way.from_stop, way.to_stop): (way.seconds, way.step_free) for way in found.ways}
    for start, end in permutations(["g", "c1", "c2"], 2):
        taken, taken_free = [], []
        for between in ([], ["h"], *([x] for x in PLACES), *map(list, permutations(PLACES, 2))):
            way = list(pairwise([start, *(x for x in between if x not in (start, end)), end]))
            if all(step in steps for step in way):
                taken.append(sum(min(steps[step])[0] for step in way))
                taken_free.append(all(any(m != 2 for _s, m in steps[step]) for step in way))
        expected = (min(taken), any(taken_free)) if taken else None
        names = ("" if start == "g" else start, "" if end == "g" else end)
        assert said.get(names) == expected
