"""A program pays a booking with what a traveller allowed it, and nothing else."""

import asyncio
import datetime as dt

import msgspec
import pytest

from maritime_app.bookings import store as bookings_store
from maritime_app.bookings.mandates import granting, jobs, paying, rules, store
from maritime_app.bookings.mandates.model import Mandate, MandateStatus, Used
from maritime_app.bookings.mandates.rules import Uncovered
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries.model import Place
from maritime_app.ids import uuid7
from maritime_app.money import Money
from maritime_app.payments.saved_card import SavedCard
from tests.booked import cancel, drained, nothing_is_broken, quoted, until, until_mail
from tests.factories import ADA, a_return, a_sailing, an_ask, book, pay as pay_by_link
from tests.mandates import (
    ALWAYS_ASKS,
    NEVER_PAYS,
    granted,
    intents,
    mandate_of,
    page_of,
    pay,
    try_to_pay,
)
from tests.rows import execute, value, values

NOW = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
WAY = (("NOOSL", "DEKEL"),)
BACK = (*WAY, ("DEKEL", "NOOSL"))
OSLO, KIEL, BERGEN = (
    Place(code, name, "Europe/Oslo")
    for code, name in (("NOOSL", "Oslo"), ("DEKEL", "Kiel"), ("NOBGO", "Bergen"))
)


async def test_it_works(shop, played):
    """Held by a program, paid with a mandate, confirmed, and told to whose card it is."""
    here, key = await granted(shop, played, limit="200", bookings="2")
    booked = await held(shop, played)

    paid = await pay(shop, booked, key)

    cost = booked["total"]["amount_minor"]
    assert paid["payment"]["outcome"] == "paid"
    assert paid["payment"]["amount"] == booked["total"]
    assert paid["payment"]["mandate"]["left"]["amount_minor"] == 20_000 - cost
    assert paid["payment"]["mandate"]["bookings_left"] == 1
    await until(shop, booked, "confirmed")
    await until_mail(played, "mandate_used")
    shown = await page_of(shop, here)
    assert booked["reference"] in shown
    assert "Paid" in shown
    await nothing_is_broken(played)


async def test_the_same_key_is_answered_the_same_and_charges_once(shop, played):
    _here, key = await granted(shop, played, bookings="3")
    booked = await held(shop, played)
    first = await pay(shop, booked, key, own_key="program-1")
    again = await pay(shop, booked, key, own_key="program-1")
    anew = await pay(shop, booked, key, own_key="program-2")
    assert again == first
    assert anew["payment"]["outcome"] == "paid"
    await until(shop, booked, "confirmed")
    assert await value(played, "select count(*) from mandate_use") == 1
    assert await value(played, "select count(*) from payment") == 1
    assert await intents(played) == 1


async def test_without_a_key_of_its_own_it_is_paid_once_too(shop, played):
    """A payment has one use, whatever name the question has."""
    _here, key = await granted(shop, played, bookings="2")
    booked = await held(shop, played)
    body = {"mandate": key, "token": booked["token"]}
    for _ in range(2):
        async with shop.post(f"/api/v1/bookings/{booked['reference']}/pay", json=body) as answer:
            assert (await answer.json())["payment"]["outcome"] == "paid"
    assert await intents(played) == 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [(ALWAYS_ASKS, "authentication_required"), (NEVER_PAYS, "card_declined")],
)
async def test_a_bank_that_refuses_hands_over_to_a_person(shop, played, number, reason):
    """The mandate has its amount again, the booking its payment link, and its holder a mail."""
    here, key = await granted(shop, played, number, limit="200")
    booked = await held(shop, played)

    answer = await pay(shop, booked, key)

    assert answer["payment"]["outcome"] == "handed_over"
    assert answer["payment"]["reason"] == reason
    assert answer["payment"]["mandate"]["left"]["amount_minor"] == 20_000
    assert answer["payment"]["mandate"]["bookings_left"] == 1
    assert answer["booking"]["status"] == "held"
    assert answer["booking"]["checkout_url"]
    await until_mail(played, "mandate_refused")
    assert "Not charged" in await page_of(shop, here)
    # A bank is asked once; what it said is answered again.
    assert (await pay(shop, booked, key))["payment"]["outcome"] == "handed_over"
    assert await intents(played) == 1
    await nothing_is_broken(played)


