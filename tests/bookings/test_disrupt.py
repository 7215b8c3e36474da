"""A sailing is cancelled or late: everybody aboard is written to and chooses, once, for nothing."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.bookings.disruptions import service as disruptions, store, writers, writing
from maritime_app.bookings.disruptions.jobs import look_after_disruptions
from maritime_app.bookings.disruptions.model import OPEN
from maritime_app.bookings.disruptions.states import PARTY, PartyEvent
from maritime_app.bookings.model import PartyStatus
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActingStaff,
    CancelRequest,
    ChangeReason,
    TimesRequest,
)
from maritime_app.jobs.workers import working
from maritime_app.web.app_keys import RESOURCES
from tests.booked import (
    SHOWN_BY_MALLORY,
    drained,
    nothing_is_broken,
    state_of,
    until,
    until_mail,
)
from tests.factories import BO, CAR, a_sailing, an_ask, book, pay
from tests.killed import Death, Killed

HOUSE = ActingStaff()


async def test_it_works(shop, played):
    """Cancelled: places are held on the next sailing; taking it is one click and a new ticket."""
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing, vehicles=[CAR]))

    await cancel(played, sailing, note="Engine.")
    await until_mail(played, "disruption_offer")

    shown = await choice(shop, booking)
    assert (shown["kind"], shown["status"], shown["reason"]) == (
        "cancelled",
        "offered",
        "technical",
    )
    assert shown["refund"] == booking["total"]
    (held,) = shown["alternatives"]
    assert (held["sailing_id"], held["held"]) == (str(other), True)
    assert await taken(played, other) == {"passenger": 2, "lane_cm": 480}

    done = await choose(shop, booking, "rebook", sailing_id=str(other))

    assert done["legs"][0]["sailing_id"] == str(other)
    assert done["total"] == booking["total"]
    assert await taken(played, other) == {"passenger": 2, "lane_cm": 480}
    assert await taken(played, sailing) == {}
    assert (await choice(shop, booking))["status"] == "moved"
    await until_mail(played, "booking_changed")
    await nothing_is_broken(played)


async def test_the_full_price_back_is_one_click_whatever_the_fare_says(shop, played):
    sailing = await a_sailing(played.db, days_ahead=0.5)  # cancelling would cost everything
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    done = await choose(shop, booking, "refund")

    assert (done["status"], done["cancel_fee"]["amount_minor"]) == ("cancelled", 0)
    await until_mail(played, "refund_confirmation")
    (refund,) = (await state_of(shop, booking))["refunds"]
    assert (refund["amount"], refund["status"]) == (booking["total"], "succeeded")
    assert await reason_in_mail(played, "refund_confirmation") == "disrupted"
    assert (await choice(shop, booking))["status"] == "refunded"
    await nothing_is_broken(played)


async def test_the_page_does_it_without_javascript(shop, played):
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")
    address = f"/bookings/{booking['reference']}/disruption?token={booking['token']}"

    async with shop.get(address) as page:
        text = await page.text()
        assert page.status == 200
        assert "This sailing was cancelled" in text
        assert "held for you until" in text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    form = {
        "csrf_token": token[1],
        "act": "rebook",
        "sailing_id": str(other),
    }
    async with shop.post(address, data=form) as page:
        assert page.status == 200, await page.text()
        told = await page.text()
        assert "You travel by another sailing" in told
        assert "was cancelled" not in told
    async with shop.post(address, data=form) as again:
        assert again.status == 409


async def test_a_sailing_of_their_choice(shop, played):
    sailing = await a_sailing(played.db, days_ahead=5)
    held, other = await a_sailing(played.db, days_ahead=6), await a_sailing(played.db, days_ahead=7)
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    await choose(shop, booking, "rebook", sailing_id=str(other))

    assert await taken(played, held) == {}
    assert await taken(played, other) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_the_next_sailing_comes_first_then_earlier_ones(shop, played):
    before, sailing, after, later = [
        await a_sailing(played.db, days_ahead=days) for days in (4, 5, 6, 7)
    ]
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    found = [one["sailing_id"] for one in (await choice(shop, booking))["alternatives"]]

    assert found == [str(after), str(later), str(before)]


async def test_nobody_is_offered_what_does_not_fit(shop, played):
    """Too few places, no lane, sales closed, another operator's: none of them is offered."""
    sailing = await a_sailing(played.db, days_ahead=5)
    await a_sailing(played.db, days_ahead=6, places=1)
    await a_sailing(played.db, days_ahead=6.1, lane_cm=100)
    closed = await a_sailing(played.db, days_ahead=6.2)
    async with played.db.acquire() as conn:
        await conn.execute("update sailing set status = 'closed' where id = $1", closed)
    booking = await confirmed(shop, an_ask(sailing, vehicles=[CAR]))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    assert (await choice(shop, booking))["alternatives"] == []
    async with answer_to(shop, booking, "rebook", sailing_id=str(closed)) as answer:
        assert answer.status == 409
    await choose(shop, booking, "refund")


