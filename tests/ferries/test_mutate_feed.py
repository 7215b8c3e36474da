"""Whatever befalls a file, it is read or refused in words, and what is shown stays."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import service, store
from maritime_app.ferries.timetables.gtfs import codec, fields, frequencies, writing
from maritime_app.ferries.timetables.gtfs.model import Call, Feed, Frequency, Trip
from tests.ferries.feeds import ISLAND, feed

# Everything that is read of a feed, once.
WHOLE = {
    **ISLAND,
    "stops.txt": """\
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_timezone,platform_code,wheelchair_boarding,level_id
a,Alpha,37.90,23.60,1,,,,1,
a1,,,,0,a,,E1,,L
a2,,37.901,23.601,0,a,,E2,2,L
g,Gate,37.902,23.60,2,a,,,,L
n,Hall,37.902,23.601,3,a,,,,
b,Beta,37.50,24.90,0,,Europe/Athens,,,
c,Gamma,36.40,25.40,0,,,,,
d,Delta,35.30,25.10,0,,,,,
""",
    "trips.txt": """\
route_id,service_id,trip_id,trip_headsign,block_id,cars_allowed,bikes_allowed,wheelchair_accessible
R,S,T,Delta,1,1,2,1
R,S,U,Alpha,1,,,
R,S,F,Gamma,,,,
""",
    "stop_times.txt": """\
trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,timepoint,pickup_booking_rule_id
T,08:00:00,08:00:00,a1,1,0,1,1,
T,10:00:00,10:10:00,b,2,2,0,1,P
T,,,c,3,0,3,0,
T,14:00:00,14:00:00,d,4,1,0,1,
U,15:00:00,15:00:00,d,1,,,,
U,25:00:00,25:00:00,a2,2,,,,
F,06:00:00,06:00:00,a1,1,,,,
F,07:00:00,07:00:00,c,2,,,,
""",
    "calendar_dates.txt": "service_id,date,exception_type\nS,20270101,2\n",
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs,exact_times\nF,06:00:00,09:00:00,1800,0\n"
    ),
    "transfers.txt": (
        "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time\n"
        "a,a,,,2,600\nc,d,,,0,\n"
    ),
    "translations.txt": (
        "table_name,field_name,language,translation,record_id\nstops,stop_name,el,Άλφα,a\n"
    ),
    "feed_info.txt": (
        "feed_publisher_name,feed_publisher_url,feed_lang\nIsland Boats,https://island.example,en\n"
    ),
    "levels.txt": "level_id,level_index,level_name\nL,0,Quay\nM,1,Office\n",
    "pathways.txt": """\
pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count,max_slope,min_width,signposted_as,reversed_signposted_as
1,g,n,1,1,30.5,,,0.05,1.2,Ferries,Exit
2,n,a1,2,1,,40,12,,,E1,
3,n,a2,7,0,,,,,,,
""",
    "attributions.txt": "organization_name,is_producer\nIsland Boats,1\n",
    "booking_rules.txt": "booking_rule_id,booking_type,message,phone_number\nP,1,Ring,+30 210\n",
}
ODD = [
    "", " ", "0", "-1", "1", "4", "9" * 12, "1e400", "nan", "inf", "\x00", "\ud7ff", "é" * 300,
    "'", '"', ",", "\n", "24:00:00", "99:99:99", "999:59:59", "8:00", "-08:00:00", "20260230",
    "20991231", "21001231", "19700101", "Europe/Nowhere", "UTC", "../etc", "a", "a1", "T", "S", "R",
    "x" * 120, "90", "180.0", "-91", "37,5", "=cmd", "<b>", "{{7*7}}", "2026-12-24",
]  # fmt: skip


def table(text: str) -> list[list[str]]:
    """The cells of a file."""
    return list(csv.reader(io.StringIO(text, newline="")))


def written(rows: list[list[str]]) -> str:
    """Those as a file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, str | bytes | None]:
    """The whole feed with one to four things done to it."""
    files: dict[str, str | bytes | None] = {**WHOLE}
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(WHOLE)))
        text = files[name]
        if not isinstance(text, str) or not (rows := table(text)):
            continue
        number = draw(st.integers(0, len(rows) - 1))
        match draw(
            st.sampled_from(["cell", "cell", "cell", "row", "again", "file", "column", "cut"])
        ):
            case "cell" if rows[number]:
                column = draw(st.integers(0, len(rows[number]) - 1))
                rows[number][column] = draw(st.sampled_from(ODD) | st.text(max_size=12))
                files[name] = written(rows)
            case "row":
                files[name] = written([*rows[:number], *rows[number + 1 :]])
            case "again":
                files[name] = written([*rows, rows[number]])
            case "file":
                files[name] = None
            case "column" if rows[0]:
                column = draw(st.integers(0, len(rows[0]) - 1))
                files[name] = written([[*row[:column], *row[column + 1 :]] for row in rows])
            case "cut":
                files[name] = text.encode()[: draw(st.integers(0, len(text)))]
    return {
        name: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for name, text in files.items()
    }