async def test_who_is_handed_over_pays_by_link(shop, played):
    _here, key = await granted(shop, played, NEVER_PAYS)
    booked = await held(shop, played)
    answer = await pay(shop, booked, key)
    await pay_by_link(shop, answer["booking"])
    await until(shop, booked, "confirmed")
    await nothing_is_broken(played)


async def test_two_at_once_never_exceed_the_amount(shop, played):
    """Ten bookings at the same moment, and an amount for two."""
    cost = (await held(shop, played))["total"]["amount_minor"]
    limit = f"{2 * cost / 100:.2f}"
    _here, key = await granted(shop, played, limit=limit, bookings="20")
    bookings = [await held(shop, played) for _ in range(10)]

    outcomes = await asyncio.gather(*(try_to_pay(shop, one, key) for one in bookings))

    assert sorted(outcomes) == [(200, "paid")] * 2 + [(409, "mandate_amount")] * 8
    assert await value(played, "select sum(amount_minor) from mandate_use") == 2 * cost
    assert await intents(played) == 2
    await nothing_is_broken(played)


async def test_one_booking_is_paid_once_by_many_at_the_same_moment(shop, played):
    _here, key = await granted(shop, played, bookings="20")
    booked = await held(shop, played)
    await asyncio.gather(*(try_to_pay(shop, booked, key) for _ in range(8)))
    assert (await pay(shop, booked, key))["payment"]["outcome"] == "paid"
    await until(shop, booked, "confirmed")
    assert await intents(played) == 1
    assert await value(played, "select count(*) from mandate_use") == 1


async def test_a_refused_payment_leaves_its_amount_to_the_next(shop, played):
    cost = (await held(shop, played))["total"]["amount_minor"]
    _here, key = await granted(shop, played, NEVER_PAYS, limit=f"{cost / 100:.2f}")
    for _ in range(2):
        answer = await pay(shop, await held(shop, played), key)
        assert answer["payment"]["outcome"] == "handed_over"
        assert answer["payment"]["mandate"]["left"]["amount_minor"] == cost


async def test_a_revoked_mandate_pays_nothing(shop, played):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await granting.revoke(played, await value(played, "select id from mandate"))
    assert await try_to_pay(shop, booked, key) == (409, "mandate_over")
    await drained(played)
    assert await intents(played) == 0
    shown = await mandate_of(shop, key)
    assert (shown["status"], shown["left"]["amount_minor"]) == ("revoked", 0)


async def test_an_expired_mandate_pays_nothing_before_any_job_has_seen_it(shop, played):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await execute(played, "update mandate set valid_until = now() - interval '1 second'")
    assert await try_to_pay(shop, booked, key) == (409, "mandate_over")
    assert (await mandate_of(shop, key))["status"] == "expired"


async def test_a_key_that_is_none_finds_nothing(shop, played):
    await granted(shop, played)
    booked = await held(shop, played)
    assert await try_to_pay(shop, booked, "fm_" + "x" * 43) == (404, "mandate")
    async with shop.post("/api/v1/mandates/look-up", json={"mandate": "fm_unknown"}) as answer:
        assert answer.status == 404


async def test_another_mandate_does_not_try_again(shop, played):
    _here, key = await granted(shop, played, NEVER_PAYS)
    booked = await held(shop, played)
    await pay(shop, booked, key)
    _other, other = await granted(shop, played)
    assert await try_to_pay(shop, booked, other) == (409, "mandate_tried")
    assert await intents(played) == 1


