"""What a program that acts for somebody can ask, in the Model Context Protocol."""

import pytest

from tests.booked import until
from tests.factories import ADA, CAR, CONTACT, a_sailing, pay
from tests.mandates import ALWAYS_ASKS, granted

VERSION = "2026-07-28"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
META = {
    VERSION_KEY: VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


async def test_it_works(client, resources):
    """From a port's name to held places and the link to pay, in four calls."""
    await a_sailing(resources.db, days_ahead=10)
    (port,) = (await tool(client, "find_ports", text="oslo"))["ports"]
    day = await day_of_sailing(resources)

    found = await tool(
        client, "search_ferries", **{"from": port["code"], "to": "DEKEL", "date": day, "adults": 1}
    )
    (offer,) = found["outbound"]
    booked = await tool(client, "hold_booking", key="trip-000001", booking=a_booking(offer))

    assert booked["status"] == "held"
    assert booked["checkout_url"].startswith(str(resources.settings.public_url))
    proof = {"reference": booked["reference"], "token": booked["token"]}
    assert (await tool(client, "get_booking", **proof))["status"] == "held"


async def test_an_answer_that_was_lost_is_asked_for_again(client, resources):
    """The same key gives the same booking, another booking under it is refused."""
    sailing = await a_sailing(resources.db)
    asked = a_booking({"sailing_id": str(sailing)})
    first = await tool(client, "hold_booking", key="trip-000002", booking=asked)
    again = await tool(client, "hold_booking", key="trip-000002", booking=asked)
    assert again["reference"] == first["reference"]

    asked["passengers"] = [{**ADA, "given_name": "Eda"}]
    refused = await call(client, "hold_booking", key="trip-000002", booking=asked)
    assert refused["isError"]
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 1


async def test_cancel_for_the_quoted_fee(shop, played):
    sailing = await a_sailing(played.db, days_ahead=2)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(shop, "hold_booking", key="trip-000003", booking=asked)
    await pay(shop, booked)
    await until(shop, booked, "confirmed")
    proof = {"reference": booked["reference"], "token": booked["token"]}

    quote = await tool(shop, "quote_cancellation", **proof)
    fee = quote["fee"]["amount_minor"]
    wrong = await call(shop, "cancel_booking", key="trip-000004", fee_minor=fee + 1, **proof)
    done = await tool(shop, "cancel_booking", key="trip-000005", fee_minor=fee, **proof)

    assert wrong["isError"]
    assert wrong["structuredContent"]["code"] == "fee_changed"
    assert done["status"] == "cancelled"
    # Whoever did not get the answer asks again and gets the same one.
    again = await tool(shop, "cancel_booking", key="trip-000005", fee_minor=fee, **proof)
    assert again["reference"] == done["reference"]


async def test_pay_with_a_mandate(shop, played):
    """Held and paid by a program, in two calls; what is left can be asked."""
    _here, mandate = await granted(shop, played, bookings="2")
    sailing = await a_sailing(played.db)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(shop, "hold_booking", key="trip-000008", booking=asked)
    proof = {"reference": booked["reference"], "token": booked["token"]}

    paid = await tool(shop, "pay_booking", key="trip-000009", mandate=mandate, **proof)
    again = await tool(shop, "pay_booking", key="trip-000009", mandate=mandate, **proof)

    assert paid["payment"]["outcome"] == "paid"
    assert again == paid
    await until(shop, booked, "confirmed")
    left = await tool(shop, "get_mandate", mandate=mandate)
    assert (left["status"], left["bookings_left"]) == ("active", 1)
    refused = await call(
        shop, "pay_booking", key="trip-000010", mandate="fm_of_somebody_else", **proof
    )
    assert refused["structuredContent"]["code"] == "mandate"


async def test_change_and_pay_for_it_with_a_mandate(shop, played):
    """A program adds a car to its booking: priced, ordered, paid; what was quoted, once."""
    _here, mandate = await granted(shop, played, limit="300")
    sailing = await a_sailing(played.db)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(shop, "hold_booking", key="trip-000013", booking=asked)
    proof = {"reference": booked["reference"], "token": booked["token"]}
    await tool(shop, "pay_booking", key="trip-000014", mandate=mandate, **proof)
    await until(shop, booked, "confirmed")
    change = {"vehicles": [CAR]}
    quote = await tool(shop, "quote_change", change=change, **proof)
    wanted = {"change": change, "difference_minor": quote["difference"]["amount_minor"]} | proof
    held = await tool(shop, "change_booking", key="trip-000015", **wanted)
    assert held["change"]["status"] == "held"
    assert held["change"]["checkout_url"]

    due = {"difference_minor": quote["difference"]["amount_minor"], "mandate": mandate} | proof
    paid = await tool(shop, "pay_booking", key="trip-000016", **due)

    assert paid["payment"]["outcome"] == "paid"
    assert paid["payment"]["amount"] == quote["difference"]
    assert await tool(shop, "pay_booking", key="trip-000016", **due) == paid


async def test_a_refused_card_is_handed_over_to_a_person(shop, played):
    _here, mandate = await granted(shop, played, ALWAYS_ASKS)
    sailing = await a_sailing(played.db)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(shop, "hold_booking", key="trip-000011", booking=asked)
    proof = {"reference": booked["reference"], "token": booked["token"]}

    answer = await tool(shop, "pay_booking", key="trip-000012", mandate=mandate, **proof)

    assert answer["payment"]["outcome"] == "handed_over"
    assert answer["payment"]["reason"] == "authentication_required"
    await pay(shop, answer["booking"])
    await until(shop, booked, "confirmed")


async def test_what_a_change_would_cost(client, resources):
    sailing = await a_sailing(resources.db)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(client, "hold_booking", key="trip-000006", booking=asked)
    proof = {"reference": booked["reference"], "token": booked["token"]}

    answer = await call(client, "quote_change", change={}, **proof)

    assert answer["isError"]  # it is not confirmed yet, or nothing would change
    assert answer["structuredContent"]["error"]


async def test_what_is_wrong_is_said_by_field(client):
    answer = await call(client, "search_ferries", **{"from": "NOOSL", "to": "DEKEL", "date": "x"})
    assert answer["isError"]
    assert "date" in answer["structuredContent"]["fields"]
    answer = await call(client, "search_ferries", **{"from": "NOOSL", "whither": "DEKEL"})
    assert answer["isError"]


async def test_a_wrong_surname_finds_nothing_and_counts(client, resources):
    sailing = await a_sailing(resources.db)
    asked = a_booking({"sailing_id": str(sailing)})
    booked = await tool(client, "hold_booking", key="trip-000007", booking=asked)
    answers = [
        await call(client, "get_booking", reference=booked["reference"], surname=f"Guess{n}")
        for n in range(45)
    ]
    codes = {answer["structuredContent"]["code"] for answer in answers}
    assert codes == {"booking", "too_many"}


async def test_the_table_of_tools_is_a_schema_each(client):
    tools = (await answered(client, "tools/list"))["tools"]
    assert len({one["name"] for one in tools}) == len(tools) == 11
    for one in tools:
        assert one["inputSchema"]["type"] == "object"
        assert one["inputSchema"]["additionalProperties"] is False
        assert one["description"]
    ends = {one["name"] for one in tools if one["annotations"]["destructiveHint"]}
    assert ends == {"cancel_booking"}


async def test_discover(client):
    told = await answered(client, "server/discover")
    assert told["supportedVersions"] == [VERSION]
    assert told["resultType"] == "complete"
    assert told["ttlMs"] > 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"method": "tools/unknown"}, 404, -32601),
        ({"params": {}}, 400, -32602),
        ({"jsonrpc": "1.0"}, 400, -32600),
        ({"method": 7}, 400, -32600),
        (
            {"params": {"_meta": {**META, VERSION_KEY: "1999-01-01"}}},
            400,
            -32020,
        ),
    ],
)
async def test_messages_that_are_none(client, change, status, code):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}} | change
    headers = headers_of(str(body["method"]))
    async with client.post("/mcp", json=body, headers=headers) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]["code"] == code


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"[{}]", b"null", b"\xff", b"1" * 10_000, b'{"id": 1, "id": 2}'],
)
async def test_bodies_that_are_none(client, body):
    async with client.post("/mcp", data=body, headers=headers_of("tools/list")) as answer:
        assert answer.status in (400, 415)