A_TRIP = Trip("T", "R", "S", (Call("a", 0, 0), Call("b", 60, 60)), ((0, None),))
anything = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_it_works(tmp_path: Path) -> None:
    found, notices = codec.read(feed(tmp_path, {**WHOLE}))

    assert {trip.id for trip in found.trips} == {"T", "U", "F"}
    assert notices.rows == notices.kept + sum(each.rows for each in notices.left_out())


@given(mutants())
@anything
def test_it_is_read_with_every_row_accounted_for_or_refused_in_words(
    tmp_path: Path, files: dict[str, str | bytes | None]
) -> None:
    try:
        found, notices = codec.read(feed(tmp_path, files))
    except Invalid:
        return
    assert found.trips
    assert notices.rows == notices.kept + sum(each.rows for each in notices.left_out())
    assert all(count.kept >= 0 for count in notices.files.values())
    stops = set(found.stops)
    for trip in found.trips:
        assert trip.line_id in found.lines
        assert trip.service_id in found.services
        assert len(trip.calls) > 1
        assert {call.stop_id for call in trip.calls} <= stops
        times = [at for call in trip.calls for at in (call.arrives, call.departs)]
        assert times == sorted(times)


def as_written(found: Feed) -> Feed:
    """The feed without what is read and not shown: the lines on the map."""
    return replace(found, trips=tuple(replace(trip, shape_id="") for trip in found.trips))


@given(mutants())
@anything
def test_what_is_read_is_written_and_read_back_the_same(
    tmp_path: Path, files: dict[str, str | bytes | None]
) -> None:
    """Export, import, export: with terminals, translations, rules, marks, and the publisher."""
    try:
        found, _notices = codec.read(feed(tmp_path, files))
    except Invalid:
        return
    path = tmp_path / "again.zip"
    path.write_bytes(writing.written(found))

    again, _notices = codec.read(path)

    assert as_written(again) == as_written(found)
    assert writing.written(again) == path.read_bytes()


@given(
    st.dictionaries(
        st.integers(0, 172_000), st.none() | st.integers(60, 7_200), min_size=1, max_size=30
    )
)
def test_departures_from_the_first_stop_are_written_together(starts: dict[int, int | None]) -> None:
    """Whatever leaves when, in how many rows ever."""
    trip = replace(A_TRIP, starts=tuple(sorted(starts.items())))
    rows = []
    for _trip, start, end, headway, exact in writing.frequency_rows(trip):
        first, last = fields.seconds(str(start)), fields.seconds(str(end))
        assert first is not None
        assert last is not None
        rows.append(Frequency(first, last, int(str(headway)), exact == 1))
    assert frequencies.starts(rows) == (starts if rows else {})
    if not rows:
        assert trip.starts == ((trip.calls[0].departs, None),)


def some_mutants(count: int) -> list[dict[str, str | bytes | None]]:
    """So many of them, for tests that hypothesis cannot run itself: it knows no event loop."""
    made: list[dict[str, str | bytes | None]] = []

    @given(mutants())
    @settings(max_examples=count, database=None, phases=[Phase.generate])
    def make(files: dict[str, str | bytes | None]) -> None:
        made.append(files)

    make()
    return made


async def departures(resources: Any) -> int:
    """How many boats leave in the coming four weeks, by the edition that is shown."""
    first = clock.now().date()
    async with resources.db.acquire() as conn:
        known = await store.feed_by_name(conn, "isle")
        assert known is not None
        assert await store.active_edition(conn, known.id) is not None
        found = await store.departures(conn, known.id, first, first + timedelta(days=27))
        return found.count


async def test_what_is_shown_stays_or_is_replaced_by_most_of_it(
    resources: Any, tmp_path: Path
) -> None:
    await service.import_file(resources, feed(tmp_path, {**WHOLE}), service.Wish("isle"))
    whole = before = await departures(resources)
    assert whole > 28 * 6
    for files in some_mutants(20):
        try:
            await service.import_file(resources, feed(tmp_path, files), service.Wish("isle"))
        except Invalid:
            assert await departures(resources) == before
            continue
        after = await departures(resources)
        lost = 100 * (before - after) / before
        assert lost <= resources.settings.timetables.max_loss_percent
        before = after