async def test_another_route_another_currency(shop, played):
    _here, key = await granted(shop, played, **{"from": "DEKEL"})
    booked = await held(shop, played)
    assert await try_to_pay(shop, booked, key) == (409, "mandate_route")
    await execute(played, "update mandate set origin_id = null, currency = 'SEK'")
    assert await try_to_pay(shop, booked, key) == (409, "mandate_currency")


async def test_a_way_back_belongs_to_the_route(shop, played):
    _here, key = await granted(shop, played, **{"from": "NOOSL", "to": "DEKEL"})
    out = await a_sailing(played.db)
    home = await a_return(played.db, days_ahead=30)
    booked = await book(shop, an_ask(out, home, people=[ADA]))
    assert (await pay(shop, booked, key))["payment"]["outcome"] == "paid"


async def test_it_is_cancelled_and_refunded_like_any_other(shop, played):
    _here, key = await granted(shop, played, limit="200")
    booked = await held(shop, played)
    await pay(shop, booked, key)
    await until(shop, booked, "confirmed")

    quote = await quoted(shop, booked)
    done = await cancel(shop, booked, quote["fee"]["amount_minor"])

    assert done["status"] == "cancelled"
    await until_mail(played, "refund_confirmation")
    assert await values(played, "select status from refund") == ["succeeded"]
    # What was spent stays spent: another journey is another decision.
    assert (await mandate_of(shop, key))["left"]["amount_minor"] < 20_000
    await nothing_is_broken(played)


async def test_a_hold_that_is_over_is_not_paid(shop, played):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await execute(played, "update booking set expires_at = now() - interval '1 second'")
    assert await try_to_pay(shop, booked, key) == (409, "not_payable")
    assert await value(played, "select count(*) from mandate_use") == 0


async def test_what_a_person_has_paid_is_not_paid_again(shop, played):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await pay_by_link(shop, booked)
    await until(shop, booked, "confirmed")
    assert await try_to_pay(shop, booked, key) == (409, "not_payable")
    assert await intents(played) == 1
    assert await value(played, "select count(*) from mandate_use") == 0


async def test_a_use_that_is_spent_is_not_followed_again(shop, played):
    """The job comes late: the program has learned of its charge already."""
    _here, key = await granted(shop, played)
    await pay(shop, await held(shop, played), key)
    use_id = await value(played, "select id from mandate_use")
    assert await jobs.follow_mandate_use(played, use_id=str(use_id)) == "the use is spent"
    assert await intents(played) == 1
    told = "select count(*) from mail where template = 'mandate_used'"
    assert await value(played, told) == 1


async def test_a_lost_answer_is_learned_under_the_same_name(shop, played, switch):
    """The provider charges and its answer is lost: the program is told to ask again, and the second
    question charges nothing.
    """
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    status, _code = await try_to_pay(shop, booked, key, own_key="program-3")
    assert status == 503
    assert await value(played, "select status from mandate_use") == "taken"
    await switch({"stripe": {"timeout_rate": 0.0}})

    answer = await pay(shop, booked, key, own_key="program-3")

    assert answer["payment"]["outcome"] == "paid"
    assert await intents(played) == 1
    await until(shop, booked, "confirmed")
    await nothing_is_broken(played)


async def test_an_event_that_overtakes_the_answer_is_no_riddle(shop, played, switch):
    """The answer is lost, and the provider's event has settled the payment before anybody asks
    again: what was charged is found at once.
    """
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    assert (await try_to_pay(shop, booked, key, own_key="program-4"))[0] == 503
    await switch({"stripe": {"timeout_rate": 0.0}})
    await until(shop, booked, "confirmed")
    assert await value(played, "select status from mandate_use") == "taken"

    answer = await pay(shop, booked, key, own_key="program-4")

    assert answer["payment"]["outcome"] == "paid"
    assert await intents(played) == 1


async def test_a_job_learns_what_nobody_asks_for_again(shop, played, switch):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    assert (await try_to_pay(shop, booked, key))[0] == 503
    await switch({"stripe": {"timeout_rate": 0.0}})
    await execute(played, "update mandate_use set created_at = now() - interval '61 seconds'")

    assert await jobs.follow_mandates(played) == "0 expired, 0 cards and 1 charges asked after"

    await until(shop, booked, "confirmed")
    await drained(played)
    assert await value(played, "select status from mandate_use") == "spent"
    assert await intents(played) == 1


