"""What staff do with a booking that they have found: look, write, cancel, give back, repair."""

import html
import re

import pytest

from tests import signed_in
from tests.booked import drained, nothing_is_broken, quoted, state_of, until, until_mail
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, pay
from tests.rows import value

ALL = "/api/v1/back-office/bookings"


@pytest.fixture
async def staff(played):
    return await signed_in.token(played, "operator")


async def test_it_works(shop, played, staff):
    """Everything that happened to a confirmed booking stands in one timeline."""
    booking = await confirmed(shop, played)

    file = await seen(shop, staff, booking)

    happened = [(event["kind"], event["name"]) for event in file["timeline"]]
    for expected in (
        ("booking", "held"),
        ("payment", "opened"),
        ("payment", "succeeded"),
        ("payment", "accepted"),
        ("booking", "paid"),
        ("task", "bookings.accept_payment"),
        ("booking", "confirmed"),
        ("mail", "booking_confirmation"),
    ):
        assert expected in happened
    assert [event["at"] for event in file["timeline"]] == sorted(
        event["at"] for event in file["timeline"]
    )
    assert file["story"]["situation"] == "confirmed"
    assert file["refundable_minor"] == booking["total"]["amount_minor"]


async def test_what_cannot_be_said_is_not_mailed(shop, played, staff):
    """An unpaid hold has no mail about it, and there is no such booking as another one."""
    held = await book(shop, an_ask(await a_sailing(played.db)))
    for reference, status, code in (
        (held["reference"], 409, "no_mail"),
        ("22222222", 404, "booking"),
    ):
        url = f"{ALL}/{reference}/resend"
        async with shop.post(url, json={"mails_written": 0}, headers=staff) as answer:
            assert answer.status == status, await answer.text()
            assert (await answer.json())["code"] == code
    assert await value(played, "select count(*) from mail") == 0


async def test_the_page_shows_it_and_takes_a_note(shop, played):
    booking = await confirmed(shop, played)
    await signed_in.come_in(shop, played, "operator")
    page = f"/admin/bookings/{booking['reference']}"

    async with shop.get("/admin/bookings", params={"q": "lund"}) as answer:
        assert answer.url.path == page  # the only one is opened at once
    written = await signed_in.submit(shop, f"{page}/note", text="Called, all is <well>.")
    async with shop.get(written.headers["Location"]) as answer:
        shown = await answer.text()

    assert "Called, all is &lt;well&gt;." in shown
    assert "The note is kept." in shown
    empty = await signed_in.submit(shop, f"{page}/note", text="  ")
    assert empty.status == 422
    assert 'aria-invalid="true"' in await empty.text()


async def test_write_once_more(shop, played, staff):
    """With the ticket as it is now, to the new address, and once for a form sent twice."""
    booking = await confirmed(shop, played)
    contact = {"email": "ada.lund@example.org", "phone": "+47 555 01 99", "language": "de"}
    file = await acted(shop, staff, booking, "contact", **contact)
    assert file["booking"]["email"] == "ada.lund@example.org"

    for _twice in range(2):
        await acted(shop, staff, booking, "resend", mails_written=1)
    await drained(played)

    mails = [e for e in (await seen(shop, staff, booking))["timeline"] if e["kind"] == "mail"]
    assert [m["detail"] for m in mails if m["name"] == "booking_confirmation"] == [
        "ada@example.org",
        "ada.lund@example.org",
    ]
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from mail_attachment") == 6


async def test_an_address_that_reaches_nobody_is_refused(shop, played, staff):
    booking = await confirmed(shop, played)
    url = f"{ALL}/{booking['reference']}/contact"
    async with shop.post(url, json={"email": "ada@localhost.x"}, headers=staff) as answer:
        assert answer.status == 422
        assert "email" in (await answer.json())["errors"]


async def test_cancel_for_the_customer(shop, played, staff):
    """For the fee that they would have paid, or less; the money goes back."""
    booking = await confirmed(shop, played, days_ahead=2)
    fee_minor = (await quoted(shop, booking))["fee"]["amount_minor"]
    assert fee_minor > 0

    await acted(
        shop, staff, booking, "cancel", fee_minor=0, reason="goodwill", note="Storm warning."
    )
    await until(shop, booking, "cancelled")
    await until_mail(played, "cancellation")

    await nothing_is_broken(played)
    assert await back(played) == booking["total"]["amount_minor"]
    acts = [e for e in (await seen(shop, staff, booking))["timeline"] if e["kind"] == "act"]
    assert [act["name"] for act in acts] == ["booking_cancel"]


async def test_change_for_the_customer(shop, played, staff):
    """The quoted difference, in the log, with new tickets for the customer."""
    booking = await confirmed(shop, played)
    other = await a_sailing(played.db, days_ahead=21)
    change = {"legs": [{"number": 1, "sailing_id": str(other)}]}

    quote = await acted(shop, staff, booking, "change-quote", change=change)
    difference_minor = quote["difference"]["amount_minor"]
    await acted(shop, staff, booking, "change", change=change, difference_minor=difference_minor)

    assert difference_minor == 0
    file = await seen(shop, staff, booking)
    assert file["booking"]["legs"][0]["sailing_id"] == str(other)
    acts = [event["name"] for event in file["timeline"] if event["kind"] == "act"]
    assert acts == ["booking_change"]
    await until_mail(played, "booking_changed")
    await nothing_is_broken(played)


