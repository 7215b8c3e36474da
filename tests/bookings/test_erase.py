"""Erasing: travel documents after the voyage, names and mails some months later, by itself."""

import asyncio
import dataclasses

import pytest

from maritime_app.bookings import store
from maritime_app.bookings.back_office import acts, money_acts, service
from maritime_app.bookings.back_office.model import (
    ContactRequest,
    GoodwillRequest,
    NoteRequest,
)
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.jobs import erase_personal_data
from maritime_app.emails.jobs import erase_old_mails
from maritime_app.errors import NotFound
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.payments.jobs import erase_old_events
from tests import signed_in
from tests.booked import cancel, drained, nothing_is_broken, quoted, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import execute, value, values

PEOPLE = (
    "select given_name, family_name, birth_date, gender, nationality from passenger order by number"
)
ADA = {
    "given_name": "Ada", "family_name": "Lund", "kind": "adult",
    "birth_date": "1990-05-01", "gender": "female", "nationality": "SE",
}  # fmt: skip
WAITS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock'"
)
CAR = {"kind": "car", "length_cm": 430, "height_cm": 160, "plate": "ABC 123"}


async def test_it_works(shop, played):
    booking = await travelled(shop, played)

    await arrived(played, days_ago=2)
    assert await erase_personal_data(played) == "documents of 1 bookings, people of 0"
    (person,) = await rows(played, PEOPLE)
    assert tuple(person) == ("Ada", "Lund", None, None, None)
    assert await status_of(shop, booking) == 200

    await later(played, days=121)
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 1"
    (person,) = await rows(played, PEOPLE)
    assert tuple(person) == ("", "", None, None, None)
    (kept,) = await rows(played, "select contact_email, contact_phone, total_minor from booking")
    assert tuple(kept) == ("", None, booking["total"]["amount_minor"])
    assert await rows(played, "select 1 from vehicle where plate is not null") == []
    await nothing_is_broken(played)


async def test_the_link_in_the_mail_then_says_so(shop, played):
    booking = await travelled(shop, played)
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    await later(played, days=121)
    await erase_personal_data(played)

    async with shop.get(
        f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    ) as answer:
        assert answer.status == 404
        assert (await answer.json())["code"] == "erased"
    async with shop.get(f"/api/v1/bookings/{booking['reference']}?surname=Lund") as answer:
        assert (await answer.json())["code"] == "booking"


async def test_nobody_is_erased_before_the_voyage(shop, played):
    await travelled(shop, played)
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 0"
    await arrived(played, days_ago=0)
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 0"


@pytest.mark.parametrize(
    ("act", "asked"),
    [
        (acts.set_contact, ContactRequest("bo@example.org", "", "en")),
        (acts.set_buyer, Buyer("Bo Berg")),
        (acts.add_note, NoteRequest("Bo Berg called.")),
    ],
)
async def test_nothing_personal_is_written_behind_it(shop, played, monkeypatch, act, asked):
    """Not even by staff who have looked before: nobody would ever erase it again."""
    booking = await travelled(shop, played)
    ines, real = ActingStaff(staff_id=await signed_in.hire(played)), service.booking_for

    async def look_before(*args):
        found = await real(*args)
        await execute(played, "update booking set erased_at = now(), contact_email = ''")
        return found

    monkeypatch.setattr(acts, "booking_for", look_before)
    monkeypatch.setattr(service, "booking_for", look_before)

    with pytest.raises(NotFound, match="has been erased"):
        await act(played, ines, booking["reference"], asked)

    assert await rows(played, "select 1 from booking where contact_email <> ''") == []
    assert await rows(played, "select 1 from booking_note") == []
    assert await rows(played, "select 1 from booking_buyer") == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_money_given_back_behind_it_names_nobody(shop, played, cancelled):
    """The credit note is as the invoice is by then, and the note for staff is not kept."""
    booking = await travelled(shop, played)
    if cancelled:
        await cancel(shop, booking, (await quoted(shop, booking))["fee"]["amount_minor"])
        await drained(played)
        await execute(played, "update booking set ended_at = now() - interval '3 days'")
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    await later(played, days=121)
    await erase_personal_data(played)
    kept = await values(played, "select sum(total_minor)::int from invoice")
    claimed_minor = booking["total"]["amount_minor"] - kept[0]

    ines = ActingStaff(staff_id=await signed_in.hire(played))
    asked = GoodwillRequest(500, claimed_minor, "Ada Lund wrote.")
    await money_acts.give_back(played, ines, booking["reference"], asked)

    assert await values(played, "select sum(total_minor)::int from invoice") == [kept[0] - 500]
    assert set(await values(played, "select buyer || buyer_vat_id from invoice")) == {""}
    assert await rows(played, "select 1 from booking_note") == []


