"""A timetable becomes an edition that is shown; a broken one never takes a good one away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from maritime_app import clock
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.timetables.editions import service
from maritime_app.ferries.timetables.editions.activation import activate
from maritime_app.ferries.timetables.editions.model import EditionRefused, EditionState
from maritime_app.ferries.timetables.editions.service import Wish
from tests.ferries.feeds import ISLAND, edited, feed, with_rows

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = date(2026, 11, 28)
ISLE = Wish("isle", days=7)
AT_NINE = edited("stop_times.txt", "T,08:00:00,08:00:00,a", "T,07:00:00,07:00:00,a")


@pytest.fixture(autouse=True)
def _the_clock_stands_still(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


async def search(client, origin, destination, day=DAY):
    query = {"from": origin, "to": destination, "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return (await answer.json())["outbound"]


async def times(client, origin, destination, day=DAY):
    return [each["departs_local"][11:16] for each in await search(client, origin, destination, day)]


async def board(client, code, day=DAY, kind="departures"):
    async with client.get(
        f"/api/v1/ports/{code}/{kind}", params={"date": day.isoformat()}
    ) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def alerts(resources):
    async with resources.db.acquire() as conn:
        return [row["kind"] for row in await conn.fetch("select kind from alert")]


async def test_it_works(client, resources, tmp_path):
    report = await service.import_file(resources, feed(tmp_path), ISLE)

    assert (report.feed, report.publisher) == ("isle", "Island Boats")
    assert (report.trips, report.stops) == (1, 4)
    assert (report.departures, report.added, report.removed) == (21, 21, 0)
    found = await search(client, "isle:a", "isle:c")
    assert [each["departs_local"] for each in found] == ["2026-11-28T08:00+02:00"]
    assert found[0]["duration_minutes"] == 240
    assert found[0]["why_not"] == "timetable_only"
    assert found[0]["listing"]["line"] == "Island line"
    assert [stop["name"] for stop in found[0]["listing"]["via"]] == ["Beta"]


async def test_every_pair_of_stops_is_found(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    stops = "abcd"
    found = {
        first + last
        for first in stops
        for last in stops
        if first != last and await times(client, f"isle:{first}", f"isle:{last}")
    }
    assert found == {"ab", "ac", "ad", "bc", "bd", "cd"}


async def test_the_same_file_again_changes_nothing(resources, tmp_path):
    first = await service.import_file(resources, feed(tmp_path), ISLE)
    again = await service.import_file(resources, feed(tmp_path), ISLE)

    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 21)
    assert again.edition_id == first.edition_id
    _feed, editions = await service.editions(resources, "isle")
    assert len(editions) == 1


async def test_a_new_edition_holds_for_all_its_days(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    report = await service.import_file(resources, feed(tmp_path, AT_NINE), ISLE)

    assert (report.added, report.changed, report.removed) == (0, 21, 0)
    for days in (0, 20, 100, 380):
        assert await times(client, "isle:a", "isle:b", DAY + timedelta(days)) == ["07:00"]


def from_day_on(day: date, changes: Any = AT_NINE) -> Any:
    """The island line that begins then, as its publisher says."""
    said = f"feed_publisher_name,feed_start_date\nIsland,{day:%Y%m%d}\n"
    calendar = edited("calendar.txt", "20260101", f"{day:%Y%m%d}")
    return {**changes, **calendar, "feed_info.txt": said}


async def test_an_edition_of_later_days_leaves_those_before_to_the_one_before(
    client, resources, tmp_path
):
    """However much later: not a day is without boats, and none has those of both."""
    await service.import_file(resources, feed(tmp_path), ISLE)
    report = await service.import_file(
        resources, feed(tmp_path, from_day_on(DAY + timedelta(60))), ISLE
    )

    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert "until then its boats are those of the edition before" in report.notes[-1].words
    for days, sails in ((0, "08:00"), (59, "08:00"), (60, "07:00"), (100, "07:00")):
        assert await times(client, "isle:a", "isle:b", DAY + timedelta(days)) == [sails]


async def test_one_that_is_brought_back_leaves_them_as_well(client, resources, tmp_path):
    at_six = edited("stop_times.txt", "T,08:00:00,08:00:00,a", "T,06:00:00,06:00:00,a")
    begins_later: Any = from_day_on(DAY + timedelta(60))
    for changes in ({}, begins_later, at_six):
        await service.import_file(resources, feed(tmp_path, changes), ISLE)
    assert await times(client, "isle:a", "isle:b", DAY) == ["06:00"]

    await service.restore(resources, "isle")

    for days, sails in ((0, "06:00"), (59, "06:00"), (60, "07:00")):
        assert await times(client, "isle:a", "isle:b", DAY + timedelta(days)) == [sails]


async def test_editions_follow_one_another(client, resources, tmp_path):
    """A third one that begins later still: each has its own days."""
    at_six = edited("stop_times.txt", "T,08:00:00,08:00:00,a", "T,06:00:00,06:00:00,a")
    later: list[Any] = [from_day_on(DAY + timedelta(9)), from_day_on(DAY + timedelta(30), at_six)]
    for changes in ({}, *later):
        await service.import_file(resources, feed(tmp_path, changes), ISLE)

    for days, sails in ((0, "08:00"), (9, "07:00"), (29, "07:00"), (30, "06:00")):
        assert await times(client, "isle:a", "isle:b", DAY + timedelta(days)) == [sails]


async def test_a_first_boat_that_sails_later_brings_no_other_back(client, resources, tmp_path):
    """Who says nothing, or that the feed has begun, has no boats until then."""
    await service.import_file(resources, feed(tmp_path), ISLE)
    later = edited("calendar.txt", "20260101", f"{DAY + timedelta(3):%Y%m%d}")
    said = {"feed_info.txt": f"feed_publisher_name,feed_start_date\nIsland,{DAY:%Y%m%d}\n"}
    for changes in (later, later | said):
        await service.import_file(resources, feed(tmp_path, changes), ISLE)
        assert await times(client, "isle:a", "isle:b", DAY) == []


BROKEN: list[Any] = [
    {"stop_times.txt": None},
    edited("agency.txt", "Europe/Athens", "Atlantis"),
    {"stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"},
    edited("calendar.txt", "20260101,20281231", "20200101,20201231"),
    edited("calendar.txt", "S,1,1,1,1,1,1,1", "S,1,0,0,0,0,0,0"),
]


@pytest.mark.parametrize("changes", BROKEN)
async def test_a_damaged_edition_takes_nothing_away(client, resources, tmp_path, changes):
    await service.import_file(resources, feed(tmp_path), ISLE)
    with pytest.raises(Invalid, match=r"island\.zip is refused"):
        await service.import_file(resources, feed(tmp_path, changes), ISLE)

    assert await times(client, "isle:a", "isle:c") == ["08:00"]
    assert await alerts(resources) == ["timetable_refused"]
    _feed, editions = await service.editions(resources, "isle")
    assert sorted(each.state for each in editions) == [EditionState.ACTIVE, EditionState.REFUSED]


async def test_a_loss_that_is_meant_is_accepted(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    changes = edited("calendar.txt", "S,1,1,1,1,1,1,1", "S,1,0,0,0,0,0,0")
    with pytest.raises(EditionRefused, match="86 % of the departures") as refused:
        await service.import_file(resources, feed(tmp_path, changes), ISLE)
    assert refused.value.report.removed == 18
    report = await service.import_file(
        resources, feed(tmp_path, changes), Wish("isle", days=7, accept_loss=True)
    )

    assert (report.departures, report.removed) == (3, 18)
    assert await times(client, "isle:a", "isle:c") == []


async def test_nothing_is_left_of_a_first_file_that_is_refused(resources, tmp_path):
    with pytest.raises(Invalid):
        await service.import_file(resources, feed(tmp_path, BROKEN[0]), ISLE)
    assert await service.feeds(resources) == []
    assert await alerts(resources) == []


async def test_an_earlier_edition_is_brought_back(client, resources, tmp_path):
    first = await service.import_file(resources, feed(tmp_path), ISLE)
    await service.import_file(resources, feed(tmp_path, AT_NINE), ISLE)
    report = await service.restore(resources, "isle")

    assert report.edition_id == first.edition_id
    assert await times(client, "isle:a", "isle:c") == ["08:00"]
    _feed, editions = await service.editions(resources, "isle")
    assert [each.state for each in editions] == [EditionState.ACTIVE, EditionState.EARLIER]


async def test_there_is_not_always_an_earlier_edition(resources, tmp_path):
    with pytest.raises(NotFound, match="no such feed"):
        await service.restore(resources, "isle")
    await service.import_file(resources, feed(tmp_path), ISLE)
    with pytest.raises(NotFound, match="no earlier edition"):
        await service.restore(resources, "isle")


async def test_two_publishers_with_one_file_name_are_two_feeds(client, resources, tmp_path):
    other = edited("agency.txt", "Island Boats", "Bay Boats") | edited(
        "stops.txt", "Alpha,37.90,23.60", "Boston,42.30,-71.00"
    )
    await service.import_file(resources, feed(tmp_path, name="gtfs.zip"), Wish())
    await service.import_file(resources, feed(tmp_path, other, name="gtfs.zip"), Wish())

    assert [each.name for each, _edition in await service.feeds(resources)] == [
        "bay-boats",
        "island-boats",
    ]
    assert await times(client, "island-boats:a", "island-boats:b") == ["08:00"]
    assert await times(client, "bay-boats:a", "bay-boats:b")


async def test_a_publishers_next_file_is_an_edition_whatever_it_is_called(resources, tmp_path):
    await service.import_file(resources, feed(tmp_path, name="gtfs.zip"), Wish())
    report = await service.import_file(
        resources, feed(tmp_path, AT_NINE, name="winter 2026.zip"), Wish(days=7)
    )
    assert (report.feed, report.changed) == ("island-boats", 21)


async def test_a_name_that_contradicts_is_asked_about(resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    with pytest.raises(Conflict, match="--feed isle"):
        await service.import_file(resources, feed(tmp_path, name="bay.zip"), Wish())


async def test_of_many_feeds_of_a_publisher_some_are_named(resources, tmp_path):
    """The sentence named all of forty-eight, twice."""
    for number in range(7):
        await service.import_file(resources, feed(tmp_path), Wish(f"isle-{number}", days=7))

    with pytest.raises(Conflict, match="isle-4 and 2 more already") as refused:
        await service.import_file(resources, feed(tmp_path, name="gtfs.zip"), Wish(days=7))

    assert "isle-5" not in refused.value.message


@pytest.mark.parametrize("stem", ["港", "x" * 90, "GTFS (3)", "Île d'Yeu"])
async def test_any_file_name_will_do(resources, tmp_path, stem):
    report = await service.import_file(resources, feed(tmp_path, name=f"{stem}.zip"), Wish())
    assert 0 < len(report.feed) <= 40
    assert report.feed.isascii()


async def test_a_feeds_name_is_checked(resources, tmp_path):
    with pytest.raises(Invalid, match="--feed"):
        await service.import_file(resources, feed(tmp_path), Wish("Not A Name"))
    with pytest.raises(Invalid):
        await service.import_file(resources, feed(tmp_path), Wish("isle", days=0))


async def test_a_moved_timetable_says_so(client, resources, tmp_path):
    ended = edited("calendar.txt", "20260101,20281231", "20180101,20181231")
    with pytest.raises(Invalid, match=r"ended on 2018-12-31.*--shift-to"):
        await service.import_file(resources, feed(tmp_path, ended), ISLE)
    wish = Wish("isle", shift_to=date(2026, 11, 26), days=7)
    report = await service.import_file(resources, feed(tmp_path, ended), wish)

    assert report.moved_weeks == 464
    (boat,) = await search(client, "isle:a", "isle:c")
    assert boat["listing"]["moved_weeks"] == 464
    async with client.get("/ferries/departures", params={"port": "isle:a"}) as page:
        text = await page.text()
    assert "moved by 464 weeks" in text
    assert "They do not sail." in text


async def test_a_current_timetable_is_not_moved(resources, tmp_path):
    with pytest.raises(Invalid, match="is current until 2028-12-31"):
        await service.import_file(resources, feed(tmp_path), Wish(shift_to=date(2026, 12, 1)))


async def test_a_station_is_one_place_with_its_piers(client, resources, tmp_path):
    stops = """\
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
ST,Big Terminal,37.90,23.60,1,
a,Pier 1,37.90,23.60,0,ST
a2,Pier 2,37.90,23.60,0,ST
b,Beta,37.50,24.90,0,
c,Gamma,36.40,25.40,0,
d,Delta,35.30,25.10,0,
"""
    changes = {"stops.txt": stops} | with_rows("trips.txt", "R,S,U,")
    changes |= with_rows("stop_times.txt", "U,18:00:00,18:00:00,a2,1", "U,20:00:00,20:00:00,b,2")
    await service.import_file(resources, feed(tmp_path, changes), ISLE)

    found = await board(client, "isle:ST")
    assert [(boat["listing"]["platform"], boat["other"]["name"]) for boat in found["boats"]] == [
        ("Pier 1", "Delta"),
        ("Pier 2", "Beta"),
    ]
    assert found["port"]["name"] == "Big Terminal"
    assert await times(client, "isle:ST", "isle:b") == ["08:00", "18:00"]
    assert await times(client, "isle:a2", "isle:b") == ["08:00", "18:00"]


@pytest.mark.demo
async def test_a_stop_of_a_harbours_name_beside_it_is_that_harbour(client, resources, tmp_path):
    changes = edited("stops.txt", "a,Alpha,37.90,23.60", "a,Piraeus,37.944,23.6365")
    changes["stops.txt"] = changes["stops.txt"].replace(
        "d,Delta,35.30,25.10", "d,Heraklion,35.345,25.145"
    )
    report = await service.import_file(resources, feed(tmp_path, changes), ISLE)

    assert report.joined == 2
    listed = [each for each in await search(client, "GRPIR", "GRHER") if each["listing"]]
    assert [each["departs_local"][11:16] for each in listed] == ["08:00"]
    assert await times(client, "isle:a", "isle:b") == ["08:00"]


async def test_a_boat_past_midnight_belongs_to_the_day_on_which_it_leaves(
    client, resources, tmp_path, monkeypatch
):
    """West of Greenwich it is still yesterday: this evening's boats are there."""
    changes = edited("agency.txt", "Europe/Athens", "America/New_York")
    changes |= with_rows("trips.txt", "R,S,NIGHT,")
    rows = ("NIGHT,24:30:00,24:30:00,a,1", "NIGHT,25:10:00,25:10:00,b,2")
    changes |= with_rows("stop_times.txt", *rows)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 28, 0, 30, tzinfo=UTC))
    await service.import_file(resources, feed(tmp_path, changes), ISLE)

    assert await times(client, "isle:a", "isle:b") == ["00:30", "08:00"]
    assert await times(client, "isle:a", "isle:b", date(2026, 11, 27)) == ["00:30", "08:00"]
    night = (await search(client, "isle:a", "isle:b"))[0]
    assert night["listing"]["service_day"] == "2026-11-27"