async def test_a_text_with_nul_is_refused_before_a_database_sees_it(client):
    params = {"_meta": META, "name": "find_ports", "arguments": {"text": "Pir\0"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = headers_of("tools/call") | {"Mcp-Name": "find_ports"}
    async with client.post("/mcp", json=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == -32600


async def test_a_header_that_says_something_else_is_refused(client):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    async with client.post("/mcp", json=body, headers=headers_of("tools/call")) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == -32020


async def test_a_client_from_before_the_header_is_answered(client):
    """It came with 2025-06-18: who began with 2025-03-26 names no version any more."""
    wished = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "tests"}}
    for method, params in (("initialize", wished), ("tools/list", {}), ("ping", {"_meta": {}})):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with client.post("/mcp", json=body) as answer:
            assert answer.status == 200, await answer.text()
            assert "result" in await answer.json()


async def test_a_version_that_nobody_speaks(client):
    meta = {**META, VERSION_KEY: "2031-01-01"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    headers = {**headers_of("tools/list"), "MCP-Protocol-Version": "2031-01-01"}
    async with client.post("/mcp", json=body, headers=headers) as answer:
        error = (await answer.json())["error"]
    assert (answer.status, error["code"]) == (400, -32022)
    assert VERSION in error["data"]["supported"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://x:y"])
async def test_a_page_of_somebody_else_gets_nothing(client, origin):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    headers = {**headers_of("tools/list"), "Origin": origin}
    async with client.post("/mcp", json=body, headers=headers) as answer:
        assert answer.status == 403


async def test_clients_that_shake_hands_first(client):
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
    hello["params"] = {"protocolVersion": "2025-06-18", "capabilities": {}}
    async with client.post("/mcp", json=hello) as answer:
        told = (await answer.json())["result"]
    assert (told["protocolVersion"], told["serverInfo"]["name"]) == ("2025-06-18", "Fairway")
    headers = {"MCP-Protocol-Version": "2025-06-18"}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    async with client.post("/mcp", json=ready, headers=headers) as answer:
        assert answer.status == 202
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    async with client.post("/mcp", json=listing, headers=headers) as answer:
        assert len((await answer.json())["result"]["tools"]) == 11


async def test_a_page_for_programs_that_read(client):
    async with client.get("/llms.txt") as answer:
        text = await answer.text()
    assert answer.content_type == "text/plain"
    assert text.startswith("# Fairway")
    assert "/mcp" in text


def a_booking(offer):
    """Ada on that sailing."""
    return {
        "legs": [{"sailing_id": offer["sailing_id"]}],
        "passengers": [ADA],
        "contact": CONTACT,
    }


async def day_of_sailing(resources):
    """The day in Oslo on which the sailing leaves."""
    async with resources.db.acquire() as conn:
        day = await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )
    return day.isoformat()


def headers_of(method, name=""):
    """The headers that name what the body says."""
    headers = {"MCP-Protocol-Version": VERSION, "Mcp-Method": method}
    return headers | ({"Mcp-Name": name} if name else {})


async def answered(client, method, **params):
    """The result of a request."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": META, **params}}
    headers = headers_of(method, params.get("name", ""))
    async with client.post("/mcp", json=body, headers=headers) as answer:
        told = await answer.json()
        assert answer.status == 200, told
        assert told["id"] == 1
        return told["result"]


async def call(client, name, **arguments):
    """The whole result of a tool, refused or not."""
    return await answered(client, "tools/call", name=name, arguments=arguments)


async def tool(client, name, **arguments):
    """What a tool answers; it must not be refused."""
    told = await call(client, name, **arguments)
    assert not told["isError"], told
    return told["structuredContent"]
