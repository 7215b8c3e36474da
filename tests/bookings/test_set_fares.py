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
    (path,) = set(re.findall(r'href="(/admin/sailings/fares/[^"]+)"', listed))
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