async def test_a_night_without_an_hour(client, resources, tmp_path):
    """28 March 2027 has 23 hours: 08:00 is 08:00, and 01:30 is 00:30 by the clock."""
    changes = with_rows("trips.txt", "R,S,N,")
    changes |= with_rows("stop_times.txt", "N,01:30:00,01:30:00,a,1", "N,04:30:00,04:30:00,b,2")
    await service.import_file(resources, feed(tmp_path, changes), ISLE)

    found = await search(client, "isle:a", "isle:b", date(2027, 3, 28))
    assert [each["departs_at"] for each in found] == [
        "2027-03-27T22:30:00Z",
        "2027-03-28T05:00:00Z",
    ]


async def test_a_departure_that_two_service_days_have_is_one_boat(client, resources, tmp_path):
    rows = "trip_id,start_time,end_time,headway_secs\nT,00:00:00,24:00:01,3600\n"
    await service.import_file(resources, feed(tmp_path, {"frequencies.txt": rows}), ISLE)

    found = await search(client, "isle:a", "isle:b")
    assert len(found) == 24
    assert {each["every_minutes"] for each in found} == {60}


async def test_a_stop_may_be_called_anything(client, resources, tmp_path):
    for number, stop in enumerate(["x/y", "x_y", "x~y", "q?#% é"]):
        files = {
            "stops.txt": ISLAND["stops.txt"].replace("a,Alpha", f"{stop},Alpha {number}"),
            "stop_times.txt": ISLAND["stop_times.txt"].replace(",a,1", f",{stop},1"),
        }
        await service.import_file(resources, feed(tmp_path, files), Wish(f"isle{number}"))
    for code, name in (
        ("isle0:x~1y", "Alpha 0"),
        ("isle1:x_y", "Alpha 1"),
        ("isle2:x~0y", "Alpha 2"),
        ("isle3:q?#% é", "Alpha 3"),
    ):
        assert await search(client, code, f"{code[:5]}:b")
        async with client.get("/ferries/departures", params={"port": code}) as page:
            assert name in await page.text()


