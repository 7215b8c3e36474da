"""Price lists that staff write: what is sold from then on, and never what was sold before."""

import asyncio

import pytest

from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.price_lists.recounting import recount_extras
from tests import rows, signed_in
from tests.booked import nothing_is_broken, state_of, taken, until
from tests.factories import BO, a_return, a_sailing, an_ask, book, local_day, pay

TAX, ADULT, LOUNGE = 250, 4550, "extra:lounge"


async def test_it_works(client, resources):
    """An adult pays more from a day on; before that day and by the old booking nothing changes."""
    clerk = await signed_in.token(resources, "operator")
    early, late = await a_sailing(resources.db), await a_sailing(resources.db, days_ahead=30)
    sold = await book(client, an_ask(late, people=[BO]))
    known = await the_list(client, clerk)

    written = await follow(client, clerk, known, first=str(local_day(29)), prices={"adult": 6000})

    assert written == {
        "fare_id": written["fare_id"],
        "code": "STD-2",
        "sailings": 1,
        "first": str(local_day(30)),
        "last": str(local_day(30)),
    }
    assert await price(client, early) == ADULT
    assert await price(client, late) == 6000 + TAX
    assert (await state_of(client, sold))["total"]["amount_minor"] == ADULT


async def test_its_last_day_is_kept_and_outlives_no_list_before(client, resources):
    """Sailings that are planned later leave it at that."""
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    ended, price_raised = str(local_day(200)), {"adult": 6000}
    known = await the_list(client, clerk)
    season = await follow(client, clerk, known, last=ended, prices=price_raised)
    last = f"select last_day::text from fare where id = '{season['fare_id']}'"
    assert await rows.value(resources, last) == ended
    known = await the_list(client, clerk)
    nested = await follow(client, clerk, known, code="STD-3", prices={"adult": 7000})
    last = f"select last_day::text from fare where id = '{nested['fare_id']}'"
    assert await rows.value(resources, last) == ended


async def test_what_was_sold_keeps_its_terms(shop, played):
    """Fees, extras and what the new list has no more: by the list that it was sold by."""
    clerk = await signed_in.token(played, "operator")
    sailing = await a_sailing(played.db)
    later = await a_sailing(played.db, days_ahead=40)
    await rows.execute(played, "update fare set change_fee_minor = 700")
    await sells(played, sailing, "('dinner', 'person', 1800, null)")
    booking = await book(shop, with_extras(sailing, {"dinner": 1}, people=[BO], pets=1))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    known = await the_list(shop, clerk)
    prices = {"adult": 9000, "pet": None}

    await follow(shop, clerk, known, prices=prices, change_fee_minor=None, extras=[])

    assert (await state_of(shop, booking))["legs"][0]["fare_extras"][0]["kind"] == "dinner"
    # Somebody travels along at today's price; the pet and the dinner stay at theirs.
    party = [{"number": 1, **BO}, {**BO, "given_name": "Cy", "birth_date": "1990-05-05"}]
    quote = await quoted(shop, booking, {"passengers": party})
    assert quote["difference"]["amount_minor"] == 9000 + TAX
    other = {"number": 1, "sailing_id": str(later), "extras": {}}
    quote = await quoted(shop, booking, {"legs": [other], "pets": 0})
    fees = {item["item"]: item["amount"]["amount_minor"] for item in quote["items"]}
    assert fees["change_fee"] == 700
    await nothing_is_broken(played)


async def test_an_extra_that_becomes_scarce_counts_what_was_sold(client, resources):
    clerk = await signed_in.token(resources, "operator")
    sailing = await a_sailing(resources.db)
    await sells(resources, sailing, "('lounge', 'person', 2500, null)")
    await book(client, with_extras(sailing, {"lounge": 2}))
    known = await the_list(client, clerk)
    lounge = {"kind": "lounge", "unit": "person", "price_minor": 3000, "per_sailing": 3}

    await follow(client, clerk, known, extras=[lounge])

    async with client.post("/api/v1/bookings", json=with_extras(sailing, {"lounge": 2})) as answer:
        assert answer.status == 409
    await book(client, with_extras(sailing, {"lounge": 1}, people=[BO]))
    assert (await taken(resources.db, sailing))[LOUNGE] == 1
    await nothing_is_broken(resources)


