"""A promo code: taken off the price, counted with the booking, given back with its end."""

import asyncio

import pytest

from maritime_app.bookings import service as bookings
from maritime_app.bookings.checkout import renewal
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.promotions import service as promotions
from maritime_app.bookings.store import SQL
from maritime_app.bookings.unpaid.model import Holder
from maritime_app.ferries.promotions import service as codes
from maritime_app.ferries.promotions.store import Counted
from tests import rows, signed_in
from tests.booked import (
    cancel,
    fields_of,
    filled_form,
    nothing_is_broken,
    quoted,
    state_of,
    until,
)
from tests.factories import ADA, BO, CAR, CONTACT, a_return, a_sailing, an_ask, book, pay

USES = "select uses from promotion"


async def test_it_works(shop, played):
    """Quoted, held, paid, invoiced; the fee of a cancellation is of what was paid."""
    sailing = await a_sailing(played.db, days_ahead=5)
    await a_code(shop, played, percent=10)
    booking = await confirmed(shop, an_ask(sailing, promo_code=" early-10 "))

    assert lines(booking)["promotion:EARLY-10"] == (1, -860, "discount")
    total_minor = 2 * (4300 + 250) - 860
    assert booking["total"]["amount_minor"] == total_minor
    (invoice,) = booking["invoices"]
    assert invoice["total"] == booking["total"]
    assert await rows.value(played, USES) == 1

    fee_minor = -(-total_minor * 25 // 100)
    assert (await quoted(shop, booking))["fee"]["amount_minor"] == fee_minor
    await cancel(shop, booking, fee_minor)
    ended = await state_of(shop, booking)
    assert ended["refunds"][0]["amount"]["amount_minor"] == total_minor - fee_minor
    assert await rows.value(played, USES) == 0
    await nothing_is_broken(played)


@pytest.mark.parametrize(
    ("what", "off"),
    [
        ({"percent": 33}, [-2838, -2838]),
        ({"amount_minor": 1001, "currency": "EUR"}, [-500, -501]),
        # What can be charged stays, and so do taxes.
        ({"percent": 100}, [-8600, -8600]),
        ({"amount_minor": 9_999_999, "currency": "EUR"}, [-8600, -8600]),
    ],
)
async def test_legs_of_a_return_share_it(client, resources, what, off):
    out = await a_sailing(resources.db, days_ahead=20)
    back = await a_return(resources.db, days_ahead=25)
    await a_code(client, resources, **what)
    booking = await book(client, an_ask(out, back, promo_code="EARLY-10"))
    assert [
        i["amount"]["amount_minor"] for i in booking["items"] if "promotion" in i["item"]
    ] == off
    assert [leg["price"]["amount_minor"] for leg in booking["legs"]] == [
        9100 + minor for minor in off
    ]


async def test_children_and_vehicles_are_fares_too(client, resources):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    child = {"given_name": "Cy", "family_name": "Lund", "kind": "child"}
    ask = an_ask(sailing, people=[ADA, child], vehicles=[CAR], promo_code="EARLY10")
    assert await refused(client, ask) == "There is no such promo code for these sailings."
    booking = await book(client, ask | {"promo_code": "Early -10"})
    earned = 4300 + 2150 + 9200
    assert lines(booking)["promotion:EARLY-10"][1] == -(earned // 10)


async def test_nothing_is_left_to_charge_for_nothing(client, resources):
    sailing = await a_sailing(resources.db)
    await rows.execute(resources, "update fare set harbour_tax_minor = 0")
    await a_code(client, resources, percent=100)
    booking = await book(client, an_ask(sailing, promo_code="EARLY-10"))
    assert booking["total"]["amount_minor"] == 50


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("sold_from = now() + interval '1 hour'", "This promo code cannot be used yet."),
        ("sold_until = now()", "This promo code cannot be used any more."),
        ("ended_at = now()", "There is no such promo code for these sailings."),
        ("travel_first = current_date + 22", "This promo code is for other days or routes."),
        ("travel_last = current_date + 18", "This promo code is for other days or routes."),
        (
            "origin_id = (select destination_id from route limit 1)",
            "This promo code is for other days or routes.",
        ),
        ("most_uses = 1, uses = 1", "This promo code has been used up."),
        (
            "percent = null, amount_minor = 100, currency = 'SEK'",
            "This promo code is for prices in another currency.",
        ),
    ],
)
async def test_who_may_not_use_it_is_told_why(client, resources, what, words):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    await rows.execute(resources, f"update promotion set {what}")
    assert await refused(client, an_ask(sailing, promo_code="EARLY-10")) == words
    assert await rows.value(resources, "select count(*) from booking") == 0