async def test_places_are_never_held_twice(shop, played):
    """Two parties of two, three places on the next sailing: one is held there, one later."""
    sailing = await a_sailing(played.db, days_ahead=5)
    tight = await a_sailing(played.db, days_ahead=6, places=3)
    roomy = await a_sailing(played.db, days_ahead=7)
    first = await confirmed(shop, an_ask(sailing))
    second = await confirmed(shop, an_ask(sailing))

    await cancel(played, sailing)
    await drained(played)

    held = [
        next(
            one["sailing_id"]
            for one in (await choice(shop, booking))["alternatives"]
            if one["held"]
        )
        for booking in (first, second)
    ]
    # Several writers work side by side: which party is the first is nobody's promise.
    assert sorted(held) == sorted([str(tight), str(roomy)])
    await nothing_is_broken(played)


@pytest.mark.parametrize("late_minutes", [30, -30, 89])
async def test_a_small_delay_is_news(shop, played, late_minutes):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))

    await delay(played, sailing, late_minutes)
    await until_mail(played, "disruption_news")

    assert (await choice(shop, booking))["status"] == "informed"
    assert (await state_of(shop, booking))["status"] == "confirmed"
    async with answer_to(shop, booking, "refund") as answer:
        assert answer.status == 409
    await nothing_is_broken(played)


@pytest.mark.parametrize("late_minutes", [90, -90, 600])
async def test_from_ninety_minutes_on_they_may_choose(shop, played, late_minutes):
    """They keep their places until they have chosen, and may travel all the same."""
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))

    await delay(played, sailing, late_minutes)
    await until_mail(played, "disruption_offer")
    shown = await choice(shop, booking)
    assert (shown["kind"], shown["may_keep"]) == ("delayed", True)
    assert await taken(played, sailing) == {"passenger": 2}

    await choose(shop, booking, "keep")

    assert (await choice(shop, booking))["status"] == "kept"
    await nothing_is_broken(played)


async def test_a_late_sailing_may_be_left_for_another(shop, played):
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")

    await choose(shop, booking, "rebook", sailing_id=str(other))

    assert await taken(played, sailing) == {}
    assert await taken(played, other) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_cancelling_as_always_costs_nothing(shop, played):
    sailing = await a_sailing(played.db, days_ahead=0.5)
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    url = f"/api/v1/bookings/{booking['reference']}/cancel"
    async with shop.post(f"{url}-quote", json={"token": booking["token"]}) as answer:
        quote = await answer.json()
    assert (quote["fee"]["amount_minor"], quote["refund"]) == (0, booking["total"])
    async with shop.post(url, json={"token": booking["token"], "fee_minor": 0}) as answer:
        assert answer.status == 200, await answer.text()
    await look_after_disruptions(played)

    assert (await choice(shop, booking))["status"] == "refunded"
    await nothing_is_broken(played)


