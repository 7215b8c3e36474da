"""A leg that a remote operator sells changes: the new one is confirmed before the old one goes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.bookings.changes import completion
from maritime_app.bookings.changes.jobs import end_changes
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import OutcomeUnknown
from tests.booked import drained, nothing_is_broken, state_of, until, until_mail
from tests.factories import ADA, BO, an_ask, book, pay
from tests.killed import Death, Killed

pytestmark = pytest.mark.demo
CY = {"given_name": "Cy", "family_name": "Dahl", "birth_date": "1990-05-05"}


async def test_it_works(shop, played):
    """Another day: held and confirmed under a new name, then the old one is cancelled there."""
    booking = await confirmed(shop)
    change = {"legs": [{"number": 1, "sailing_id": await an_offer(shop, days=31)}]}

    asked = await ordered(shop, booking, change)
    done = await until_changed(shop, booking)

    assert asked["story"]["situation"] in ("change_asked", "confirmed")
    assert done["legs"][0]["sailing_id"] == change["legs"][0]["sailing_id"]
    assert done["legs"][0]["operator_reference"].startswith("NDL-")
    assert done["legs"][0]["operator_reference"] != booking["legs"][0]["operator_reference"]
    await until_mail(played, "booking_changed")
    await drained(played)
    assert await there(played, f"{booking['reference']}-1") == "Cancelled"
    assert await there(played, await key_of(played)) == "Booked"
    await nothing_is_broken(played)


async def test_somebody_more_is_paid_for_first(shop, played):
    booking = await confirmed(shop)
    change = {"passengers": [{**ADA, "number": 1}, {**BO, "number": 2}, CY]}

    held = await ordered(shop, booking, change)
    assert held["change"]["status"] == "held"
    key = await last_key(played)
    assert (await there(played, key), await there(played, f"{booking['reference']}-1")) == (
        "Reserved",
        "Booked",
    )
    await pay(shop, held["change"])
    done = await until_changed(shop, booking)

    assert len(done["passengers"]) == 3
    due = held["change"]["difference"]["amount_minor"]
    assert done["total"]["amount_minor"] == booking["total"]["amount_minor"] + due
    await drained(played)
    assert await there(played, key) == "Booked"
    await nothing_is_broken(played)


async def test_correcting_a_name_asks_nobody(shop, played, switch):
    booking = await confirmed(shop)
    before = booking["legs"][0]["operator_reference"]

    change = {"passengers": [{**ADA, "number": 1, "given_name": "Adah"}, {**BO, "number": 2}]}
    done = await ordered(shop, booking, change)

    assert done["passengers"][0]["given_name"] == "Adah"
    assert done["legs"][0]["operator_reference"] == before
    assert await there(played, f"{booking['reference']}-1") == "Booked"
    await nothing_is_broken(played)


async def test_a_no_leaves_the_booking_and_gives_the_money_back(shop, played, switch):
    booking = await confirmed(shop)
    change = {"passengers": [{**ADA, "number": 1}, {**BO, "number": 2}, CY]}
    held = await ordered(shop, booking, change)
    due, key = held["change"]["difference"], await last_key(played)
    async with shop.session.get(held["change"]["checkout_url"]) as form:
        page = str(form.url)
    await switch({"operators": {"NDL": {"refuse_rate": 1.0}}})

    await pay(shop, {"checkout_url": page})
    done = await until_changed(shop, booking)
    await until_mail(played, "change_refused")
    await until_mail(played, "refund_confirmation")

    assert (done["status"], done["total"]) == ("confirmed", booking["total"])
    assert len(done["passengers"]) == 2
    assert [one["amount"] for one in (await state_of(shop, booking))["refunds"]] == [due]
    await switch({"operators": {"NDL": {"refuse_rate": 0.0}}})
    await drained(played)
    assert await there(played, key) in ("Refused", "Cancelled")
    assert await there(played, f"{booking['reference']}-1") == "Booked"
    await nothing_is_broken(played)


async def test_who_does_not_pay_keeps_what_is_booked_there(shop, played):
    booking = await confirmed(shop)
    change = {"passengers": [{**ADA, "number": 1}, {**BO, "number": 2}, CY]}
    await ordered(shop, booking, change)
    async with played.db.acquire() as conn:
        await conn.execute("update booking_change set expires_at = now()")

    await end_changes(played)

    assert (await state_of(shop, booking))["change"] is None
    await drained(played)
    assert await there(played, await last_key(played)) == "Cancelled"
    assert await there(played, f"{booking['reference']}-1") == "Booked"
    await nothing_is_broken(played)


async def test_an_operator_that_is_down_changes_nothing(shop, played, switch):
    booking = await confirmed(shop)
    other = await an_offer(shop, days=31)
    await switch({"operators": {"NDL": {"down": True}}})

    change = {"legs": [{"number": 1, "sailing_id": other}]}
    body = {"token": booking["token"], "change": change, "difference_minor": 0}
    async with shop.post(address(booking), json=body) as answer:
        assert answer.status == 503

    assert (await state_of(shop, booking))["change"] is None


async def test_done_but_no_answer_is_recalled(shop, played, monkeypatch):
    """The operator has confirmed the new leg, its answer is lost: nothing is undone."""
    booking = await confirmed(shop)
    gateway = operators.of(played).gateways["NDL"]
    confirm, lost = gateway.confirm, []

    async def losing(reference):
        await confirm(reference)
        lost.append(reference)
        raise OutcomeUnknown("NDL", "confirm")

    monkeypatch.setattr(gateway, "confirm", losing)
    await ordered(
        shop, booking, {"legs": [{"number": 1, "sailing_id": await an_offer(shop, days=31)}]}
    )
    done = await until_changed(shop, booking)

    assert len(lost) == 1
    assert done["legs"][0]["operator_reference"].startswith("NDL-")
    await nothing_is_broken(played)


async def test_dropping_a_leg_costs_what_its_operator_keeps(shop, played):
    """The way back is not made: it is cancelled there, and leaves the calendar."""
    out, back = await an_offer(shop, days=30), await an_offer(shop, days=35, back=True)
    booking = await book(shop, an_ask(out, back))
    await pay(shop, booking)
    booking = await until(shop, booking, "confirmed")

    done = await ordered(shop, booking, {"legs": [{"number": 1}]})

    assert [leg["sailing_id"] for leg in done["legs"]] == [out]
    await until_mail(played, "booking_changed")
    await drained(played)
    assert await there(played, f"{booking['reference']}-2") == "Cancelled"
    async with played.db.acquire() as conn:
        files = await conn.fetchval(
            "select array_agg(a.filename order by a.filename) from mail_attachment a"
            " join mail m on m.id = a.mail_id where m.template = 'booking_changed'"
        )
    assert files == [
        f"{booking['reference']}-2.ics",
        f"{booking['reference']}.ics",
        "credit_note-NDL-000002.pdf",
        f"ticket-{booking['reference']}.pdf",
    ]
    await nothing_is_broken(played)


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.parametrize("before", [True, False])
async def test_killed_while_it_is_carried_out(shop, played, monkeypatch, step, before):
    """The job dies at each of its steps and is begun again, as the ledger of jobs does."""
    booking = await confirmed(shop)
    other = await an_offer(shop, days=31)
    real, death = completion.carry_out, Death(monkeypatch)

    async def dying(res, change_id):
        death.install()
        death.arm(step, before=before)
        try:
            return await real(res, change_id)
        except Killed:
            death.arm(0, before=before)
            return await real(res, change_id)
        finally:
            death.arm(0, before=before)

    monkeypatch.setattr(completion, "carry_out", dying)
    await ordered(shop, booking, {"legs": [{"number": 1, "sailing_id": other}]})
    done = await until_changed(shop, booking)

    assert done["legs"][0]["sailing_id"] == other
    await drained(played)
    assert await there(played, f"{booking['reference']}-1") == "Cancelled"
    assert await there(played, await key_of(played)) == "Booked"
    await nothing_is_broken(played)


@pytest.fixture
def switch(shop, sandbox):
    """Switch faults of the sandbox."""

    async def switched(faults):
        async with shop.session.post(f"{sandbox.url}/control", json=faults) as answer:
            assert answer.status == 200, await answer.text()

    return switched


async def an_offer(shop, days, *, back=False):
    """Nordlicht Line's sailing from Kiel to Gothenburg (or back) on that day, for Ada and Bo."""
    ends = "from=SEGOT&to=DEKEL" if back else "from=DEKEL&to=SEGOT"
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    async with shop.get(f"/api/v1/ferries/search?{ends}&date={day}&adults=2") as answer:
        found = await answer.json()
    return next(
        offer["sailing_id"] for offer in found["outbound"] if offer["operator"]["code"] == "NDL"
    )


async def confirmed(shop):
    booking = await book(shop, an_ask(await an_offer(shop, days=30)))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def ordered(shop, booking, change):
    """Quote the change and order it for exactly that."""
    body = {"token": booking["token"], "change": change}
    async with shop.post(f"{address(booking)}-quote", json=body) as answer:
        assert answer.status == 200, await answer.text()
        due = (await answer.json())["difference"]["amount_minor"]
    async with shop.post(address(booking), json={**body, "difference_minor": due}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def until_changed(shop, booking):
    """Wait until no change is open any more; return the booking."""
    async with asyncio.timeout(60):
        while (shown := await state_of(shop, booking))["change"]:
            await asyncio.sleep(0.05)
    return shown


async def there(played, key):
    """What the operator has under our name."""
    found = await operators.of(played).gateways["NDL"].recall(key)
    return found.status if found else None


async def key_of(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select operator_key from booking_leg")


async def last_key(played):
    """Our name for the leg of the last change."""
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select content->'legs'->0->>'operator_key' from booking_change"
            " order by created_at desc limit 1"
        )


def address(booking):
    return f"/api/v1/bookings/{booking['reference']}/change"