async def test_what_a_change_costs_more_the_customer_is_asked_for(shop, played):
    """On the desk's pages: held for a day, asked by mail, and nothing changes until it is paid."""
    booking = await confirmed(shop, played)
    await signed_in.come_in(shop, played, "agent")
    page = f"/admin/bookings/{booking['reference']}/change"
    entered = {"legs-0-number": "1", "legs-0-sailing_id": booking["legs"][0]["sailing_id"]}
    for place, person in enumerate((ADA, BO)):
        entered[f"passengers-{place}-number"] = str(place + 1)
        entered |= {f"passengers-{place}-{name}": value for name, value in person.items()}
    entered |= {f"vehicles-0-{name}": value for name, value in CAR.items()}

    shown = await signed_in.submit(shop, page, act="quote", **entered)
    text = await shown.text()
    assert shown.status == 200, text
    assert "The customer pays" in text
    hidden = dict(re.findall(r'name="(wanted|difference_minor)" value="([^"]+)"', text))
    done = await signed_in.submit(
        shop, page, act="order", **{name: html.unescape(value) for name, value in hidden.items()}
    )

    assert done.headers["Location"].endswith("?done=change")
    await until_mail(played, "change_to_pay")
    waiting = await state_of(shop, booking)
    due_minor = waiting["change"]["difference"]["amount_minor"]
    assert due_minor == int(hidden["difference_minor"]) > 0
    assert waiting["total"] == booking["total"]
    withdrawn = await signed_in.submit(shop, page, act="withdraw")
    assert withdrawn.status == 303
    assert (await state_of(shop, booking))["change"] is None
    async with played.db.acquire() as conn:
        written = await conn.fetch(
            "select action from audit where action like 'booking%' order by at"
        )
    assert [row["action"] for row in written] == ["booking_change", "booking_change_withdrawn"]
    await nothing_is_broken(played)


async def test_who_only_looks_changes_nothing(shop, played):
    booking = await confirmed(shop, played)
    boarding = await signed_in.token(played, "boarding")
    url = f"{ALL}/{booking['reference']}/change-quote"
    async with shop.post(url, json={"change": {"pets": 1}}, headers=boarding) as answer:
        assert answer.status == 403


async def test_an_agent_does_not_waive_fees(shop, played):
    agent = await signed_in.token(played, "agent")
    booking = await confirmed(shop, played, days_ahead=2)
    fee_minor = (await quoted(shop, booking))["fee"]["amount_minor"]
    url = f"{ALL}/{booking['reference']}/cancel"

    asked = {"fee_minor": 0, "reason": "customer"}
    async with shop.post(url, json=asked, headers=agent) as answer:
        assert answer.status == 403
    asked["fee_minor"] = fee_minor
    async with shop.post(url, json=asked, headers=agent) as answer:
        assert answer.status == 200, await answer.text()
    assert (await state_of(shop, booking))["status"] == "cancelled"


async def test_give_a_part_back(shop, played, staff):
    """Once, however often the form is sent, and never more than there is."""
    booking = await confirmed(shop, played)
    total = booking["total"]["amount_minor"]
    asked = {"amount_minor": 1000, "claimed_minor": 0, "note": "The cabin was cold."}

    await acted(shop, staff, booking, "refund", **asked)
    url = f"{ALL}/{booking['reference']}/refund"
    async with shop.post(url, json=asked, headers=staff) as answer:
        assert answer.status == 409
    too_much = {"amount_minor": total, "claimed_minor": 1000, "note": "Sorry."}
    async with shop.post(url, json=too_much, headers=staff) as answer:
        assert answer.status == 422
    await nothing_is_broken(played)

    assert await back(played) == 1000
    assert (await state_of(shop, booking))["status"] == "confirmed"


async def test_give_the_fee_of_a_cancelled_booking_back(shop, played, staff):
    booking = await confirmed(shop, played, days_ahead=2)
    fee_minor = (await quoted(shop, booking))["fee"]["amount_minor"]
    await acted(shop, staff, booking, "cancel", fee_minor=fee_minor, reason="customer")
    await drained(played)
    claimed_minor = (await seen(shop, staff, booking))["claimed_minor"]

    await acted(
        shop,
        staff,
        booking,
        "refund",
        amount_minor=fee_minor,
        claimed_minor=claimed_minor,
        note="They were ill.",
    )

    await nothing_is_broken(played)
    assert await back(played) == booking["total"]["amount_minor"]
    shown = await state_of(shop, booking)
    assert shown["cancel_fee"]["amount_minor"] == 0
    assert [one["total"]["amount_minor"] for one in shown["invoices"]] == [
        booking["total"]["amount_minor"],
        fee_minor - booking["total"]["amount_minor"],
        -fee_minor,
    ]