async def test_nothing_is_charged_anew_for_a_mandate_that_is_over(shop, played, switch):
    """The request never arrived, the mandate was revoked meanwhile: the amount is given back."""
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await switch({"stripe": {"error_rate": 1.0}})
    assert (await try_to_pay(shop, booked, key))[0] == 503
    await execute(played, "update mandate set status = 'revoked', ended_at = now()")
    await switch({"stripe": {"error_rate": 0.0}})
    use_id = await value(played, "select id from mandate_use")

    assert await jobs.follow_mandate_use(played, use_id=str(use_id)) == "the use is given_back"

    assert await intents(played) == 0
    assert await value(played, "select refusal from mandate_use") == "card_gone"


async def test_a_charge_of_long_ago_is_looked_for_and_not_repeated(shop, played, switch):
    _here, key = await granted(shop, played, bookings="2", limit="900")
    lost, never = await held(shop, played), await held(shop, played)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    await try_to_pay(shop, lost, key)
    await switch({"stripe": {"timeout_rate": 0.0, "error_rate": 1.0}})
    await try_to_pay(shop, never, key)
    await switch({"stripe": {"error_rate": 0.0}})
    await execute(played, "update mandate_use set created_at = now() - interval '21 hours'")
    for use_id in await values(played, "select id from mandate_use"):
        await jobs.follow_mandate_use(played, use_id=str(use_id))
    found = "select status from mandate_use order by id"
    assert await values(played, found) == ["spent", "given_back"]
    assert await intents(played) == 1


async def test_a_booking_that_ended_meanwhile_is_not_charged(shop, played, switch):
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    await switch({"stripe": {"error_rate": 1.0}})
    assert (await try_to_pay(shop, booked, key))[0] == 503
    await switch({"stripe": {"error_rate": 0.0}})
    await execute(played, "update payment set status = 'closed'")
    use_id = await value(played, "select id from mandate_use")
    with pytest.raises(Unavailable):  # the first request may still be on its way
        await jobs.follow_mandate_use(played, use_id=str(use_id))
    await execute(played, "update mandate_use set created_at = now() - interval '61 seconds'")
    assert await jobs.follow_mandate_use(played, use_id=str(use_id)) == "the use is given_back"
    assert await intents(played) == 0


async def test_a_page_that_somebody_opened_is_closed(shop, played):
    """Nobody pays a second time at a link that was open when the program paid."""
    _here, key = await granted(shop, played)
    booked = await held(shop, played)
    async with shop.session.get(booked["checkout_url"]) as opened:
        address = opened.url
    await pay(shop, booked, key)
    async with shop.session.get(address) as closed:
        assert closed.status == 410
    await nothing_is_broken(played)


async def test_of_two_at_once_one_waits_for_the_row(shop, played):
    """Exactly interleaved: the second looks at the mandate after the first has taken."""
    cost = (await held(shop, played))["total"]["amount_minor"]
    _here, key = await granted(shop, played, limit=f"{cost / 100:.2f}", bookings="2")
    mandate = await granting.by_key(played, key)
    first, second = [await stored(played, await held(shop, played)) for _ in range(2)]
    async with played.db.transaction() as conn:
        await store.lock(conn, mandate.id)
        other = asyncio.create_task(paying.pay(played, mandate, second))
        owed = await conn.fetchval("select id from payment where subject_id = $1", first.id)
        await asyncio.sleep(0.05)
        assert not other.done()
        assert await store.add_use(conn, uuid7(), mandate.id, first.id, owed)
    with pytest.raises(Conflict) as refused:
        await other
    assert refused.value.code == Uncovered.AMOUNT


