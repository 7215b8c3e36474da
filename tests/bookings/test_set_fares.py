"""The staff's pages of price lists, by hand and without JavaScript."""

import re

from tests import rows, signed_in
from tests.booked import fields_of
from tests.factories import a_sailing


async def test_it_works(client, resources):
    """Without JavaScript: looked at, refused in words with what was entered, written once."""
    await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    listed = await shown(client, "/admin/sailings/fares")
    (path,) = set(re.findall(r'href="(/admin/sailings/fares/[0-9a-f-]{36})"', listed))
    fields = fields_of(await shown(client, path))
    assert (fields["price-adult"], fields["code"]) == ("43.00", "STD-2")

    status, text = await posted(client, path, fields | {"price-adult": "45.505"})
    assert status == 422
    assert "Please enter an amount like 12.50." in text
    assert fields_of(text)["price-adult"] == "45.505"

    entered = fields | {
        "price-adult": "50,25",
        "price-pet": "",
        "extra-dinner": "yes",
        "extra-dinner-price": "18",
        "extra-dinner-unit": "person",
        "extra-dinner-per_sailing": "40",
    }
    for _time in range(2):
        status, text = await posted(client, path, entered)
        assert status == 200
        assert "Saved. 1 sailing is sold by this price list" in text
    assert fields_of(text)["extra-dinner-price"] == "18.00"
    assert await rows.value(resources, "select count(*) from fare") == 2
    total = "select total from capacity where resource = 'extra:dinner'"
    assert await rows.value(resources, total) == 40

    status, text = await posted(client, path, {**entered, "form_key": "another"})
    assert status == 409
    assert "Somebody has changed this price list meanwhile" in text
    assert "STD-2" in text


async def test_ages_and_what_cancelling_costs_are_set_too(client, resources):
    """In words where they cannot be so, at their fields; what was sold keeps its own."""
    await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    listed = await shown(client, "/admin/sailings/fares")
    (path,) = set(re.findall(r'href="(/admin/sailings/fares/[0-9a-f-]{36})"', listed))
    fields = fields_of(await shown(client, path))
    was = "select string_agg(hours_before || ':' || fee_percent, ' ' order by hours_before desc)"
    was += " from cancel_rule c join fare f on f.id = c.fare_id where f.code = '%s'"
    before = await rows.value(resources, was % "STD")

    wrong = {"age-infant": "13", "rule-1-hours": fields["rule-0-hours"], "rule-5-percent": "200"}
    status, text = await posted(client, path, fields | wrong)
    assert status == 422
    assert 'href="#f-rule-5-hours"' in text
    assert 'href="#f-rule-5-percent"' in text
    status, text = await posted(client, path, fields | {**wrong, "rule-5-percent": ""})
    assert status == 422
    assert "Infants are not older than children." in text
    assert 'href="#f-rule-1-hours"' in text

    rules = {"rule-0-hours": "100", "rule-0-percent": "5", "rule-1-hours": "7"}
    rules |= {"rule-1-percent": "60"} | {
        f"rule-{row}-{part}": "" for row in range(2, 6) for part in ("hours", "percent")
    }
    entered = fields | rules | {"age-infant": "1", "age-child": "15"}
    status, text = await posted(client, path, entered)
    assert status == 200, text
    assert await rows.value(resources, was % "STD-2") == "100:5 7:60"
    assert await rows.value(resources, was % "STD") == before
    ages = "select infant_to_age || ' ' || child_to_age from fare where code = 'STD-2'"
    assert await rows.value(resources, ages) == "1 15"
    detail = await rows.value(
        resources, "select detail::text from audit where action = 'price_list_written'"
    )
    assert "cancel:100" in detail
    assert "ages" in detail


async def test_every_rule_of_cancelling_is_kept(client, resources):
    """A list has as many as programs may write: none of them is cut by the page."""
    await a_sailing(resources.db)
    rules = [(hours, 100 - hours) for hours in range(90, 0, -10)]
    fare = "(select id from fare where code = 'STD')"
    told = ", ".join(f"({fare}, {hours}, {percent})" for hours, percent in rules)
    await rows.execute(resources, f"delete from cancel_rule where fare_id = {fare}")
    await rows.execute(resources, f"insert into cancel_rule values {told}")
    await signed_in.come_in(client, resources, "operator")
    listed = await shown(client, "/admin/sailings/fares")
    (path,) = set(re.findall(r'href="(/admin/sailings/fares/[0-9a-f-]{36})"', listed))
    fields = fields_of(await shown(client, path))
    assert [name for name in fields if name.endswith("-hours")][-1] == "rule-9-hours"
    kept = "select array_agg((hours_before, fee_percent)::text order by hours_before desc)"
    kept += " from cancel_rule c join fare f on f.id = c.fare_id where f.code = 'STD-2'"

    more = {"rule-9-hours": "5", "rule-9-percent": "97"}
    more |= {"rule-10-hours": "4", "rule-10-percent": "98"}
    status, text = await posted(client, path, fields | more | {"price-adult": "50"})
    assert status == 422
    assert 'href="#f-rule-0-hours"' in text
    assert fields_of(text)["rule-10-percent"] == "98"
    status, text = await posted(client, path, fields | {"price-adult": "50"})
    assert status == 200, text
    written = await rows.value(resources, kept)
    assert written == [f"({hours},{percent})" for hours, percent in rules]


async def test_where_nothing_sails_the_page_says_so(client, resources):
    await signed_in.come_in(client, resources, "operator")
    assert "No routes" in await shown(client, "/admin/sailings/fares")


async def shown(client, path):
    async with client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def posted(client, path, fields):
    async with client.post(path, data=fields) as answer:
        return answer.status, await answer.text()
