"""What staff do with a sailing: close and open its sales, delay it, cancel it, note that it
left.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.states import SAILING, SailingEvent
from tests import signed_in
from tests.booked import state_of
from tests.factories import BO, a_sailing, an_ask, book


@pytest.fixture
async def staff(resources):
    return await signed_in.token(resources, "operator")


async def test_it_works(client, resources, staff):
    """Close, open, delay, cancel: each act is in the audit log with what it changed."""
    sailing = await a_sailing(resources.db)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    later = (departs + timedelta(hours=2)).isoformat()

    assert (await act(client, staff, sailing, "close"))["status"] == "closed"
    assert (await act(client, staff, sailing, "open"))["status"] == "scheduled"
    retimed = await act(
        client, staff, sailing, "times", expected_departs_at=later, reason="weather"
    )
    assert datetime.fromisoformat(retimed["expected_departs_at"]) == departs + timedelta(hours=2)
    assert retimed["departs_at"] == departs.isoformat().replace("+00:00", "Z")
    cancelled = await act(client, staff, sailing, "cancel", reason="technical", note="Engine.")
    assert (cancelled["status"], cancelled["version"]) == ("cancelled", 5)

    async with resources.db.acquire() as conn:
        lines = await conn.fetch(
            "select action, detail from audit where subject_id = $1 order by at", str(sailing)
        )
    assert [line["action"] for line in lines] == [
        "sailing_close_sales",
        "sailing_open_sales",
        "sailing_retime",
        "sailing_cancel",
    ]
    assert lines[3]["detail"]["note"] == [None, "Engine."]


async def test_the_list_shows_a_local_day_with_what_is_sold(client, resources, staff):
    sailing = await a_sailing(resources.db, places=10)
    await book(client, an_ask(sailing))
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    day = departs.astimezone(ZoneInfo("Europe/Oslo")).date()

    url = f"/api/v1/sailings?day={day}&operator=NOR"
    async with client.get(url, headers=staff) as answer:
        (one,) = (await answer.json())["sailings"]

    sold = {part["resource"]: (part["taken"], part["total"]) for part in one["occupancy"]}
    assert sold["passenger"] == (2, 10)
    for other in (
        f"/api/v1/sailings?day={day}&operator=XYZ",
        "/api/v1/sailings?day=2020-01-01",
    ):
        async with client.get(other, headers=staff) as answer:
            assert (await answer.json())["sailings"] == []


async def test_closing_sales_ends_holds(shop, played):
    staff = await signed_in.token(played, "operator")
    sailing = await a_sailing(played.db)
    booking = await book(shop, an_ask(sailing, people=[BO]))

    await act(shop, staff, sailing, "close")

    await until_status(shop, booking, "expired")


async def test_a_delay_moves_the_close_of_sales(client, resources, staff):
    sailing = await a_sailing(resources.db, days_ahead=20 / 1440)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == 409

    later = (departs + timedelta(hours=3)).isoformat()
    await act(client, staff, sailing, "times", expected_departs_at=later, reason="operational")

    await book(client, an_ask(sailing))


async def test_who_saw_an_older_version_is_refused(client, resources, staff):
    sailing = await a_sailing(resources.db)
    await act(client, staff, sailing, "close")

    body = {"version": 1}
    async with client.post(f"/api/v1/sailings/{sailing}/open", json=body, headers=staff) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "sailing_changed"


async def test_staff_of_another_operator_may_not_even_look(client, resources, staff):
    sailing = await a_sailing(resources.db)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "with other as (insert into operator (id, code, name, kind, source) values"
            " (gen_random_uuid(), 'OTH', 'Other', 'house', 'test') returning id)"
            " update staff set operator_id = (select id from other)"
        )

    async with client.get(f"/api/v1/sailings/{sailing}", headers=staff) as answer:
        assert answer.status == 403
    for verb, more in (("close", {}), ("cancel", {"reason": "weather"})):
        body = {"version": 1, **more}
        url = f"/api/v1/sailings/{sailing}/{verb}"
        async with client.post(url, json=body, headers=staff) as answer:
            assert answer.status == 403
    async with client.get("/api/v1/sailings", headers=staff) as answer:
        assert (await answer.json())["sailings"] == []


async def test_staff_of_its_operator_may(client, resources, staff):
    sailing = await a_sailing(resources.db)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update staff set operator_id = (select id from operator where code = 'NOR')"
        )

    assert (await act(client, staff, sailing, "close"))["status"] == "closed"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (
            {"expected_departs_at": "2020-01-01T00:00:00Z", "reason": "weather"},
            "expected_departs_at",
        ),
        ({"expected_departs_at": "later:days=8", "reason": "weather"}, "expected_departs_at"),
        ({"expected_departs_at": "later:hours=2"}, "reason"),
        ({"expected_departs_at": "later:hours=2", "reason": "boredom"}, "reason"),
        (
            {
                "expected_departs_at": "later:hours=3",
                "expected_arrives_at": "later:hours=2",
                "reason": "weather",
            },
            "expected_arrives_at",
        ),
    ],
)
async def test_times_that_cannot_be(client, resources, staff, more, field):
    sailing = await a_sailing(resources.db)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    for name, value in more.items():
        if value.startswith("later:"):
            unit, _equals, number = value.removeprefix("later:").partition("=")
            more = more | {name: (departs + timedelta(**{unit: int(number)})).isoformat()}

    body = {"version": 1, **more}
    async with client.post(f"/api/v1/sailings/{sailing}/times", json=body, headers=staff) as answer:
        assert answer.status == 422
        assert field in (await answer.json())["errors"]


@pytest.mark.parametrize(
    ("verb", "field"),
    [
        ("times", "expected_departs_at"),
        ("times", "expected_arrives_at"),
        ("passage", "departed_at"),
        ("passage", "arrived_at"),
    ],
)
async def test_a_time_without_its_offset_is_none(client, resources, staff, verb, field):
    """It may be the quay's or UTC: the passengers would be told another hour."""
    sailing = await a_sailing(resources.db, days_ahead=3 if verb == "times" else -1)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    before = "expected_departs_at" if verb == "times" else "departed_at"
    bare = (departs + timedelta(hours=2)).replace(tzinfo=None).isoformat()
    body = {"version": 1, before: departs.isoformat(), field: bare}
    here = f"/api/v1/sailings/{sailing}/{verb}"
    async with client.post(here, json=body, headers=staff) as answer:
        assert answer.status == 422, await answer.text()
        assert set((await answer.json())["errors"]) == {field}