async def test_how_a_ride_is_arranged_is_said(client, resources, tmp_path):
    header, first, *rest = ISLAND["stop_times.txt"].splitlines()
    marked = [f"{header},pickup_type", f"{first},2", *(f"{row},0" for row in rest)]
    changes = {"stop_times.txt": "\n".join(marked) + "\n"}
    await service.import_file(resources, feed(tmp_path, changes), ISLE)

    (boat,) = await search(client, "isle:a", "isle:b")
    assert boat["listing"]["boarding"] == 2
    query = {"from": "isle:a", "to": "isle:b", "date": DAY.isoformat()}
    async with client.get("/ferries", params=query) as page:
        text = await page.text()
    assert "must be booked by telephone" in text
    assert "+30 210 555" in text


async def test_a_dropped_feed_is_gone(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    await service.drop(resources, "isle")

    assert await service.feeds(resources) == []
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from port where kind = 'stop'") == 0
        assert await conn.fetchval("select count(*) from timetable_call") == 0
    with pytest.raises(NotFound):
        await service.drop(resources, "isle")


@pytest.mark.parametrize("is_back", [False, True], ids=["gone", "made anew"])
async def test_a_feed_that_is_dropped_meanwhile_is_not_brought_back(
    resources, tmp_path, monkeypatch, is_back
):
    """Not by an earlier edition of it that was being read."""
    for changes in ({}, AT_NINE):
        await service.import_file(resources, feed(tmp_path, changes), ISLE)
    real = activate

    async def dropped_before(*args):
        monkeypatch.setattr(service, "activate", real)
        await service.drop(resources, "isle")
        if is_back:
            await service.import_file(resources, feed(tmp_path, AT_NINE), ISLE)
        return await real(*args)

    monkeypatch.setattr(service, "activate", dropped_before)
    with pytest.raises(NotFound, match="no such feed any more"):
        await service.restore(resources, "isle")

    assert [each.name for each, _edition in await service.feeds(resources)] == ["isle"] * is_back


async def test_what_an_older_version_wrote_is_replaced(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select gen_random_uuid(), o.id, 'old', 'old', a.id, b.id, 'gtfs:isle' from operator"
            " o, port a, port b where o.code = 'isle:A' and a.code = 'isle:a' and b.code ="
            " 'isle:b'"
        )
        await conn.execute(
            "insert into sailing (id, route_id, operator_id, origin_id, destination_id, departs_at,"
            " arrives_at, source, source_key) select gen_random_uuid(), r.id, r.operator_id,"
            " r.origin_id, r.destination_id, '2026-11-28 20:00Z', '2026-11-28 21:00Z', 'gtfs:isle',"
            " 'old' from route r"
        )
    assert await times(client, "isle:a", "isle:b") == ["08:00", "22:00"]
    await service.import_file(resources, feed(tmp_path, AT_NINE), ISLE)
    assert await times(client, "isle:a", "isle:b") == ["07:00"]


async def test_a_board_shows_a_day_as_json_and_csv(client, resources, tmp_path):
    await service.import_file(resources, feed(tmp_path), ISLE)

    found = await board(client, "isle:b")
    assert (found["total"], found["date"]) == (1, DAY.isoformat())
    (boat,) = found["boats"]
    assert (boat["other"]["name"], boat["listing"]["headsign"]) == ("Delta", "Delta")
    assert [stop["name"] for stop in boat["listing"]["via"]] == ["Gamma"]
    arrivals = await board(client, "isle:b", kind="arrivals")
    assert [(each["at"], each["other"]["name"]) for each in arrivals["boats"]] == [
        ("2026-11-28T08:00:00Z", "Alpha")
    ]
    async with client.get(f"/api/v1/ports/isle:b/departures.csv?date={DAY}") as answer:
        lines = (await answer.text()).splitlines()
    assert lines[1].startswith("2026-11-28T10:10+02:00,2026-11-28T14:00+02:00,isle:d,Delta,Island")


async def test_a_board_of_another_day(client, resources, tmp_path):
    changes = edited("calendar.txt", "S,1,1,1,1,1,1,1", "S,0,0,0,0,0,1,0")
    await service.import_file(resources, feed(tmp_path, changes), ISLE)

    assert (await board(client, "isle:a"))["total"] == 1
    assert (await board(client, "isle:a", DAY + timedelta(1)))["total"] == 0
    async with client.get(
        "/ferries/arrivals", params={"port": "isle:d", "date": "2026-11-28"}
    ) as page:
        assert "Arrivals at Delta" in await page.text()