@pytest.mark.parametrize("status", ["held", "paid", "confirming"])
async def test_nothing_is_erased_that_is_still_under_way(shop, played, status):
    await travelled(shop, played)
    await arrived(played, days_ago=300)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = $1", status)
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 0"


async def test_a_booking_that_came_to_nothing_is_erased_from_its_end_on(shop, played):
    await book(shop, an_ask(await a_sailing(played.db, days_ahead=60)))
    async with played.db.acquire() as conn:
        await conn.execute(
            "update booking set status = 'expired', ended_at = now() - interval '2 days'"
        )
    assert await erase_personal_data(played) == "documents of 1 bookings, people of 0"


async def test_names_wait_for_money_on_its_way_back(shop, played):
    await travelled(shop, played)
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    await later(played, days=121)
    async with played.db.acquire() as conn:
        await conn.execute(
            "insert into refund (id, payment_id, amount_minor, reason, unique_key, status)"
            " select gen_random_uuid(), id, 1, 'goodwill', 'planted', 'pending' from payment"
        )
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 0"
    async with played.db.acquire() as conn:
        await conn.execute("update refund set status = 'succeeded'")
    assert await erase_personal_data(played) == "documents of 0 bookings, people of 1"


async def test_mails_and_events_are_forgotten_but_not_that_they_were(shop, played):
    await travelled(shop, played)
    assert await erase_old_mails(played) == "0 mails"
    assert await erase_old_events(played) == "0 events, 0 notes"
    async with played.db.acquire() as conn:
        await conn.execute("update mail set sent_at = sent_at - interval '121 days'")
        await conn.execute(
            "update stripe_event set processed_at = processed_at - interval '121 days'"
        )
        mails = await conn.fetchval("select count(*) from mail")
        events = await conn.fetchval("select count(*) from stripe_event")
    assert await erase_old_mails(played) == f"{mails} mails"
    assert await erase_old_mails(played) == "0 mails"
    assert await erase_old_events(played) == f"{events} events, 0 notes"
    assert await rows(played, "select 1 from mail where recipient <> '' or context <> '{}'") == []
    assert await rows(played, "select 1 from mail_attachment") == []
    assert await rows(played, "select 1 from stripe_event where payload <> '{}'") == []
    await nothing_is_broken(played)


async def test_a_mail_that_was_given_up_is_forgotten_too(shop, played):
    await travelled(shop, played)
    async with played.db.acquire() as conn:
        await conn.execute(
            "update mail set sent_at = null, created_at = now() - interval '121 days'"
        )
        await conn.execute("update job set state = 'dead' where task like 'emails.send_%'")
        mails = await conn.fetchval("select count(*) from mail")
        await conn.execute(
            "update job set state = 'queued' where unique_key = 'mail:' ||"
            " (select unique_key from mail limit 1)"
        )
    assert await erase_old_mails(played) == f"{mails - 1} mails"
    (unsent,) = await rows(played, "select count(*) from mail where recipient <> ''")
    assert unsent["count"] == 1, "this one still goes"


async def test_what_staff_noted_goes_with_the_people(shop, played):
    booking = await travelled(shop, played)
    async with played.db.acquire() as conn:
        await conn.execute(
            "insert into booking_note (id, booking_id, text)"
            " select gen_random_uuid(), id, 'Ada Lund called.' from booking where reference = $1",
            booking["reference"],
        )
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    assert len(await rows(played, "select 1 from booking_note")) == 1
    await later(played, days=121)
    await erase_personal_data(played)
    assert await rows(played, "select 1 from booking_note") == []