async def test_what_is_sold_behind_its_back_is_counted_two_minutes_later(client, resources):
    """By a hold that was quoted before, or in a process that did not hear of the new list."""
    clerk = await signed_in.token(resources, "operator")
    sailing = await a_sailing(resources.db)
    await sells(resources, sailing, "('lounge', 'person', 2500, null)")
    known = await the_list(client, clerk)
    lounge = {"kind": "lounge", "unit": "person", "price_minor": 2500, "per_sailing": 3}
    written = await follow(client, clerk, known, extras=[lounge])
    await book(client, with_extras(sailing, {"lounge": 2}))
    await rows.execute(resources, "delete from leg_capacity where resource = 'extra:lounge'")
    await rows.execute(resources, "update capacity set taken = 0 where resource = 'extra:lounge'")

    due = "select payload from job where task = 'ferries.recount_extras' and run_at > now()"
    assert await rows.value(resources, due) == {"fare_id": written["fare_id"]}
    assert await recount_extras(resources, fare_id=written["fare_id"]) == "1 sailings"

    async with client.post("/api/v1/bookings", json=with_extras(sailing, {"lounge": 2})) as answer:
        assert answer.status == 409
    await book(client, with_extras(sailing, {"lounge": 1}, people=[BO]))
    await nothing_is_broken(resources)


async def test_a_list_that_limits_nothing_has_nothing_counted_again(client, resources):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    await follow(client, clerk, await the_list(client, clerk), prices={"adult": 6000})
    assert not await rows.value(
        resources, "select count(*) from job where task = 'ferries.recount_extras'"
    )


async def test_a_scarce_extra_is_never_less_than_was_taken(client, resources):
    clerk = await signed_in.token(resources, "operator")
    sailing = await a_sailing(resources.db)
    await sells(resources, sailing, "('lounge', 'person', 2500, 5)")
    booking = await book(client, with_extras(sailing, {"lounge": 2}))
    known = await the_list(client, clerk)
    lounge = {"kind": "lounge", "unit": "person", "price_minor": 2500, "per_sailing": 1}

    await follow(client, clerk, known, extras=[lounge])

    total = "select total from capacity where resource = 'extra:lounge'"
    assert await rows.value(resources, total) == 2
    assert (await state_of(client, booking))["status"] == "held"
    await nothing_is_broken(resources)


async def test_of_two_clerks_the_second_is_told(client, resources):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    known = await the_list(client, clerk)

    answers = await asyncio.gather(
        *(
            sent(client, clerk, known, code=f"STD-{name}", prices={"adult": 5000})
            for name in ("A", "B")
        )
    )

    assert sorted(status for status, _answer in answers) == [200, 409]
    assert {answer.get("code") for status, answer in answers if status == 409} == {
        "changed_meanwhile"
    }
    assert await rows.value(resources, "select count(*) from fare") == 2


async def test_a_repeated_request_writes_once(client, resources):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    known = await the_list(client, clerk)
    keyed = clerk | {"Idempotency-Key": "the same"}

    first = await follow(client, keyed, known, prices={"adult": 5000})

    assert await follow(client, keyed, known, prices={"adult": 5000}) == first
    assert await rows.value(resources, "select count(*) from fare") == 2


async def test_it_is_written_down(client, resources):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    await follow(client, clerk, await the_list(client, clerk), prices={"adult": 5000})

    written = await rows.value(
        resources, "select detail::text from audit where action = 'price_list_written'"
    )
    assert '"adult": [4300, 5000]' in written
    assert '"sailings": 1' in written


