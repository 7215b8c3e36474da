"""Sailings planned from a pattern: looked at first, written once, right whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from maritime_app.errors import Invalid
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ferries.planning import service as planning
from maritime_app.ferries.planning.model import ClockChange, PatternRequest, Standing, Voyage
from maritime_app.ferries.planning.pattern import departures, judged
from maritime_app.ferries.price_lists import service as price_lists
from maritime_app.ids import uuid7
from tests import rows, signed_in
from tests.booked import fields_of
from tests.factories import BO, a_sailing, an_ask, book

SOON = date.today() + timedelta(days=30)  # noqa: DTZ011 - any day in reach will do


async def test_it_works(client, resources):
    """A week of two sailings a day: looked at, written, sold."""
    staff = await planner(resources)
    pattern = a_pattern(first=SOON, last=SOON + timedelta(days=6), times=["08:00", "20:00"])

    looked = await post(client, staff, "/api/v1/sailings/plan", pattern)
    assert (looked["new"], looked["written"]) == (14, None)
    assert await count(resources) == 1  # the one that made the line

    written = await post(client, staff, "/api/v1/sailings", pattern)
    assert written["written"] == 14

    booking = await book(client, an_ask(await first_of(resources, SOON), people=[BO]))
    assert booking["total"]["amount_minor"] == 4550


async def test_writing_it_again_writes_nothing(client, resources):
    staff = await planner(resources)
    pattern = a_pattern(first=SOON, last=SOON)
    await post(client, staff, "/api/v1/sailings", pattern)

    again = await post(client, staff, "/api/v1/sailings", pattern)

    assert (again["new"], again["written"]) == (0, 0)
    assert [one["standing"] for one in again["plan"]["departures"]] == ["planned"]
    assert await count(resources) == 2


async def test_only_lists_that_hold_are_offered(client, resources):
    """One that another follows is offered while something still sails by it, and no longer."""
    staff = await planner(resources)
    await rows.execute(
        resources,
        "insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, source,"
        " follows_id) select gen_random_uuid(), operator_id, 'STD-2', currency, 3, 12, 'staff', id"
        " from fare",
    )
    assert await offered(resources) == ["STD", "STD-2"]
    await rows.execute(
        resources, "update sailing set fare_id = (select id from fare where code = 'STD-2')"
    )
    assert await offered(resources) == ["STD-2"]
    body = a_pattern(first=SOON, last=SOON)
    async with client.post("/api/v1/sailings/plan", json=body, headers=staff) as refused:
        assert refused.status == 422
        assert "fare" in (await refused.json())["errors"]


async def test_the_list_before_one_that_ends_is_offered_still(client, resources):
    """It is what is sold after a season."""
    await a_sailing(resources.db)
    await rows.execute(
        resources,
        "insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, source,"
        " follows_id, last_day) select gen_random_uuid(), operator_id, 'SUMMER', currency, 3, 12,"
        " 'staff', id, current_date from fare;"
        " update sailing set fare_id = (select id from fare where code = 'SUMMER')",
    )
    assert await offered(resources) == ["STD", "SUMMER"]
    await rows.execute(resources, "update fare set last_day = last_day - 9 where code = 'SUMMER'")
    assert await offered(resources) == ["STD"]


async def test_a_list_that_is_followed_to_its_own_last_day_is_offered_no_more(client, resources):
    """Sailings would be planned at its old prices."""
    await a_sailing(resources.db)
    await rows.execute(
        resources,
        f"update fare set last_day = '{SOON}';"
        "insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, source,"
        " follows_id, last_day) select gen_random_uuid(), operator_id, 'STD-2', currency, 3, 12,"
        " 'staff', id, last_day from fare;"
        " update sailing set fare_id = (select id from fare where code = 'STD-2')",
    )
    assert await offered(resources) == ["STD-2"]
    assert await idle(resources) == []
    await rows.execute(resources, "update fare set last_day = last_day - 1 where code = 'STD-2'")
    assert await offered(resources) == ["STD", "STD-2"]
    assert await idle(resources) == ["STD"]


async def test_a_list_that_ends_sells_nothing_after_its_last_day(client, resources):
    staff = await planner(resources)
    await rows.execute(resources, f"update fare set last_day = '{SOON}'")
    later = a_pattern(first=SOON, last=SOON + timedelta(days=1))
    async with client.post("/api/v1/sailings", json=later, headers=staff) as refused:
        assert refused.status == 422
        assert "ends on" in (await refused.json())["errors"]["fare"]
    written = await post(client, staff, "/api/v1/sailings", a_pattern(first=SOON, last=SOON))
    assert written["written"] == 1


async def test_what_the_ship_carries_is_what_is_sold(client, resources):
    staff = await planner(resources)
    await post(client, staff, "/api/v1/sailings", a_pattern(first=SOON, last=SOON))

    sailing = await first_of(resources, SOON)

    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select resource, total from capacity where sailing_id = $1", sailing
        )
    assert dict(rows) == {"passenger": 100, "lane_cm": 10_000, "cabin:inside2": 10, "pet": 5}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weekdays", []),
        ("weekdays", [8]),
        ("times", ["24:00"]),
        ("times", ["8:00"]),
        ("times", []),
        ("minutes", 0),
        ("last", (SOON - timedelta(days=1)).isoformat()),
        ("last", (SOON + timedelta(days=500)).isoformat()),
        ("ship", "TITANIC"),
        ("fare", "FREE"),
        ("route", "OSL-MARS"),
        ("operator", "XYZ"),
    ],
)
async def test_what_cannot_be_planned_is_refused_by_field(client, resources, field, value):
    staff = await planner(resources)
    pattern = a_pattern(first=SOON, last=SOON) | {field: value}

    async with client.post("/api/v1/sailings", json=pattern, headers=staff) as answer:
        assert answer.status == 422, await answer.text()
        errors = (await answer.json())["errors"]
    assert any(name.startswith(field) or field == "operator" for name in errors), errors


async def test_a_ship_is_in_one_place_at_a_time(client, resources):
    """The passage takes twenty hours: the sailing twelve hours later needs another ship."""
    staff = await planner(resources)
    pattern = a_pattern(first=SOON, last=SOON, times=["06:00", "18:00"], minutes=1200)

    looked = await post(client, staff, "/api/v1/sailings/plan", pattern)

    assert [one["standing"] for one in looked["plan"]["departures"]] == ["new", "ship_away"]


async def test_the_page_looks_first_and_then_writes(client, resources):
    await planner(resources)
    await signed_in.sign_in(client, "operator@maritime.example")
    fields = {
        "route": "NOR OSL-KEL",
        "ship": "AUR",
        "fare": "STD",
        "minutes": "1200",
        "times": "08:00; 20:30",
        "first": SOON.isoformat(),
        "last": SOON.isoformat(),
        f"weekday-{SOON.isoweekday()}": "1",
    }
    token = await signed_in.csrf(client, "/admin/sailings/plan")

    for act, words, written in (
        ("preview", "Write 1 sailing", 1),
        ("write", "1 sailing was written", 2),
    ):
        form = {**fields, "act": act, "csrf_token": token}
        async with client.post("/admin/sailings/plan", data=form) as answer:
            assert answer.status == 200, await answer.text()
            assert words in await answer.text()
        assert await count(resources) == written


def test_the_same_time_of_day_in_summer_and_winter():
    found = departures(asked(date(2027, 3, 27), date(2027, 3, 29), ["08:00"]), "Europe/Oslo")
    assert [one.departs_at.hour for one in found] == [7, 6, 6]


def test_a_time_that_the_clocks_skip_is_not_lost():
    """On 28 March 2027 it is 03:00 after 01:59 in Oslo."""
    (one,) = departures(asked(date(2027, 3, 28), date(2027, 3, 28), ["02:30"]), "Europe/Oslo")
    assert one.clock is ClockChange.SKIPPED
    assert one.departs_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30 by the new clock


def test_a_time_that_comes_twice_sails_once():
    (one,) = departures(asked(date(2027, 10, 31), date(2027, 10, 31), ["02:30"]), "Europe/Oslo")
    assert one.clock is ClockChange.REPEATED
    assert one.departs_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # still by summer's clock


def test_only_the_weekdays_that_were_asked_for():
    pattern = asked(date(2027, 1, 4), date(2027, 1, 10), ["08:00"], weekdays=[1, 7])
    assert [one.day.isoweekday() for one in departures(pattern, "Europe/Oslo")] == [1, 7]
    with pytest.raises(Invalid):
        departures(asked(date(2027, 1, 5), date(2027, 1, 6), ["08:00"], weekdays=[1]), "UTC")


def test_a_ship_may_leave_when_it_arrives_and_too_late_is_too_late():
    route = uuid7()
    planned = departures(asked(date(2027, 1, 4), date(2027, 1, 6), ["08:00"]), "UTC")
    arriving = Voyage(uuid7(), planned[1].departs_at - timedelta(hours=5), planned[1].departs_at)
    clashing = Voyage(
        uuid7(), planned[2].arrives_at - timedelta(minutes=1), planned[2].arrives_at + timedelta(1)
    )

    found = judged(planned, route, [arriving, clashing], [], planned[0].departs_at)

    assert [one.standing for one in found] == [Standing.PAST, Standing.NEW, Standing.SHIP_AWAY]


def asked(first, last, times, weekdays=(1, 2, 3, 4, 5, 6, 7), minutes=120):
    return PatternRequest(
        "NOR", "OSL-KEL", "AUR", "STD", list(weekdays), times, minutes, first, last
    )


def a_pattern(first, last, times=("08:00",), minutes=600):
    return {
        "operator": "NOR",
        "route": "OSL-KEL",
        "ship": "AUR",
        "fare": "STD",
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "times": list(times),
        "minutes": minutes,
        "first": first.isoformat(),
        "last": last.isoformat(),
    }


async def offered(resources):
    """The lists that an administrator can choose for new sailings."""
    everybody = ActingStaff(uuid7(), None)
    return [one.code for one in (await planning.choices(resources, everybody)).fares]


async def idle(resources):
    """The lists of which the page says that nothing sails by them for now."""
    found = await price_lists.route_fares(resources, ActingStaff(uuid7(), None))
    return [one.fare_code for one in found.idle]


async def planner(resources):
    """Somebody who may plan, on a line whose only sailing is far away."""
    await a_sailing(resources.db, days_ahead=200)
    return await signed_in.token(resources, "operator")


async def post(client, headers, url, body):
    async with client.post(url, json=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def count(resources):
    async with resources.db.acquire() as conn:
        return await conn.fetchval("select count(*) from sailing")


async def first_of(resources, day):
    async with resources.db.acquire() as conn:
        return await conn.fetchval(
            "select id from sailing where departs_at::date = $1 order by departs_at limit 1", day
        )


async def test_all_that_is_wrong_with_a_pattern_is_said_at_once(client, resources):
    """Whatever cannot be chosen, and days in the wrong order; by hand as by program."""
    staff = await planner(resources)
    wrong = {"ship": "NONE", "fare": "NONE", "last": str(SOON - timedelta(days=1))}
    body = a_pattern(first=SOON, last=SOON) | wrong
    async with client.post("/api/v1/sailings/plan", json=body, headers=staff) as refused:
        assert refused.status == 422
        assert set((await refused.json())["errors"]) == {"ship", "fare", "last"}

    await signed_in.come_in(client, resources, "admin")
    async with client.get("/admin/sailings/plan") as answer:
        fields = fields_of(await answer.text())
    entered = fields | {"first": str(SOON), "last": wrong["last"], "act": "preview"}
    async with client.post("/admin/sailings/plan", data=entered) as refused:
        assert refused.status == 422
        text = await refused.text()
    for field in ("route", "ship", "fare", "minutes", "times", "last"):
        assert f'href="#f-{field}"' in text, field