async def test_too_much_in_all_is_found(shop, played):
    """The control: an overdrawn mandate would call a person."""
    _here, key = await granted(shop, played)
    await pay(shop, await held(shop, played), key)
    await drained(played)
    await execute(played, "update mandate set limit_minor = 1")
    with pytest.raises(AssertionError, match="mandate allows"):
        await nothing_is_broken(played)


async def test_what_counts_as_spent_and_is_not_paid_is_found(shop, played):
    _here, key = await granted(shop, played)
    await pay(shop, await held(shop, played), key)
    await held(shop, played)
    await drained(played)
    await execute(
        played,
        "update mandate_use set payment_id = (select id from payment where status = 'open')",
    )
    with pytest.raises(AssertionError, match="is spent, and its payment is open"):
        await nothing_is_broken(played)


@pytest.mark.parametrize(
    ("changes", "used", "cost", "way", "at", "why"),
    [
        ({}, (0, 0), 10_000, WAY, NOW, None),
        ({}, (0, 0), 10_001, WAY, NOW, Uncovered.AMOUNT),
        ({}, (1, 1), 10_000, WAY, NOW, Uncovered.AMOUNT),
        ({}, (1, 1), 9_999, WAY, NOW, None),
        ({}, (2, 2), 1, WAY, NOW, Uncovered.BOOKINGS),
        # Until then, to the second.
        ({}, (0, 0), 1, WAY, NOW + dt.timedelta(days=1) - SECOND, None),
        ({}, (0, 0), 1, WAY, NOW + dt.timedelta(days=1), Uncovered.OVER),
        ({}, (0, 0), 1, WAY, NOW + dt.timedelta(days=1) + SECOND, Uncovered.OVER),
        ({"status": MandateStatus.REVOKED}, (0, 0), 1, WAY, NOW, Uncovered.OVER),
        ({"status": MandateStatus.EXPIRED}, (0, 0), 1, WAY, NOW, Uncovered.OVER),
        ({"status": MandateStatus.ASKED}, (0, 0), 1, WAY, NOW, Uncovered.OVER),
        ({"currency": "SEK"}, (0, 0), 1, WAY, NOW, Uncovered.CURRENCY),
        ({"origin": OSLO, "destination": KIEL}, (0, 0), 1, WAY, NOW, None),
        ({"origin": OSLO, "destination": KIEL}, (0, 0), 1, BACK, NOW, None),
        ({"origin": KIEL, "destination": OSLO}, (0, 0), 1, WAY, NOW, Uncovered.ROUTE),
        ({"origin": OSLO, "destination": BERGEN}, (0, 0), 1, BACK, NOW, Uncovered.ROUTE),
        ({"destination": BERGEN}, (0, 0), 1, WAY, NOW, Uncovered.ROUTE),
        ({"origin": BERGEN}, (0, 0), 1, WAY, NOW, Uncovered.ROUTE),
        # By another port, and on from the one that is allowed.
        ({"destination": KIEL}, (0, 0), 1, (("NOBGO", "NOOSL"), *WAY), NOW, None),
        ({"destination": KIEL}, (0, 0), 1, (*WAY, ("DEKEL", "NOBGO")), NOW, Uncovered.ROUTE),
    ],
)
def test_what_a_mandate_covers_is_a_table(changes, used, cost, way, at, why):
    mandate = msgspec.structs.replace(A_MANDATE, **changes)
    assert rules.uncovered(mandate, Used(*used), Money(cost, "EUR"), way, at) == why


A_MANDATE = Mandate(
    id=uuid7(),
    status=MandateStatus.ACTIVE,
    email="ada@example.org",
    language="en",
    limit_minor=10_000,
    currency="EUR",
    most_bookings=2,
    valid_until=NOW + dt.timedelta(days=1),
    session_id=None,
    has_key=True,
    card=SavedCard("cus_1", "pm_1", "visa", "4242"),
)


async def held(shop, played):
    """A booking of Ada's that is held and not paid."""
    return await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))


async def stored(played, booked):
    """A booking as services have it."""
    async with played.db.acquire() as conn:
        return await bookings_store.booking_by_reference(conn, booked["reference"])