@pytest.mark.parametrize(
    "what",
    [
        "sold_from = now()",
        "sold_until = now() + interval '1 hour'",
        "travel_first = (select (departs_at at time zone 'Europe/Oslo')::date from sailing)",
        "travel_last = (select (departs_at at time zone 'Europe/Oslo')::date from sailing)",
        "origin_id = (select origin_id from route limit 1)",
    ],
)
async def test_it_is_used_to_the_edges_of_its_windows(client, resources, what):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    await rows.execute(resources, f"update promotion set {what}")
    await book(client, an_ask(sailing, promo_code="EARLY-10"))


@pytest.mark.parametrize("beside", [True, False])
async def test_beside_the_residents_discount_only_where_it_says_so(client, resources, beside):
    sailing = await a_sailing(resources.db)
    await rows.execute(
        resources,
        "insert into resident_discount (fare_id, area, percent, proofs) select fare_id, 'GR-M', 20,"
        " '{identity_card}' from sailing",
    )
    await a_code(client, resources, percent=10, with_residents=beside)
    ask = an_ask(sailing, people=[{**ADA, "resident_of": "GR-M"}, BO], promo_code="EARLY-10")
    if beside:
        assert lines(await book(client, ask))["promotion:EARLY-10"][1] == -(8600 - 860) // 10
    else:
        words = "This promo code cannot be used beside the residents' discount."
        assert await refused(client, ask) == words


async def test_a_person_is_an_address_however_it_is_written(client, resources):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10, most_per_person=1)
    first = await book(client, an_ask(sailing, promo_code="EARLY-10"))
    again = an_ask(sailing, promo_code="EARLY-10")
    again["contact"] = {**CONTACT, "email": "ADA@Example.org"}
    words = "This promo code has been used with your e-mail address already."
    assert await refused(client, again) == words
    other = {**CONTACT, "email": "bo@example.org"}
    await book(client, again | {"contact": other})

    await cancel(client, first, 0)
    await book(client, again)
    assert await rows.value(resources, USES) == 2


@pytest.mark.parametrize("counted", [True, False])
async def test_never_more_uses_than_there_are(client, resources, monkeypatch, counted):
    """Of many who pass the look at the same time; the control counts without the lock."""
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10, most_uses=3)
    if not counted:
        monkeypatch.setattr(codes, "count_use", uncounted)
    await at_once(monkeypatch, 12)
    asks = [
        an_ask(sailing, promo_code="EARLY-10", contact={**CONTACT, "email": f"p{n}@example.org"})
        for n in range(12)
    ]
    answers = await asyncio.gather(*(status(client, ask) for ask in asks))
    stand = await rows.value(
        resources, "select count(*) from promotion_use where given_back_at is null"
    )
    if not counted:
        assert stand > 3
        return
    assert stand == answers.count(201) == 3
    assert await rows.value(resources, USES) == 3
    held = "select count(*) from booking where status = 'held'"
    assert await rows.value(resources, held) == 3
    assert await rows.value(resources, "select taken from capacity where total = 100") == 6
    await nothing_is_broken(resources)


async def test_never_more_uses_of_a_person_than_allowed(client, resources, monkeypatch):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10, most_per_person=2)
    await at_once(monkeypatch, 8)
    ask = an_ask(sailing, promo_code="EARLY-10")
    answers = await asyncio.gather(*(status(client, ask) for _n in range(8)))
    assert answers.count(201) == 2
    assert await rows.value(resources, USES) == 2


async def test_who_ends_between_hold_and_use_leaves_nothing(client, resources, monkeypatch):
    """As after kill -9: the hold has no use, nobody has its link, and it expires."""
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)

    async def killed(*_args):
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(promotions, "take", killed)
        patch.setattr(bookings, "_let_go", nothing)
        with pytest.raises(Exception):  # noqa: B017, PT011
            await book(client, an_ask(sailing, promo_code="EARLY-10"))
    assert await rows.value(resources, "select count(*) from promotion_use") == 0
    assert await rows.value(resources, USES) == 0
    await nothing_is_broken(resources)
    await rows.execute(resources, "update booking set expires_at = now() - interval '1 second'")
    booking_id = await rows.value(resources, "select id from booking")
    assert await confirmation.expire(resources, booking_id) == "expired"
    assert await rows.value(resources, USES) == 0
    assert await rows.value(resources, "select sum(taken) from capacity") == 0
    await nothing_is_broken(resources)


