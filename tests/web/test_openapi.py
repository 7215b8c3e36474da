"""The description of the interface: valid, complete, and true to the structs that check what comes
in.
"""

import asyncio
import re
from typing import Any
from unittest.mock import Mock

import aiohttp_jinja2
import msgspec
import pytest
from openapi_spec_validator import validate

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.web import openapi
from maritime_app.web.api_description import API_DESCRIPTION

API = [route for route in domains.ROUTES if route.is_api]


@pytest.fixture
async def document(standing):
    async with standing.get("/api/v1/openapi.json") as answer:
        assert answer.status == 200
        return await answer.json()


async def test_it_works(document):
    validate(document)
    assert document["openapi"].startswith("3.1")


async def test_every_route_for_programs_is_in_it_and_no_other(document):
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }

    assert described == {(route.method, re.sub(r":[^}]*", "", route.path)) for route in API}


async def test_every_operation_says_what_it_is_for_and_has_a_name_of_its_own(document):
    operations = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]

    assert all(operation["summary"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


async def test_what_needs_a_permission_says_so(document):
    trigger = document["paths"]["/api/admin-tools/tasks/trigger/"]["post"]
    search = document["paths"]["/api/v1/ferries/search"]["get"]

    assert trigger["security"] == [{"token": []}, {"session": []}]
    assert "tasks.act" in trigger["description"]
    assert "security" not in search


async def test_a_search_is_described_by_the_words_that_people_use(document):
    parameters = {
        p["name"]: p
        for p in document["paths"]["/api/v1/ferries/search"]["get"]["parameters"]
        if p["in"] == "query"
    }

    assert {
        "from",
        "to",
        "date",
        "return_date",
        "adults",
        "children",
        "infants",
        "ages",
        "pets",
        "vehicles",
        "berths",
        "resident_of",
        "residents",
    } == set(parameters)
    assert [name for name, p in parameters.items() if p["required"]] == ["from", "to", "date"]
    assert parameters["adults"]["schema"]["maximum"] == 20


async def test_it_is_made_when_it_is_first_read(resources, monkeypatch):
    """And once, however many ask at that moment."""
    made = Mock(return_value={"openapi": "3.1.0"})
    monkeypatch.setattr(openapi, "document", made)

    description = create_app(resources)[API_DESCRIPTION]
    made.assert_not_called()

    await asyncio.gather(description.document(), description.encoded(), description.document())
    made.assert_called_once()


async def test_there_is_a_page_to_browse_it(standing):
    async with standing.get("/api/docs") as page:
        text = await page.text()

    assert page.status == 200
    for route in API:
        assert route.path.split(":")[0] in text, route.path


async def test_the_page_is_put_together_once_whatever_is_added_to_its_address(
    standing, monkeypatch
):
    """What a page knows nothing of is left out: no kept answer stands behind such an address."""
    texts = []
    globals_ = aiohttp_jinja2.get_env(standing.app).globals
    write: Any = globals_["_"]

    def noted(text, **values):
        texts.append(text)
        return write(text, **values)

    monkeypatch.setitem(globals_, "_", noted)
    for number in range(2):
        texts.clear()
        async with standing.get(f"/api/docs?of={number}") as page:
            assert "/api/v1/bookings" in await page.text()
    assert "HTTP interface" in texts
    assert "Parameter" not in texts


async def test_instants_are_named_as_such_in_questions_and_answers(document):
    parameters = {
        p["name"]: p["schema"]
        for p in document["paths"]["/api/v1/vessels/gaps"]["get"]["parameters"]
    }
    sailing = document["components"]["schemas"]["PassageRequest"]["properties"]

    assert {"type": "string", "format": "date-time"} in parameters["since"]["anyOf"]
    assert {"type": "string", "format": "date-time"} in sailing["departed_at"]["anyOf"]
    assert (parameters["limit"]["minimum"], parameters["limit"]["maximum"]) == (1, 1000)


async def test_no_text_of_an_address_may_have_a_control_character(document):
    name = document["paths"]["/api/v1/ferries/places"]["get"]["parameters"][0]

    assert re.match(name["schema"]["pattern"], "Πειραιάς")
    assert not re.match(name["schema"]["pattern"], "Pir\x0faeus")


# What a peer of another version sends, such as a gate's journal, is read without what is new in it.
PEERS = {"SettleRequest", "Admission"}


@pytest.mark.parametrize("route", [route for route in API if route.body], ids=lambda one: one.label)
def test_a_body_has_no_field_of_an_unknown_name(route):
    _, schemas = msgspec.json.schema_components([route.body], ref_template="{name}")
    objects = {name: one for name, one in schemas.items() if one.get("type") == "object"}

    lenient = {
        name for name, one in objects.items() if one.get("additionalProperties") is not False
    }
    assert objects
    assert lenient == (PEERS if route.path.endswith("/admissions") else set())


async def test_every_answer_says_what_it_is(document):
    """A table, a picture or a feed has no struct; its type is said all the same."""
    silent = {
        path
        for path, methods in document["paths"].items()
        if "get" in methods and not methods["get"]["responses"]["200"].get("content")
    }
    assert silent == set()
    found = document["paths"]["/api/v1/ports/ranking.csv"]["get"]["responses"]["200"]["content"]
    assert found == {"text/csv": {"schema": {"type": "string"}}}


async def test_headers_that_are_read_are_in_it(document):
    """Who writes a client from it learns how to send an order again, and how to ask for less."""
    read: dict[str, set[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for one in operation.get("parameters", ()):
                if one["in"] == "header":
                    read.setdefault(one["name"], set()).add(f"{method} {path}")

    assert read["Idempotency-Key"] == {
        "post /api/v1/bookings",
        "post /api/v1/bookings/{reference}/cancel",
        "post /api/v1/bookings/{reference}/change",
        "post /api/v1/bookings/{reference}/pay",
        "post /api/v1/bookings/{reference}/disruption/keep",
        "post /api/v1/bookings/{reference}/disruption/rebook",
        "post /api/v1/bookings/{reference}/disruption/refund",
        "post /api/v1/fares",
        "post /api/v1/fares/extras",
        "post /api/v1/promotions",
        "post /api/v1/fares/{fare_id}/following",
    }
    assert read["Stripe-Signature"] == {"post /api/v1/webhooks/stripe"}
    assert read["If-None-Match"] == {
        f"get {path}" for path, methods in document["paths"].items() if "get" in methods
    }


async def test_what_is_called_an_id_is_a_uuid(document):
    sailing = document["paths"]["/api/v1/sailings/{sailing_id}"]["get"]["parameters"][0]

    assert sailing["schema"] == {"type": "string", "format": "uuid"}


@pytest.mark.parametrize(
    ("server", "cookie"),
    [("https://ferries.example", "__Host-session"), ("http://127.0.0.1:8080", "session")],
)
def test_the_cookie_is_called_as_it_is_at_that_address(server, cookie):
    schemes = openapi.document(API, version="1", server=server)["components"]["securitySchemes"]

    assert schemes["session"]["name"] == cookie


@pytest.mark.parametrize("door", ["/.well-known/api-catalog", "/api", "/api/", "/api/v1"])
async def test_whoever_tries_the_next_best_address_is_led_to_it(standing, door):
    async with standing.get(door, headers={"Accept": "*/*"}) as answer:
        assert answer.status == 200
        (interface,) = (await answer.json(content_type=None))["linkset"]

    for relation in ("service-desc", "service-doc", "status"):
        (link,) = interface[relation]
        path = link["href"].removeprefix(interface["anchor"].removesuffix("/api/v1"))
        async with standing.get(path) as answer:
            assert (answer.status, answer.content_type) == (200, link["type"])


async def test_a_browser_is_led_to_the_page_about_it(standing):
    browser = {"Accept": "text/html,*/*;q=0.8"}
    async with standing.get("/api/v1", headers=browser, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/api/docs")
