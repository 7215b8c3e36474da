"""Our books beside Stripe's balance and the operators' statements: what differs is named."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app import domains
from maritime_app.bookings.reconciliation import service
from maritime_app.ops import invariants
from maritime_app.payments.balance import service as balance
from tests import signed_in
from tests.booked import cancel, drained, quoted, state_of, until
from tests.factories import ADA, BO, an_ask, book, pay

pytestmark = pytest.mark.demo
API = "/api/v1/reconciliation"
DAYS = 20
STRAY_LINE = (
    "with made as (select gen_random_uuid() as id)"
    " insert into ledger (transaction_id, at, account, amount_minor, currency, memo)"
    " select made.id, now() - $1::text::interval, l.account, l.minor, 'EUR', 'charge'"
    " from made, (select id from booking) b, lateral (values"
    " ('stripe', 700), ('bookings:' || b.id, -700)) l (account, minor)"
)


@pytest.fixture
async def admin(played):
    return await signed_in.token(played, "admin")


async def test_it_works(shop, played, admin):
    """Everybody says the same of a booking that was paid, confirmed, and one that was cancelled."""
    first = await confirmed(shop)
    second = await confirmed(shop)
    await cancel(shop, second, (await quoted(shop, second))["fee"]["amount_minor"])
    await until(shop, second, "cancelled")
    await drained(played)

    books = await night(shop, played, admin)

    assert books["differences"] == []
    total = first["total"]["amount_minor"]
    (theirs,) = [one for one in books["operators"] if one["code"] == "NDL"]
    assert (theirs["ours"], theirs["ours_minor"]) == (1, total)
    assert (theirs["theirs"], theirs["theirs_minor"]) == (1, total)
    (today,) = books["stripe"]
    assert today["stripe_minor"] == today["ledger_minor"] == today["bookings_minor"]
    assert today["fee_minor"] > 0


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("missing", "operator_lacks"),
        ("extra", "operator_keeps"),
        ("price", "operator_price"),
    ],
)
async def test_an_operator_says_something_else(shop, played, admin, switch, fault, kind):
    """It has a name, leads to the booking, and is gone when the operator says the same again."""
    booking = await confirmed(shop)
    await switch({"operators": {"NDL": {"statement": fault}}})
    (found,) = (await night(shop, played, admin))["differences"]

    assert (found["kind"], found["party"]) == (kind, "NDL")
    if fault != "extra":
        assert found["reference"] == booking["reference"]
    assert await alerts(played) == 1
    (breach,) = await invariants.broken(played, domains.INVARIANTS)
    assert breach.subject == f"{kind}:{found['subject']}"

    await switch({"operators": {"NDL": {"statement": ""}}})
    assert (await night(shop, played, admin))["differences"] == []
    assert await alerts(played) == 0


async def test_a_changed_leg_is_called_by_its_new_key(shop, played, admin):
    """Hours after the change both say the same; were it called otherwise there, both sides do."""
    booking = await moved_a_week(shop, await confirmed(shop))
    await drained(played)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set confirmed_at = now() - interval '3 hours'")
        await conn.execute("update booking_change set ended_at = now() - interval '2 hours'")
        key = await conn.fetchval("select operator_key from booking_leg")
    assert (await night(shop, played, admin))["differences"] == []

    async with played.db.acquire() as conn:
        await conn.execute("update booking_leg set operator_key = operator_key || 'X'")
    found = (await night(shop, played, admin))["differences"]

    named = {(one["kind"], one["subject"], one["reference"]) for one in found}
    assert named == {
        ("operator_keeps", key, booking["reference"]),
        ("operator_lacks", f"{key}X", booking["reference"]),
    }


async def test_what_a_change_costs_is_none_of_the_operators_price(shop, played, admin):
    """A part is cancelled, days before: a share is kept, and the new reservation is for one."""
    booking = await confirmed(shop, days=3, people=[ADA, BO])
    before = booking["total"]["amount_minor"]
    wanted = {"passengers": [{**ADA, "number": 1}]}
    shown = await changed(shop, booking, wanted)
    assert before / 2 < shown["total"]["amount_minor"] < before

    books = await night(shop, played, admin)

    assert books["differences"] == []
    (day,) = [one for one in books["operators"] if one["code"] == "NDL"]
    assert day["ours_minor"] == day["theirs_minor"] == before / 2


async def test_a_change_under_way_is_no_difference(shop, played, admin):
    """Its leg is booked there under a key that the booking has not yet."""
    await moved_a_week(shop, await confirmed(shop))
    await drained(played)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set confirmed_at = now() - interval '3 hours'")
        await conn.execute("update booking_change set status = 'accepted', ended_at = null")
        await conn.execute("update booking_leg set operator_key = operator_key || 'X'")

    found = (await night(shop, played, admin))["differences"]

    assert [one["kind"] for one in found] == ["operator_lacks"]


async def test_somebody_elses_money_at_stripe(shop, played, admin):
    """A movement of a payment that nobody here knows."""
    await confirmed(shop)
    async with played.db.transaction() as conn:
        await conn.execute(
            "insert into balance_movement (id, category, amount_minor, fee_minor, currency,"
            " source_id, moved_at, available_at)"
            " values ('txn_foreign', 'charge', 5000, 175, 'EUR', 'ch_foreign', now(), now())"
        )

    (found,) = (await night(shop, played, admin))["differences"]

    assert (found["kind"], found["subject"]) == ("unexplained", "txn_foreign")
    assert (found["ours_minor"], found["theirs_minor"]) == (0, 5000)


async def test_a_line_that_stripe_never_had(shop, played, admin):
    """The ledger says money came that Stripe's balance does not show, and a booking's own rows."""
    booking = await confirmed(shop)
    await balance.read_balance(played)
    async with played.db.transaction() as conn:
        await conn.execute(STRAY_LINE, "3 hours")
        await conn.execute("update payment set settled_at = settled_at - interval '3 hours'")

    found = (await night(shop, played, admin))["differences"]

    assert sorted(one["kind"] for one in found) == ["booking_account", "not_at_stripe"]
    account = next(one for one in found if one["kind"] == "booking_account")
    assert account["reference"] == booking["reference"]
    assert account["theirs_minor"] - account["ours_minor"] == 700


async def test_only_what_moved_since_is_read_and_what_differed(shop, played, admin):
    """Years of books are not added up every night; a difference is followed however old it is."""
    await confirmed(shop)
    await balance.read_balance(played)
    async with played.db.transaction() as conn:
        await conn.execute(STRAY_LINE, "3 hours")
        await conn.execute("update payment set settled_at = settled_at - interval '3 hours'")
    assert len((await night(shop, played, admin))["differences"]) == 2
    async with played.db.transaction() as conn:
        await conn.execute("update ledger set at = at - interval '90 days'")
        await conn.execute(STRAY_LINE, "90 days")  # by hand, into what was looked at

    found = (await night(shop, played, admin))["differences"]

    assert [one["kind"] for one in found].count("not_at_stripe") == 1
    async with played.db.transaction() as conn:
        await conn.execute("delete from ledger where memo = 'charge' and abs(amount_minor) = 700")
    assert (await night(shop, played, admin))["differences"] == []


async def test_a_person_settles_it_with_a_note(shop, played, admin, switch):
    """It stays settled as long as nothing changes, and opens again with another amount."""
    await confirmed(shop)
    await switch({"operators": {"NDL": {"statement": "price"}}})
    (found,) = (await night(shop, played, admin))["differences"]
    asked = {name: found[name] for name in ("kind", "subject", "currency")}
    asked["note"] = "They agreed to our price by telephone."

    async with shop.post(f"{API}/settle", json=asked, headers=admin) as answer:
        assert answer.status == 200
        assert (await answer.json())["differences"] == []
    async with shop.post(f"{API}/settle", json=asked, headers=admin) as answer:
        assert answer.status == 404
    await service.reconcile(played)
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from difference where settled_at is null") == 0
        await conn.execute("update difference set theirs_minor = theirs_minor + 1")
        await service.reconcile(played)
        assert await conn.fetchval("select count(*) from difference where settled_at is null") == 1


async def test_an_operator_that_does_not_answer_settles_nothing(shop, played, admin, switch):
    await confirmed(shop)
    await switch({"operators": {"NDL": {"statement": "missing"}}})
    await night(shop, played, admin)

    await switch({"operators": {"NDL": {"statement": "", "down": True}}})

    assert len((await night(shop, played, admin))["differences"]) == 1


async def test_the_page_and_its_files(shop, played, admin, switch):
    await confirmed(shop)
    await switch({"operators": {"NDL": {"statement": "price"}}})
    await night(shop, played, admin)
    await signed_in.sign_in(shop, "admin@maritime.example")

    async with shop.get("/admin/reconciliation") as answer:
        page = await answer.text()
    assert "The operator charges another price" in page
    for what, column in (("differences", "kind"), ("stripe", "ledger"), ("operators", "theirs")):
        async with shop.get(f"/admin/reconciliation/{what}.csv") as answer:
            assert answer.status == 200
            assert column in (await answer.text()).splitlines()[0]
    async with shop.get("/admin/reconciliation/secrets.csv") as answer:
        assert answer.status == 404


async def test_agents_do_not_see_the_books(shop, played):
    agent = await signed_in.token(played, "agent")
    async with shop.get(API, headers=agent) as answer:
        assert answer.status == 403


async def an_offer(shop, days, adults=1):
    """A sailing of the Nordlys line, so many days from now."""
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    url = f"/api/v1/ferries/search?from=DEKEL&to=SEGOT&date={day}&adults={adults}"
    async with shop.get(url) as answer:
        offers = (await answer.json())["outbound"]
    return next(one["sailing_id"] for one in offers if one["operator"]["code"] == "NDL")


async def moved_a_week(shop, booking):
    """The booking on a sailing a week later, once that is paid and its operator has said yes."""
    later = await an_offer(shop, DAYS + 7)
    return await changed(shop, booking, {"legs": [{"number": 1, "sailing_id": later}]})


async def changed(shop, booking, wanted):
    """The booking once the change is paid and its operator has said yes."""
    url = f"/api/v1/bookings/{booking['reference']}/change"
    asked = {"token": booking["token"], "change": wanted}
    async with shop.post(f"{url}-quote", json=asked) as answer:
        asked["difference_minor"] = (await answer.json())["difference"]["amount_minor"]
    async with shop.post(url, json=asked) as answer:
        assert answer.status == 200, await answer.text()
        held = (await answer.json())["change"]
    if held and held["checkout_url"]:
        await pay(shop, held)
    async with asyncio.timeout(60):
        while (shown := await state_of(shop, booking))["change"]:
            await asyncio.sleep(0.05)
    return shown


async def confirmed(shop, days=DAYS, people=(BO,)):
    """A booking on the Nordlys line that was paid and confirmed."""
    booking = await book(shop, an_ask(await an_offer(shop, days, len(people)), people=[*people]))
    await pay(shop, booking)
    shown = await until(shop, booking, "confirmed")
    return {**shown, "token": booking["token"]}


async def night(shop, played, admin):
    """What stands on the page after a night."""
    await drained(played)
    await balance.read_balance(played)
    await service.reconcile(played)
    async with shop.get(API, headers=admin) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def alerts(played):
    """How many alerts about the books are open."""
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select count(*) from alert where kind = 'books_differ' and resolved_at is null"
        )