async def test_a_hold_that_ends_gives_it_back_and_late_money_takes_it_again(client, resources):
    """Beyond the limit: the money came at that price."""
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10, most_uses=1)
    await book(client, an_ask(sailing, promo_code="EARLY-10"))
    await rows.execute(resources, "update booking set expires_at = now() - interval '1 second'")
    booking_id = await rows.value(resources, "select id from booking")
    for said in ("expired", "not overdue"):
        assert await confirmation.expire(resources, booking_id) == said
    assert await rows.value(resources, USES) == 0
    other = {**CONTACT, "email": "bo@example.org"}
    await book(client, an_ask(sailing, promo_code="EARLY-10", contact=other))

    ended = await bookings.by_id(resources, booking_id)
    async with resources.db.transaction() as conn:
        assert await holds.take_again(conn, resources, ended)
        await conn.execute("update booking set status = 'held' where id = $1", booking_id)
    assert await rows.value(resources, USES) == 2
    await nothing_is_broken(resources)


async def test_booked_again_it_is_used_again_while_there_is_one(client, resources):
    """Else without it: the page says the price before anybody pays."""
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10, most_uses=1)
    first = await book(client, an_ask(sailing, promo_code="EARLY-10"))
    await cancel(client, first, 0)
    ended = await bookings.by_id(resources, await rows.value(resources, "select id from booking"))
    again = await renewal.book_again(resources, ended, Holder("127.0.0.1"))
    assert again.total.amount_minor == first["total"]["amount_minor"]
    await rows.execute(resources, "update booking set renewed_as = null")
    dearer = await renewal.book_again(resources, ended, Holder("127.0.0.1"))
    assert dearer.total.amount_minor == first["total"]["amount_minor"] + 860