async def test_a_cancelled_sailing_may_be_left_after_its_time(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")
    async with played.db.acquire() as conn:
        await conn.execute("update sailing set departs_at = now() - interval '1 hour'")

    done = await choose(shop, booking, "refund")

    assert done["cancel_fee"]["amount_minor"] == 0


async def test_who_has_not_paid_pays_nothing(shop, played):
    sailing = await a_sailing(played.db)
    booking = await book(shop, an_ask(sailing))
    async with shop.session.get(booking["checkout_url"]) as form:
        assert form.status == 200

    await cancel(played, sailing)

    await until(shop, booking, "expired")
    await until_mail(played, "disruption_news")
    await nothing_is_broken(played)


async def test_a_hold_ends_once_its_party_is_written_down(client, db, resources):
    """Overdue holds are looked for all the time: who is expired before hears of nothing."""
    sailing = await a_sailing(db)
    await book(client, an_ask(sailing))
    await cancel(resources, sailing)

    async with db.transaction() as conn:
        assert await store.shorten_holds(conn, 30) == 0
    version = (await operations.sailing(resources, HOUSE, sailing)).version
    await disruptions.follow(resources, sailing, version)

    async with db.acquire() as conn:
        assert await conn.fetchval("select expires_at <= now() from booking")
        assert await conn.fetchval("select count(*) from disrupted_party") == 1


async def test_who_is_just_being_confirmed_is_written_to_then(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirming'")
    await cancel(played, sailing)
    await drained(played)
    assert (await choice(shop, booking))["status"] == "waiting"

    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    await look_after_disruptions(played)

    await until_mail(played, "disruption_offer")
    assert (await choice(shop, booking))["status"] == "offered"


async def test_who_does_not_answer_is_reminded_and_then_called(shop, played):
    """At the deadline the held places are free, a person is told, and the money stays owed."""
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    await clock_on(played, "remind_at = now()")
    await look_after_disruptions(played)
    await look_after_disruptions(played)
    await until_mail(played, "disruption_reminder")
    await clock_on(played, "answer_by = now()")
    await look_after_disruptions(played)

    assert (await choice(shop, booking))["status"] == "overdue"
    assert await taken(played, other) == {}
    assert await alerts(played) == ["disruption_unanswered"]
    assert await mails(played, "disruption_reminder") == 1
    await nothing_is_broken(played)
    done = await choose(shop, booking, "refund")
    assert done["status"] == "cancelled"


async def test_who_does_not_answer_travels_late(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")

    await clock_on(played, "answer_by = now()")
    await look_after_disruptions(played)

    assert (await choice(shop, booking))["status"] == "kept"
    assert await alerts(played) == []


async def test_a_newer_disruption_asks_instead(shop, played):
    """Late, then cancelled: one question is open, and the other sailing's places are held once."""
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")

    await cancel(played, sailing)
    await drained(played)

    assert (await choice(shop, booking))["kind"] == "cancelled"
    assert await parties(played) == ["superseded", "offered"]
    assert await taken(played, other) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_back_on_time_is_news(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")

    await delay(played, sailing, 0)
    await until_mail(played, "disruption_news")

    assert (await choice(shop, booking))["status"] == "informed"
    assert await parties(played) == ["superseded", "informed"]


async def test_closing_sales_and_the_same_times_again_say_nothing(shop, played):
    sailing = await a_sailing(played.db)
    await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")

    await delay(played, sailing, 120)
    await drained(played)

    assert await mails(played, "disruption_offer") == 1
    assert await parties(played) == ["offered"]


async def test_following_twice_writes_once(shop, played):
    sailing = await a_sailing(played.db)
    await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    assert await disruptions.follow(played, sailing, 2) == "nothing to tell"
    await drained(played)

    assert await mails(played, "disruption_offer") == 1


async def test_one_that_cannot_be_written_to_keeps_nobody_waiting(shop, played, monkeypatch):
    sailing = await a_sailing(played.db)
    first = await confirmed(shop, an_ask(sailing))
    second = await confirmed(shop, an_ask(sailing, people=[BO]))
    real = writing.write_to

    async def breaking(conn, res, disruption, parties):
        if first["reference"] in [party.booking.reference for party in parties]:
            raise RuntimeError("broken")
        await real(conn, res, disruption, parties)

    monkeypatch.setattr(writing, "write_to", breaking)
    await cancel(played, sailing)
    await drained(played)

    assert (await choice(shop, second))["status"] == "offered"
    assert (await choice(shop, first))["status"] == "waiting"
    assert await alerts(played) == ["party_not_written_to"]
    monkeypatch.setattr(writing, "write_to", real)
    await clock_on(played, "try_after = now()")
    await look_after_disruptions(played)
    await drained(played)
    assert (await choice(shop, first))["status"] == "offered"


async def test_the_way_back_is_cancelled_after_the_way_out_was_made(shop, played):
    """The price of what was sailed stays; the rest goes back, and the ticket is for one leg."""
    out, back = await a_sailing(played.db, days_ahead=2), await a_return(played, days_ahead=5)
    booking = await confirmed(shop, an_ask(out, back))
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = now() - interval '30 hours',"
            " arrives_at = now() - interval '10 hours',"
            " status = 'departed' where id = $1",
            out,
        )
    await cancel(played, back)
    await until_mail(played, "disruption_offer")

    done = await choose(shop, booking, "refund")

    half = booking["total"]["amount_minor"] // 2
    assert [leg["sailing_id"] for leg in done["legs"]] == [str(out)]
    assert (done["status"], done["total"]["amount_minor"]) == ("confirmed", half)
    await until_mail(played, "refund_confirmation")
    (refund,) = (await state_of(shop, booking))["refunds"]
    assert refund["amount"]["amount_minor"] == half
    await nothing_is_broken(played)


async def test_the_way_out_is_cancelled_and_the_way_back_loses_its_sense(shop, played):
    out, back = await a_sailing(played.db, days_ahead=2), await a_return(played, days_ahead=5)
    booking = await confirmed(shop, an_ask(out, back))
    await cancel(played, out)
    await until_mail(played, "disruption_offer")
    assert (await choice(shop, booking))["refund"] == booking["total"]

    assert (await choose(shop, booking, "refund"))["status"] == "cancelled"

    assert await taken(played, back) == {}
    await nothing_is_broken(played)


async def test_two_clicks_at_once_are_one_choice(shop, played):
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    async def click(verb, **more):
        async with answer_to(shop, booking, verb, **more) as answer:
            return answer.status

    statuses = await asyncio.gather(
        *(click("rebook", sailing_id=str(other)) for _ in range(4)),
        *(click("refund") for _ in range(4)),
    )

    assert sorted(statuses) == [200] + [409] * 7
    await nothing_is_broken(played)


@pytest.mark.parametrize("before", [True, False])
async def test_killed_at_every_step(played, monkeypatch, before):
    """Following and writing die at each of their steps: everybody has one mail and one offer."""
    monkeypatch.setattr(domains, "CRONS", [])
    monkeypatch.setattr(writers, "_AT_ONCE", 1)  # steps are counted one after the other
    monkeypatch.setattr(writers, "_BATCH", 2)  # of three parties
    death = Death(monkeypatch)
    death.install()
    step = 1
    while await died_at(played, death, step, before=before):
        step += 1
    assert step > 4


async def died_at(res, death, step, *, before):
    """Cancel a sailing with three parties, dying once at that step; say whether there was one."""
    sailing = await a_sailing(res.db, days_ahead=5)
    other = await a_sailing(res.db, days_ahead=6)
    async with opened(res) as shop:
        booked = [await confirmed(shop, an_ask(sailing, people=[BO])) for _ in range(3)]
        await nothing_is_broken(res)
    await cancel(res, sailing)
    death.arm(step, before=before)
    await surviving(lambda: disruptions.follow(res, sailing, 2))
    async with res.db.acquire() as conn:
        disruption_id = await conn.fetchval(
            "select id from disruption where sailing_id = $1", sailing
        )
    await surviving(lambda: writers.write_to_parties(res, disruption_id))
    happened = death.at == 0
    death.arm(0, before=before)
    async with opened(res) as shop:
        await look_after_disruptions(res)
        await nothing_is_broken(res)
        for booking in booked:
            assert (await choice(shop, booking))["status"] == "offered"
            assert await offers_to(res, booking) == 1
            await choose(shop, booking, "refund")  # the next sailing is free for the next step
        assert await taken(res, other) == {}
        await nothing_is_broken(res)
    async with res.db.acquire() as conn:  # nobody is offered it again
        await conn.execute("update sailing set status = 'closed' where id = $1", other)
    return happened


async def surviving(act):
    """Do it again after a death, as the ledger of jobs does."""
    try:
        await act()
    except Killed:
        await act()


@asynccontextmanager
async def opened(res):
    """The application with its workers: what a customer meets."""
    async with (
        TestClient(TestServer(create_app(res), port=res.settings.web.port)) as made,
        working(res, domains.TASKS, domains.CRONS),
    ):
        yield made


async def offers_to(played, booking):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select count(*) from mail where template = 'disruption_offer'"
            " and context->>'reference' = $1",
            booking["reference"],
        )


@pytest.mark.parametrize(("proof", "refusal"), SHOWN_BY_MALLORY)
async def test_mallory_chooses_nothing(shop, played, proof, refusal):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await cancel(played, sailing)
    await until_mail(played, "disruption_offer")

    for verb in ("", "/rebook", "/refund", "/keep"):
        url = f"/api/v1/bookings/{booking['reference']}/disruption{verb}"
        chosen = {"sailing_id": "x"} if verb == "/rebook" else {}
        async with shop.post(url, json={**proof, **chosen}) as answer:
            assert (answer.status, (await answer.json())["code"]) == refusal
    assert (await choice(shop, booking))["status"] == "offered"


async def test_a_surname_alone_does_not_end_a_journey_that_is_late(shop, played):
    """It looks, and chooses how to travel; what ends the journey takes what cancelling takes."""
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await delay(played, sailing, 120)
    await until_mail(played, "disruption_offer")
    url = f"/api/v1/bookings/{booking['reference']}/disruption"

    async with shop.post(f"{url}/refund", json={"surname": "Lund"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "proof_too_weak")

    async with shop.post(f"{url}/keep", json={"surname": "Lund"}) as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "confirmed")


@pytest.mark.parametrize("status", PartyStatus)
@pytest.mark.parametrize("event", PartyEvent)
def test_every_state_knows_every_event(status, event):
    after = PARTY.after(status, event)
    if status is PartyStatus.SUPERSEDED:
        assert after is (PartyStatus.WAITING if event is PartyEvent.ASK_AGAIN else None)
    elif event is PartyEvent.ASK_AGAIN:
        assert after is (PartyStatus.WAITING if status is PartyStatus.OFFERED else None)
    elif status not in OPEN:
        assert after is None
        assert PARTY.is_final(status)
    assert not (status in OPEN and PARTY.is_final(status))


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    done = await until(shop, booking, "confirmed")
    await drained(shop.server.app[RESOURCES])  # a ticket being drawn is written to at the next cron
    return done


async def cancel(played, sailing, note=""):
    version = (await operations.sailing(played, HOUSE, sailing)).version
    asked = CancelRequest(version, ChangeReason.TECHNICAL, note)
    await operations.cancel(played, HOUSE, sailing, asked)


async def delay(played, sailing, minutes):
    found = await operations.sailing(played, HOUSE, sailing)
    departs = found.departs_at + timedelta(minutes=minutes)
    asked = TimesRequest(found.version, departs, reason=ChangeReason.OPERATIONAL)
    await operations.retime(played, HOUSE, sailing, asked)


async def a_return(played, days_ahead):
    """A sailing of the other direction, on a route of its own."""
    sailing = await a_sailing(played.db, days_ahead=days_ahead)
    async with played.db.transaction() as conn:
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select gen_random_uuid(), operator_id, 'KEL-OSL', 'Kiel - Oslo', destination_id,"
            " origin_id, 'demo' from route on conflict do nothing"
        )
        await conn.execute(
            "update sailing s set route_id = r.id, origin_id = r.origin_id,"
            " destination_id = r.destination_id"
            " from route r where r.code = 'KEL-OSL' and s.id = $1",
            sailing,
        )
    return sailing


async def choice(shop, booking):
    async with answer_to(shop, booking, "") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def choose(shop, booking, verb, **more):
    async with answer_to(shop, booking, verb, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def answer_to(shop, booking, verb, **more):
    url = f"/api/v1/bookings/{booking['reference']}/disruption" + (f"/{verb}" if verb else "")
    return shop.post(url, json={"token": booking["token"], **more})


async def taken(played, sailing):
    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select resource, taken from capacity where sailing_id = $1 and taken > 0", sailing
        )
    return dict(rows)


async def parties(played):
    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select p.status from disrupted_party p join disruption d on d.id = p.disruption_id"
            " order by d.created_at"
        )
    return [row["status"] for row in rows]


async def clock_on(played, change):
    async with played.db.acquire() as conn:
        await conn.execute(f"update disrupted_party set {change}")


async def alerts(played):
    async with played.db.acquire() as conn:
        return [row["kind"] for row in await conn.fetch("select kind from alert")]


async def mails(played, template):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select count(*) from mail where template = $1", template)


async def reason_in_mail(played, template):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select context->>'reason' from mail where template = $1", template
        )
