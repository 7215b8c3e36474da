"""Promo codes made and ended by staff: on the page, and by programs."""

import re
from typing import Any

from tests import rows, signed_in
from tests.booked import fields_of
from tests.factories import a_sailing, an_ask, book

PAGE = "/admin/sailings/promotions"


async def test_it_works(client, resources):
    """Without JavaScript: refused in words with what was entered, made once, ended."""
    sailing = await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    page = await shown(client, PAGE)
    assert "There is no promo code yet" in page
    fields = fields_of(page)

    wrong = fields | {"code": "a b", "percent": "200", "amount": "x", "sold_from": "soon"}
    status, text = await posted(client, PAGE, wrong)
    assert status == 422
    for name in ("code", "percent", "amount", "sold_from"):
        assert f'href="#f-{name}"' in text
    assert fields_of(text)["percent"] == "200"
    status, text = await posted(client, PAGE, fields | {"code": "early", "percent": ""})
    assert status == 422
    assert "Please say a percentage or an amount, one of both." in text

    good = fields | {
        "code": "early 1",
        "amount": "12,50",
        "most_uses": "5",
        "sold_from": "2026-01-01T00:00",
    }
    for _time in range(2):
        status, text = await posted(client, PAGE, good)
        assert status == 200
    assert "€12.50 off" in text
    assert "0 of 5" in text
    assert await rows.value(resources, "select count(*) from promotion") == 1
    await book(client, an_ask(sailing, promo_code="EARLY1"))
    text = await shown(client, PAGE)
    assert "1 of 5" in text
    (end,) = re.findall(rf'action="({PAGE}/[0-9a-f-]+/end)"', text)
    status, text = await posted(client, end, {"csrf_token": fields["csrf_token"]})
    assert "Ended. What was booked with it stays." in text
    status, text = await posted(client, end, {"csrf_token": fields["csrf_token"]})
    assert status == 409
    acts = await rows.values(resources, "select action from audit order by at")
    assert acts[-2:] == ["promotion_made", "promotion_ended"]


async def test_a_code_reads_so_once_while_it_is_in_use(client, resources):
    await a_sailing(resources.db)
    headers = await signed_in.token(resources, "operator")
    body = {"operator": await an_operator(resources), "code": "early-10", "percent": 10}
    made = await asked(client, "", headers, body)
    assert (made[0], made[1]["code"], made[1]["uses"]) == (201, "EARLY-10", 0)
    status, said = await asked(client, "", headers, body | {"code": "Early - 10"})
    assert (status, list(said["errors"])) == (422, ["code"])
    status, said = await asked(client, f"/{made[1]['id']}/end", headers, None)
    assert status == 200
    assert said["ended_at"]
    assert (await asked(client, "", headers, body))[0] == 201


async def test_what_makes_no_sense_is_refused_by_field(client, resources):
    await a_sailing(resources.db)
    headers = await signed_in.token(resources, "operator")
    body = {"operator": await an_operator(resources), "code": "early-10", "percent": 10}
    refused: list[tuple[dict[str, Any], str]] = [
        ({"amount_minor": 100, "currency": "EUR"}, "percent"),
        ({"percent": None}, "percent"),
        ({"percent": None, "amount_minor": 100}, "currency"),
        ({"origin": "ZZNIL"}, "origin"),
        ({"travel_first": "2027-02-02", "travel_last": "2027-02-01"}, "travel_last"),
        ({"sold_from": "2027-02-02T00:00:00Z", "sold_until": "2027-02-02T00:00:00Z"}, "sold_until"),
        ({"sold_from": "2027-02-02T00:00:00"}, "sold_from"),
        ({"operator": "NOBODY"}, "operator"),
    ]
    for wrong, field in refused:
        status, said = await asked(client, "", headers, body | wrong)
        assert (status, list(said["errors"])) == (422, [field]), wrong


async def test_another_operators_are_none_of_theirs(client, resources):
    await a_sailing(resources.db)
    own = await an_operator(resources)
    await rows.execute(
        resources,
        "insert into operator (id, code, name, kind, source) values (gen_random_uuid(), 'OTHER',"
        " 'Other', 'house', 'demo')",
    )
    headers = await signed_in.token(resources, "operator", own)
    stranger = await signed_in.token(resources, "operator", "OTHER")
    body = {"operator": own, "code": "early-10", "percent": 10}
    assert (await asked(client, "", stranger, body))[0] == 403
    _status, made = await asked(client, "", headers, body)
    assert (await asked(client, f"/{made['id']}/end", stranger, None))[0] == 404
    for who, count in ((headers, 1), (stranger, 0)):
        async with client.get("/api/v1/promotions", headers=who) as answer:
            assert len((await answer.json())["promotions"]) == count
    agent = await signed_in.token(resources, "agent")
    assert (await asked(client, "", agent, body))[0] == 403


async def an_operator(resources):
    return await rows.value(resources, "select code from operator where code <> 'OTHER'")


async def asked(client, path, headers, body):
    async with client.post(f"/api/v1/promotions{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def shown(client, path):
    async with client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def posted(client, path, fields):
    async with client.post(path, data=fields) as answer:
        return answer.status, await answer.text()