async def test_a_change_keeps_it(shop, played):
    """Also when it has ended; who is added and who stays at home have their share."""
    sailing = await a_sailing(played.db, days_ahead=5)
    later = await a_sailing(played.db, days_ahead=6)
    await a_code(shop, played, percent=10)
    booking = await confirmed(shop, an_ask(sailing, promo_code="EARLY-10"))
    await rows.execute(played, "update promotion set ended_at = now(), sold_until = now()")
    ada, bo = {**ADA, "number": 1}, {**BO, "number": 2}

    more = await change(shop, booking, passengers=[ada, bo, {**BO, "given_name": "Cy"}])
    assert lines(more)["promotion:EARLY-10"][1] == -1290
    assert due(more) == (4300 + 250 - 430, 0)

    fewer = await change(shop, booking, passengers=[ada])
    fee_minor = -(-(4300 - 430) * 25 // 100)
    assert lines(fewer)["promotion:EARLY-10"][1] == -430
    assert due(fewer) == (fee_minor - (4300 + 250 - 430), fee_minor)

    moved = await change(shop, booking, legs=[{"number": 1, "sailing_id": str(later)}])
    assert lines(moved)["promotion:EARLY-10"][1] == -860
    assert due(moved)[0] == due(moved)[1]

    renamed = await change(shop, booking, passengers=[{**ada, "given_name": "Adah"}, bo])
    assert due(renamed) == (0, 0)


@pytest.mark.parametrize(
    ("what", "off_minor"), [({"percent": 10}, 860), ({"amount_minor": 999, "currency": "EUR"}, 500)]
)
async def test_a_leg_that_is_dropped_gives_back_what_was_paid_for_it(shop, played, what, off_minor):
    out = await a_sailing(played.db, days_ahead=5)
    back = await a_return(played.db, days_ahead=7)
    await a_code(shop, played, **what)
    booking = await confirmed(shop, an_ask(out, back, promo_code="EARLY-10"))
    paid_minor = 9100 - off_minor
    fee_minor = -(-paid_minor * 25 // 100)
    one_way = await change(shop, booking, legs=[{"number": 1}])
    assert due(one_way) == (fee_minor - paid_minor, fee_minor)


async def test_an_amount_stays_the_same_amount(shop, played):
    sailing = await a_sailing(played.db, days_ahead=5)
    await a_code(shop, played, amount_minor=1000, currency="EUR")
    booking = await confirmed(shop, an_ask(sailing, promo_code="EARLY-10"))
    ada, bo = {**ADA, "number": 1}, {**BO, "number": 2}
    more = await change(shop, booking, passengers=[ada, bo, {**BO, "given_name": "Cy"}])
    assert lines(more)["promotion:EARLY-10"][1] == -1000
    assert due(more) == (4550, 0)


async def test_the_form_prices_it_and_keeps_it(client, resources):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    fields = await filled_form(client, sailing)

    priced = await draft(client, fields | {"promo_code": "early-10", "part": "price"})
    assert "Promo code EARLY-10" in priced
    wrong = await draft(client, fields | {"promo_code": "NOTHING", "part": "price"})
    assert "There is no such promo code for these sailings." in wrong
    assert "Promo code EARLY-10" not in wrong

    act = {"promo_code": "early-10", "act": "price"}
    page = await draft(client, fields | act)
    assert fields_of(page)["promo_code"] == "early-10"
    assert "Promo code EARLY-10" in page
    sent = fields | {"promo_code": "NOTHING"}
    async with client.post("/bookings", data=sent, allow_redirects=False) as answer:
        assert answer.status == 422
        text = await answer.text()
    assert 'href="#f-promo_code"' in text
    sent = fields_of(page) | {"terms": "yes"}
    async with client.post("/bookings", data=sent, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
    assert await rows.value(resources, USES) == 1


async def test_codes_are_not_guessed(client, resources):
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    most = resources.settings.limits.promo_code[0]
    answers = [
        await status(client, an_ask(sailing, promo_code=f"GUESS-{n}")) for n in range(most + 1)
    ]
    assert answers == [422] * most + [429]
    fields = await filled_form(client, sailing)
    priced = await draft(client, fields | {"promo_code": "early-10", "part": "price"})
    assert "Too many promo codes were wrong." in priced
    assert await status(client, an_ask(sailing)) == 201


async def test_it_goes_with_the_people(client, resources):
    """Whose it was is a keyed hash, and nothing once they are erased."""
    sailing = await a_sailing(resources.db)
    await a_code(client, resources, percent=10)
    await book(client, an_ask(sailing, promo_code="EARLY-10"))
    key = "select person_key from promotion_use"
    assert "ada" not in await rows.value(resources, key)
    async with resources.db.transaction() as conn:
        await SQL.erase_people.run(conn, [await conn.fetchval("select id from booking")])
    assert await rows.value(resources, key) is None


async def test_the_waiting_list_takes_none(client, resources):
    sailing = await a_sailing(resources.db, places=1)
    await a_code(client, resources, percent=10)
    fields = await filled_form(client, sailing)
    async with client.post("/bookings/waiting", data=fields | {"promo_code": "EARLY-10"}) as answer:
        assert answer.status == 422
        assert "The waiting list takes no promo code" in await answer.text()


async def a_code(client, resources, **what):
    body = {"operator": await rows.value(resources, "select code from operator where kind='house'")}
    body |= {"code": "early-10", **what}
    headers = await signed_in.token(resources, "operator")
    async with client.post("/api/v1/promotions", json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return await answer.json()


async def at_once(monkeypatch, many):
    """Let all look before one of them counts its use."""
    arrived, use = asyncio.Barrier(many), bookings._use

    async def together(*args):
        await arrived.wait()
        await use(*args)

    monkeypatch.setattr(bookings, "_use", together)


async def uncounted(conn, promotion_id):
    row = await conn.fetchrow(
        "select most_per_person from promotion where id = $1 and uses < most_uses", promotion_id
    )
    return Counted(row[0]) if row else None


async def nothing(*_args):
    pass


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    return await state_of(shop, booking)


async def change(shop, booking, **asked):
    body = {"token": booking["token"], "change": asked}
    address = f"/api/v1/bookings/{booking['reference']}/change-quote"
    async with shop.post(address, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def due(quote):
    return quote["difference"]["amount_minor"], quote["fees"]["amount_minor"]


def lines(priced):
    return {
        line["item"]: (line["quantity"], line["amount"]["amount_minor"], line["reason"])
        for line in priced["items"]
    }


async def status(client, ask):
    async with client.post("/api/v1/bookings", json=ask) as answer:
        await answer.read()
        return answer.status


async def refused(client, ask):
    async with client.post("/api/v1/bookings", json=ask) as answer:
        assert answer.status == 422, await answer.text()
        return (await answer.json())["errors"]["promo_code"]


async def draft(client, fields):
    async with client.post("/bookings/draft", data=fields) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()