async def test_pay_a_failed_refund_again(shop, played, staff, switch):
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}})
    booking = await confirmed(shop, played, days_ahead=30)
    await acted(shop, staff, booking, "cancel", fee_minor=0, reason="duplicate")
    await until_mail(played, "refund_failed")
    await drained(played)
    async with shop.get(f"{ALL}?attention=true", headers=staff) as answer:
        (line,) = (await answer.json())["bookings"]
    assert line["money_owed"]

    (refund,) = (await seen(shop, staff, booking))["refunds"]
    await acted(
        shop,
        staff,
        booking,
        "pay-again",
        refund_id=refund["id"],
        amount_minor=refund["amount_minor"],
        owed_minor=refund["amount_minor"],
        method="elsewhere",
        note="Bank transfer of today.",
    )

    await nothing_is_broken(played)
    async with shop.get(f"{ALL}?attention=true", headers=staff) as answer:
        assert (await answer.json())["bookings"] == []


async def test_a_task_that_was_given_up_runs_again(shop, played, staff):
    booking = await confirmed(shop, played)
    async with played.db.transaction() as conn:
        job_id = await conn.fetchval(
            "update job set state = 'dead', error = 'ConnectionError: gone', finished_at = now()"
            " where task = 'emails.send_booking_confirmation' returning id"
        )
        await conn.execute("update mail set sent_at = null")
    assert (await found(shop, staff))["task_dead"]

    await acted(shop, staff, booking, "task", job_id=str(job_id))
    await drained(played)

    assert not (await found(shop, staff))["task_dead"]
    other = await confirmed(shop, played)
    url = f"{ALL}/{other['reference']}/task"
    async with shop.post(url, json={"job_id": str(job_id)}, headers=staff) as answer:
        assert answer.status == 404


async def test_money_of_a_shared_journey_is_the_houses_to_decide(shop, played):
    """Staff of one operator see a journey that goes on with another one, and leave it as it is."""
    booking = await confirmed(shop, played)
    async with played.db.transaction() as conn:
        await conn.execute(
            "insert into operator (id, code, name, kind, source)"
            " values (gen_random_uuid(), 'OTH', 'Other Line', 'house', 'test')"
        )
        await conn.execute(
            "with other as (insert into sailing (id, route_id, operator_id, origin_id,"
            " destination_id, departs_at, arrives_at, source, source_key)"
            " select gen_random_uuid(), s.route_id, o.id, s.destination_id, s.origin_id,"
            " s.arrives_at + interval '1 day', s.arrives_at + interval '2 days', 'test', 'on'"
            " from sailing s, operator o where o.code = 'OTH' limit 1 returning id)"
            " insert into booking_leg (booking_id, number, sailing_id, price_minor)"
            " select b.id, 2, other.id, 0 from booking b, other"
        )
    theirs = await signed_in.token(played, "operator", operator="OTH")

    assert (await seen(shop, theirs, booking))["yours"] is False
    url = f"{ALL}/{booking['reference']}"
    asked = {"amount_minor": 100, "claimed_minor": 0, "note": "Sorry."}
    async with shop.post(f"{url}/refund", json=asked, headers=theirs) as answer:
        assert answer.status == 403
    # Whoever reads the mails of a journey can cancel all of it.
    contact = {"email": "clerk@other.example"}
    async with shop.post(f"{url}/contact", json=contact, headers=theirs) as answer:
        assert answer.status == 403
    await acted(shop, theirs, booking, "notes", text="Will be late.")


async def test_what_was_sold_on_which_day(shop, played, staff):
    booking = await confirmed(shop, played)
    await book(shop, an_ask(await a_sailing(played.db)))  # not paid: not sold

    async with shop.get("/api/v1/back-office/sales", headers=staff) as answer:
        (day,) = (await answer.json())["days"]
    async with shop.get(
        "/api/v1/back-office/sales?first=2026-02-01&last=2026-01-01", headers=staff
    ) as answer:
        assert answer.status == 422

    assert (day["bookings"], day["people"]) == (1, 2)
    assert day["sold_minor"] == booking["total"]["amount_minor"]
    assert day["day"] == booking["created_at"][:10]


async def confirmed(shop, played, days_ahead=20):
    """A booking that was paid and confirmed."""
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=days_ahead)))
    await pay(shop, booking)
    shown = await until(shop, booking, "confirmed")
    await until_mail(played, "booking_confirmation")
    return {**shown, "token": booking["token"]}


async def seen(shop, staff, booking):
    """The booking as staff see it."""
    async with shop.get(f"{ALL}/{booking['reference']}", headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def acted(shop, staff, booking, act, **asked):
    """Do that, and return the booking as it is then."""
    url = f"{ALL}/{booking['reference']}/{act}"
    async with shop.post(url, json=asked, headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def found(shop, staff):
    """The only booking as the list has it."""
    async with shop.get(ALL, headers=staff) as answer:
        (line,) = (await answer.json())["bookings"]
    return line


async def back(played):
    """How much went back."""
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select coalesce(sum(amount_minor), 0) from refund where status <> 'failed'"
        )
