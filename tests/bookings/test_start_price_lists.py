"""The staff's pages by which a price list is started that follows no other."""

import re

from tests import rows, signed_in
from tests.booked import fields_of
from tests.factories import BO, a_sailing, an_ask, book, local_day

NEW = "/admin/sailings/fares/new?operator=NOR"
START = "/admin/sailings/fares/new"


async def test_it_works(client, resources):
    """Without JavaScript: looked at, written once, told to the log, and sailings sell by it."""
    sailing = await an_unsold_sailing(resources)
    await signed_in.come_in(client, resources, "operator")
    assert NEW in await shown(client, "/admin/sailings/fares")
    fields = fields_of(await shown(client, NEW))
    assert fields["route-0"] == "OSL-KEL"

    entered = fields | {
        "currency": "EUR",
        "code": "SUMMER",
        "price-adult": "31,50",
        "extra-dinner": "yes",
        "extra-dinner-price": "18",
        "extra-dinner-unit": "person",
        "extra-dinner-per_sailing": "40",
        "rule-0-hours": "48",
        "rule-0-percent": "20",
    }
    status, text = await posted(client, entered | {"act": "preview"})
    assert status == 200
    assert "€31.50" in text
    assert "1 sailing that is not sold so far is sold by it." in text
    assert "Cancelled 48 hours before departure or earlier: 20 % of the price." in text
    assert await rows.value(resources, "select count(*) from fare") == 1
    for _time in range(2):
        status, text = await posted(client, entered | {"act": "write"})
        assert status == 200
        assert "Saved. 1 sailing is sold by this price list" in text
    assert await rows.value(resources, "select count(*) from fare") == 2
    detail = "select detail::text from audit where action = 'price_list_started'"
    assert '"adult": 3150' in await rows.value(resources, detail)
    total = "select total from capacity where resource = 'extra:dinner'"
    assert await rows.value(resources, total) == 40

    booking = await book(client, an_ask(sailing, people=[BO]))
    assert booking["total"]["amount_minor"] == 3150


async def test_all_that_is_wrong_is_said_at_once(client, resources):
    """Amounts, days, ages, rules and the name: each with a link to its field."""
    await an_unsold_sailing(resources)
    await signed_in.come_in(client, resources, "operator")
    fields = fields_of(await shown(client, NEW))
    entered = fields | {
        "act": "preview",
        "code": "two words",
        "currency": "XYZ",
        "price-pet": "cheap",
        "age-infant": "14",
        "rule-0-hours": "48",
        "rule-0-percent": "200",
        "first": str(local_day(-40)),
        "extra-lounge": "yes",
        "extra-lounge-unit": "person",
    }
    status, text = await posted(client, entered)
    assert status == 422
    assert "<title>" in text
    wrong = set(re.findall(r'<li>\s*<a href="#f-([^"]+)"', text))
    assert wrong == {
        "code",
        "currency",
        "price-adult",
        "price-pet",
        "age-infant",
        "rule-0-percent",
        "first",
        "extra-lounge-price",
    }
    assert fields_of(text)["price-pet"] == "cheap"


async def test_an_operator_without_any_list_plans_by_its_first(client, resources):
    """Nothing sails by it until sailings are planned; another one is started like it."""
    await a_sailing(resources.db)
    await rows.execute(resources, "delete from capacity; delete from sailing; delete from fare")
    await signed_in.come_in(client, resources, "operator")
    fields = fields_of(await shown(client, NEW))
    entered = fields | {"code": "FIRST", "price-adult": "40", "currency": "SEK", "act": "write"}
    status, text = await posted(client, entered)
    assert status == 200
    assert "Nothing sails by this price list yet" in text
    assert "/admin/sailings/plan?fare=FIRST" in text
    assert ">FIRST<" in await shown(client, "/admin/sailings/fares")
    assert '<option value="FIRST" selected>' in await shown(
        client, "/admin/sailings/plan?fare=FIRST"
    )
    (like,) = set(re.findall(r'href="(/admin/sailings/fares/new\?[^"]*like=[^"]+)"', text))
    again = fields_of(await shown(client, like.replace("&amp;", "&")))
    assert (again["price-adult"], again["code"]) == ("40.00", "")
    entered = again | {"currency": "SEK", "code": "FIRST", "act": "preview"}
    status, text = await posted(client, entered)
    assert status == 422
    assert "There is a price list of this name already." in text


async def test_nobody_starts_one_for_another_operator(client, resources):
    """Nor who may only look."""
    await an_unsold_sailing(resources)
    await rows.execute(
        resources,
        "insert into operator (id, code, name, kind, source)"
        " values (gen_random_uuid(), 'OTH', 'Other Lines', 'house', 'test')",
    )
    await signed_in.hire(resources, "operator", "OTH")
    await signed_in.sign_in(client, "operator.oth@maritime.example")
    assert NEW not in await shown(client, "/admin/sailings/fares")
    async with client.get(NEW) as refused:
        assert refused.status == 403
    ask = {"operator": "NOR", "code": "X", "currency": "EUR", "prices": {"adult": 1}}
    ask["ages"] = {"infant_to": 3, "child_to": 12}
    agent = await signed_in.token(resources, "agent")
    other = await signed_in.token(resources, "admin", "OTH")
    for headers, status in ((agent, 403), (other, 403)):
        async with client.post("/api/v1/fares", json=ask, headers=headers) as refused:
            assert refused.status == status


async def test_programs_start_one_too(client, resources):
    await an_unsold_sailing(resources)
    clerk = await signed_in.token(resources, "operator")
    ask = {"operator": "NOR", "code": "API", "currency": "EUR", "prices": {"adult": 1000}}
    ask |= {"ages": {"infant_to": 3, "child_to": 12}, "routes": ["OSL-KEL"]}
    async with client.post("/api/v1/fares", json=ask, headers=clerk) as answer:
        assert answer.status == 200, await answer.text()
        written = await answer.json()
    assert (written["code"], written["sailings"]) == ("API", 1)
    wrong = ask | {"currency": "QQQ", "prices": {"caviar": 1}, "routes": []}
    async with client.post("/api/v1/fares", json=wrong, headers=clerk) as answer:
        assert answer.status == 422
        assert set((await answer.json())["errors"]) == {
            "currency",
            "prices.adult",
            "prices.caviar",
        }


async def an_unsold_sailing(resources):
    """A sailing of NOR with places, and without a price list."""
    sailing = await a_sailing(resources.db)
    await rows.execute(resources, "update sailing set fare_id = null")
    return sailing


async def shown(client, path):
    async with client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def posted(client, fields):
    async with client.post(START, data=fields) as answer:
        return answer.status, await answer.text()