async def test_only_the_routes_that_were_chosen(client, resources):
    clerk = await signed_in.token(resources, "operator")
    out, back = await a_sailing(resources.db), await a_return(resources.db, days_ahead=30)
    known = await the_list(client, clerk)
    assert {route["code"] for route in known["routes"]} == {"OSL-KEL", "KEL-OSL"}

    await follow(client, clerk, known, routes=["KEL-OSL"], prices={"adult": 5000})

    assert (await price(client, out), await price(client, back)) == (ADULT, 5000 + TAX)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"prices": {"adult": None}}, "prices.adult", "Every price list has a price for an adult."),
        ({"prices": {"helicopter": 1}}, "prices.helicopter", "Nothing of that name is sold"),
        ({"routes": ["NOWHERE"]}, "routes", "No coming sailing of this route"),
        ({"first": "2026-01-01"}, "first", "This day has passed."),
        ({"last": "2026-01-01"}, "last", "The last day is before the first."),
        ({"first": "2900-01-01"}, "first", "Nothing sails on these days"),
        ({"code": "STD"}, "code", "There is a price list of this name already."),
        ({"prices": {"adult": -1}}, "prices.adult", ""),
        ({"prices": {"adult": 10**9}}, "prices.adult", ""),
    ],
)
async def test_what_is_no_price_list_is_refused(client, resources, change, field, words):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    known = await the_list(client, clerk)

    change = {"prices": {"adult": 5000}} | change
    status, answer = await sent(client, clerk, known, **change)

    assert status == 422
    assert words in answer["errors"][field]
    assert await rows.value(resources, "select count(*) from fare") == 1


async def test_nothing_different_is_nothing_to_write(client, resources):
    clerk = await signed_in.token(resources, "operator")
    await a_sailing(resources.db)
    status, answer = await sent(client, clerk, await the_list(client, clerk))
    assert status == 422
    assert "Nothing of it is different" in answer["detail"]


async def test_who_may_not(client, resources):
    await a_sailing(resources.db)
    clerk = await signed_in.token(resources, "operator")
    known = await the_list(client, clerk)
    assert (await sent(client, {}, known, prices={"adult": 1}))[0] == 401
    agent = await signed_in.token(resources, "agent")
    assert (await sent(client, agent, known, prices={"adult": 1}))[0] == 403
    await rows.execute(
        resources,
        "insert into operator (id, code, name, kind, source)"
        " values (gen_random_uuid(), 'OTH', 'Others', 'house', 'test')",
    )
    other = await signed_in.token(resources, "operator", "OTH")
    assert (await sent(client, other, known, prices={"adult": 1}))[0] == 403


async def the_list(client, clerk):
    """The one price list there is, as programs see it."""
    async with client.get("/api/v1/fares", headers=clerk) as answer:
        assert answer.status == 200, await answer.text()
        (fare_id,) = {one["fare_id"] for one in (await answer.json())["fares"]} - {None}
    async with client.get(f"/api/v1/fares/{fare_id}", headers=clerk) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def sent(client, clerk, known, *, prices=None, **change):
    """Ask for a list that follows the known one; `prices` are those that differ, None: none."""
    fare = known["fare"]
    whole = {n: p for n, p in (fare["prices"] | (prices or {})).items() if p is not None}
    asked = {
        "revision": known["revision"],
        "code": "STD-2",
        "routes": [route["code"] for route in known["routes"]],
        "first": str(local_day(1)),
        "prices": whole,
        "extras": fare["extras"],
        "harbour_tax_minor": fare["harbour_tax_minor"],
        "change_fee_minor": fare["change_fee_minor"],
        "name_change_fee_minor": fare["name_change_fee_minor"],
    } | change
    url = f"/api/v1/fares/{fare['id']}/following"
    async with client.post(url, json=asked, headers=clerk) as answer:
        return answer.status, await answer.json()


async def follow(client, clerk, known, **change):
    status, answer = await sent(client, clerk, known, **change)
    assert status == 200, answer
    return answer


def with_extras(sailing, extras, **more):
    return an_ask(**more) | {"legs": [{"sailing_id": str(sailing), "extras": extras}]}


async def price(client, sailing):
    """What one adult pays for a place on the sailing now."""
    return (await book(client, an_ask(sailing, people=[BO])))["total"]["amount_minor"]


async def quoted(client, booking, change):
    url = f"/api/v1/bookings/{booking['reference']}/change-quote"
    body = {"change": change, "token": booking["token"]}
    async with client.post(url, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def sells(res, sailing, extra):
    """Let the sailing's fare sell an extra: kind, unit, price and how many, as SQL."""
    async with res.db.transaction() as conn:
        await conn.execute(
            "insert into fare_extra (fare_id, kind, unit, price_minor, per_sailing)"
            " select s.fare_id, e.kind, e.unit, e.price, e.most::int"
            f" from sailing s, (values {extra}) as e (kind, unit, price, most) where s.id = $1",
            sailing,
        )
        await capacity.add_extras(conn, [sailing])
