"""A crossing is added, and cabins change: by the rules, prices and places of every booking."""

import html

from tests.booked import fields_of, nothing_is_broken, state_of, until, until_mail
from tests.factories import ADA, BO, a_return, a_sailing, an_ask, book, local_day, pay

CY = {"given_name": "Cy", "family_name": "Dahl", "birth_date": "1990-05-05"}


async def test_it_works(shop, played):
    """The way back, on the page without JavaScript: looked for, priced, paid, and on the ticket."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    back = await a_return(played.db, days_ahead=25)
    day = local_day(25)

    text = await shown(shop, f"{page_of(booking)}&add_from=DEKEL&add_to=NOOSL&add_day={day}")
    assert str(back) in text
    fields = fields_of(text) | {"act": "quote"}
    text = await posted(shop, booking, fields | {"legs-1-sailing_id": str(back)})
    assert "Change the booking, pay €91.00" in text
    await posted(shop, booking, fields_of(text) | {"act": "order"})
    await pay(shop, (await state_of(shop, booking))["change"])
    await until_mail(played, "booking_changed")

    done = await state_of(shop, booking)
    assert [leg["origin"]["code"] for leg in done["legs"]] == ["NOOSL", "DEKEL"]
    assert done["total"]["amount_minor"] == 2 * 9100
    await nothing_is_broken(played)


async def test_a_meal_is_bought_with_it(shop, played):
    """On the page: what its sailing sells is asked for with it; too many are refused in words."""
    out, back = await a_sailing(played.db), await a_return(played.db, days_ahead=25)
    async with played.db.acquire() as conn:
        dinner = "insert into fare_extra select fare_id, 'dinner', 'person', 1800 from sailing"
        await conn.execute(f"{dinner} where id = $1", back)
    booking = await confirmed(shop, an_ask(out))
    looked = f"{page_of(booking)}&add_from=DEKEL&add_to=NOOSL&add_day={local_day(25)}"
    fields = fields_of(await shown(shop, looked)) | {"act": "quote"}
    assert fields["legs-1-extra_dinner"] == "0"
    added = fields | {"legs-1-sailing_id": str(back)}

    text = await posted(shop, booking, added | {"legs-1-extra_dinner": "9"}, 422)
    assert "Dinner: at most 2 for your party." in text
    assert fields_of(text)["legs-1-extra_dinner"] == "9"

    text = await posted(shop, booking, added | {"legs-1-extra_dinner": "2"})
    assert "Change the booking, pay €127.00" in text  # 91 and two dinners at 18
    assert "Dinner" in text


async def test_nothing_is_added_that_was_not_chosen(shop, played):
    """What was looked for stays on the page when something else on it is wrong."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    back = await a_return(played.db, days_ahead=25)
    day = local_day(25)
    looked = f"{page_of(booking)}&add_from=DEKEL&add_to=NOOSL&add_day={day}"
    fields = fields_of(await shown(shop, looked)) | {"act": "quote"}

    text = await posted(shop, booking, fields | {"legs-1-sailing_id": str(back), "pets": "99"}, 422)
    assert fields_of(text)["legs-1-sailing_id"] == str(back)

    text = await posted(shop, booking, fields)
    assert '{"number":1' in html.unescape(fields_of(text)["wanted"])
    assert fields_of(text)["difference_minor"] == "0"