async def test_back_to_the_times_that_were_sold(client, resources, staff):
    sailing = await a_sailing(resources.db)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    later = (departs + timedelta(hours=2)).isoformat()
    await act(client, staff, sailing, "times", expected_departs_at=later, reason="weather")

    back = await act(client, staff, sailing, "times")

    assert (back["expected_departs_at"], back["expected_arrives_at"]) == (None, None)


async def test_it_left_and_it_arrived(client, resources, staff):
    sailing = await a_sailing(resources.db, days_ahead=-1)
    departs = datetime.fromisoformat((await seen(client, staff, sailing))["departs_at"])
    left, arrived = departs + timedelta(minutes=7), departs + timedelta(hours=21)

    assert (await act(client, staff, sailing, "passage", departed_at=left.isoformat()))[
        "status"
    ] == "departed"
    done = await act(client, staff, sailing, "passage", arrived_at=arrived.isoformat())

    assert datetime.fromisoformat(done["arrived_at"]) == arrived
    async with client.post(
        f"/api/v1/sailings/{sailing}/cancel",
        json={"version": 3, "reason": "weather"},
        headers=staff,
    ) as answer:
        assert answer.status == 409


async def test_what_has_not_happened_is_not_written_down(client, resources, staff):
    sailing = await a_sailing(resources.db)
    body = {"version": 1, "departed_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}

    async with client.post(
        f"/api/v1/sailings/{sailing}/passage", json=body, headers=staff
    ) as answer:
        assert answer.status == 422


@pytest.mark.parametrize("route", ["", "OSL-KEL"])
async def test_a_new_close_of_sales_holds_at_once(client, resources, staff, route):
    sailing = await a_sailing(resources.db, days_ahead=45 / 1440)
    await book(client, an_ask(sailing, people=[BO]))
    url = "/api/v1/sailings/sales-close"

    body = {"operator": "NOR", "route": route, "minutes": 60}
    async with client.post(url, json=body, headers=staff) as answer:
        assert answer.status == 200, await answer.text()

    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == 409
    async with client.post(url, json={**body, "minutes": None}, headers=staff) as answer:
        assert answer.status == 200
    await book(client, an_ask(sailing, people=[BO]))


async def test_a_boarding_agent_looks_and_changes_nothing(client, resources):
    sailing = await a_sailing(resources.db)
    boarding = await signed_in.token(resources, "boarding")

    assert (await seen(client, boarding, sailing))["version"] == 1
    async with client.post(
        f"/api/v1/sailings/{sailing}/close", json={"version": 1}, headers=boarding
    ) as answer:
        assert answer.status == 403


async def test_the_pages_do_it_without_javascript(client, resources):
    sailing = await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    page = f"/admin/sailings/{sailing}"
    token = await signed_in.csrf(client, page)

    form = {"csrf_token": token, "version": "1", "reason": ""}
    async with client.post(f"{page}/cancel", data=form) as answer:
        assert answer.status == 422  # no reason
    form["reason"] = "weather"
    async with client.post(f"{page}/cancel", data=form) as answer:
        assert answer.status == 200
        text = await answer.text()
    assert "The sailing is cancelled" in text
    assert "Cancel this sailing now" not in text
    async with client.post(f"{page}/close", data={"csrf_token": token, "version": "2"}) as answer:
        assert answer.status == 409


async def test_the_pages_take_the_clock_of_the_quay(client, resources):
    """Oslo is an hour before UTC in winter, two in summer."""
    sailing = await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    page = f"/admin/sailings/{sailing}"
    token = await signed_in.csrf(client, page)
    async with resources.db.acquire() as conn:
        local = await conn.fetchval(
            "select departs_at at time zone 'Europe/Oslo' + interval '2 hours' from sailing"
        )

    form = {
        "csrf_token": token,
        "version": "1",
        "expected_departs_at": local.isoformat(timespec="minutes"),
        "reason": "technical",
    }
    async with client.post(f"{page}/times", data=form) as answer:
        assert answer.status == 200, await answer.text()

    async with resources.db.acquire() as conn:
        late = await conn.fetchval("select expected_departs_at - departs_at from sailing")
    assert late == timedelta(hours=2)


@pytest.mark.parametrize("status", SailingStatus)
@pytest.mark.parametrize("event", SailingEvent)
def test_every_state_knows_every_event(status, event):
    """What is final stays: nothing leads out of cancelled, and a departed sailing only arrives."""
    after = SAILING.after(status, event)
    if status is SailingStatus.CANCELLED:
        assert after is None
    if status is SailingStatus.DEPARTED:
        assert after in (None, SailingStatus.DEPARTED)


async def seen(client, headers, sailing):
    async with client.get(f"/api/v1/sailings/{sailing}", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def act(client, headers, sailing, verb, **more):
    body = {"version": (await seen(client, headers, sailing))["version"], **more}
    async with client.post(
        f"/api/v1/sailings/{sailing}/{verb}", json=body, headers=headers
    ) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def until_status(client, booking, status):
    async with asyncio.timeout(60):
        while (await state_of(client, booking))["status"] != status:
            await asyncio.sleep(0.05)