async def test_so_does_what_they_wrote_when_they_decided(shop, played):
    """That it was decided, how and when stays."""
    await travelled(shop, played)
    await execute(
        played,
        "insert into compensation_claim (id, booking_id, sailing_id, leg_number, percent,"
        " amount_minor, late_minutes, status, note, evidence, decided_at)"
        " select gen_random_uuid(), booking_id, sailing_id, number, 25, 100, 90, 'rejected',"
        " 'Ada Lund was told of the storm.', '{}', now() from booking_leg",
    )
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    assert await values(played, "select note from compensation_claim") != [None]
    await later(played, days=121)
    await erase_personal_data(played)
    assert await rows(played, "select status, note from compensation_claim") == [("rejected", None)]


async def test_and_to_whose_account_money_went(shop, played):
    """What was paid back without Stripe, or settled in the books by hand."""
    await travelled(shop, played)
    await execute(
        played,
        "insert into refund (id, payment_id, amount_minor, reason, unique_key, status, method,"
        " note, settled_at)"
        " select gen_random_uuid(), id, 1, 'goodwill', 'planted', 'succeeded', 'elsewhere',"
        " 'To Ada Lund, SE35 5000', now() - interval '119 days' from payment",
    )
    await execute(
        played,
        "insert into difference (kind, subject, party, day, currency, ours_minor, theirs_minor,"
        " settled_at, note)"
        " values ('stray', 'x', 'stripe', current_date, 'EUR', 0, 1,"
        " now() - interval '119 days', 'Of Ada Lund.')",
    )
    noted = "select r.note, d.note from refund r, difference d"
    await erase_old_events(played)
    await erase_personal_data(played)
    assert await rows(played, noted) == [("To Ada Lund, SE35 5000", "Of Ada Lund.")]
    for table in ("refund", "difference"):
        await execute(played, f"update {table} set settled_at = settled_at - interval '2 days'")
    assert await erase_old_events(played) == "0 events, 1 notes"
    await erase_personal_data(played)
    assert await rows(played, noted) == [("", "")]
    assert await erase_old_events(played) == "0 events, 0 notes"


async def test_what_is_noted_just_before_goes_too(shop, played, monkeypatch):
    """Written when the round had begun, and before it had the booking."""
    booking = await travelled(shop, played)
    await arrived(played, days_ago=2)
    await erase_personal_data(played)
    await later(played, days=121)
    lock = store.SQL.lock_people
    begun = lock.sql.replace("where ", "where pg_advisory_xact_lock(7)::text is not null and ", 1)
    monkeypatch.setitem(store.SQL._queries, "lock_people", dataclasses.replace(lock, sql=begun))
    ines = ActingStaff(staff_id=await signed_in.hire(played))

    async with played.db.transaction() as conn:
        await conn.execute("select pg_advisory_xact_lock(7)")
        erasing = asyncio.ensure_future(erase_personal_data(played))
        while not await value(played, WAITS):
            await asyncio.sleep(0.01)
        await acts.add_note(played, ines, booking["reference"], NoteRequest("Ada Lund called."))

    assert await erasing == "documents of 0 bookings, people of 1"
    assert await rows(played, "select 1 from booking_note") == []


async def test_the_page_says_how_long(shop):
    async with shop.get("/privacy") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert "1 day after arrival" in text
    assert "120 days" in text


async def travelled(shop, played):
    """A confirmed booking of Ada and her car."""
    sailing = await a_sailing(played.db, days_ahead=5)
    booking = await book(shop, an_ask(sailing, people=[ADA], vehicles=[CAR]))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await until_mail(played, "booking_confirmation")
    await drained(played)
    return booking


async def arrived(played, *, days_ago):
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = now() - make_interval(days => $1, hours => 3),"
            " arrives_at = now() - make_interval(days => $1, hours => 1)",
            days_ago,
        )


async def later(played, *, days):
    """As if so many days had passed since the documents were erased."""
    async with played.db.acquire() as conn:
        await conn.execute(
            "update booking set documents_erased_at = documents_erased_at - make_interval(days =>"
            " $1)",
            days,
        )


async def rows(played, sql):
    async with played.db.acquire() as conn:
        return await conn.fetch(sql)


async def status_of(shop, booking):
    async with shop.get(
        f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    ) as answer:
        return answer.status