async def test_a_crossing_that_leaves_before_the_other_arrives(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    back = await a_return(played.db, days_ahead=20.1)

    added = {"legs": [{"number": 1}, {"sailing_id": str(back)}]}

    assert await refused(shop, booking, added) == (422, "order")


async def test_a_crossing_in_another_currency(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    back = await a_return(played.db, days_ahead=25)
    async with played.db.transaction() as conn:
        await conn.execute(
            "with crowns as (insert into fare (id, operator_id, code, currency, infant_to_age,"
            " child_to_age, source) select gen_random_uuid(), operator_id, 'SEK', 'SEK', 3, 12,"
            " 'test' from fare returning id), prices as (insert into fare_price"
            " select crowns.id, p.item, p.amount_minor from crowns, fare_price p)"
            " update sailing set fare_id = crowns.id from crowns where sailing.id = $1",
            back,
        )

    added = {"legs": [{"number": 1}, {"sailing_id": str(back)}]}

    assert await refused(shop, booking, added) == (422, "currencies")


async def test_a_crossing_that_is_full(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    back = await a_return(played.db, days_ahead=25)
    async with played.db.transaction() as conn:
        await conn.execute("update capacity set total = 1 where sailing_id = $1", back)
    added = {"legs": [{"number": 1}, {"sailing_id": str(back)}]}
    body = {"token": booking["token"], "change": added, "difference_minor": 9100}

    async with shop.post(f"/api/v1/bookings/{booking['reference']}/change", json=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "sold_out")
    await nothing_is_broken(played)


async def test_nobody_loses_a_berth_unasked(shop, played):
    """Three in a cabin for two: refused as at booking, unless they say that it is all right."""
    sailing = await a_sailing(played.db)
    legs = [{"sailing_id": str(sailing), "cabins": {"inside2": 1}}]
    booking = await confirmed(shop, an_ask(sailing, legs=legs))
    more = {"passengers": [{**ADA, "number": 1}, {**BO, "number": 2}, CY]}

    assert await refused(shop, booking, more) == (422, "berths")
    silent = {**more, "legs": [{"number": 1, "cabins": {"inside2": 1}}]}
    assert await refused(shop, booking, silent) == (422, "berths")
    said = {**more, "legs": [{"number": 1, "fewer_berths": True}]}
    quote = await quoted(shop, booking, said)
    assert quote["difference"]["amount_minor"] == 4550
    two = {**more, "legs": [{"number": 1, "cabins": {"inside2": 2}}]}
    assert (await quoted(shop, booking, two))["difference"]["amount_minor"] == 4550 + 5400


async def test_the_page_asks_about_berths(shop, played):
    sailing = await a_sailing(played.db)
    legs = [{"sailing_id": str(sailing), "cabins": {"inside2": 1}}]
    booking = await confirmed(shop, an_ask(sailing, legs=legs))
    fields = fields_of(await shown(shop, page_of(booking))) | {"act": "quote"}
    fields |= {f"passengers-2-{name}": value for name, value in CY.items()}

    text = await posted(shop, booking, fields, 422)
    assert "The cabins have 2 berths for 3 people." in text
    text = await posted(shop, booking, fields | {"legs-0-fewer_berths": "true"})
    assert "Change the booking, pay €45.50" in text


async def test_who_has_no_berth_already_need_not_say_so_again(shop, played):
    sailing = await a_sailing(played.db)
    other = await a_sailing(played.db, days_ahead=21)
    legs = [{"sailing_id": str(sailing), "cabins": {"inside2": 1}, "fewer_berths": True}]
    booking = await confirmed(shop, an_ask(sailing, people=[ADA, BO, CY], legs=legs))

    moved = {"legs": [{"number": 1, "sailing_id": str(other)}]}

    assert (await quoted(shop, booking, moved))["difference"]["amount_minor"] == 0


async def test_of_a_leg_that_is_dropped_late_a_share_is_kept(shop, played):
    """Ten days before it sails a quarter of it is the fee, rounded up, and no more than that."""
    out = await a_sailing(played.db, days_ahead=5)
    back = await a_return(played.db, days_ahead=10)
    booking = await confirmed(shop, an_ask(out, back))
    of_each = booking["total"]["amount_minor"] // 2

    quote = await quoted(shop, booking, {"legs": [{"number": 1, "sailing_id": str(out)}]})

    kept_minor = -(-of_each * 25 // 100)
    assert 0 < kept_minor < of_each
    assert quote["difference"]["amount_minor"] == kept_minor - of_each


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


def page_of(booking):
    return f"/bookings/{booking['reference']}/change?token={booking['token']}"


async def shown(shop, url):
    async with shop.get(url) as page:
        assert page.status == 200, await page.text()
        return await page.text()


async def posted(shop, booking, fields, status=200):
    async with shop.post(page_of(booking), data=fields) as page:
        assert page.status == status, await page.text()
        return await page.text()


async def quoted(shop, booking, change):
    url = f"/api/v1/bookings/{booking['reference']}/change-quote"
    async with shop.post(url, json={"token": booking["token"], "change": change}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def refused(shop, booking, change):
    """Status and code of a quote that is refused."""
    url = f"/api/v1/bookings/{booking['reference']}/change-quote"
    async with shop.post(url, json={"token": booking["token"], "change": change}) as answer:
        return answer.status, (await answer.json()).get("code")
