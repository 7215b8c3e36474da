"""Questions out of query strings, JSON and forms: converted, bounded, and answered with a word per
field.
"""

import datetime as dt
from typing import Annotated

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.errors import Invalid
from maritime_app.web.forms import json_body, nest, query
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, Route


class Person(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=2)]
    age: int = 0


class Ask(msgspec.Struct, frozen=True):
    day: dt.date
    people: list[Person] = []
    places: Annotated[int, msgspec.Meta(ge=0, le=20)] = 1
    quick: bool = False


@pytest.fixture
async def asked(standing_resources):
    """An application that repeats what it has understood."""

    async def by_query(request):
        return json(request, query(request, Ask))

    async def by_body(request):
        return json(request, await json_body(request, Ask))

    routes = [
        Route("GET", "/api/ask", by_query, PUBLIC, query=Ask),
        Route("POST", "/api/ask", by_body, PUBLIC),
    ]
    async with TestClient(TestServer(create_app(standing_resources, routes))) as made:
        yield made


async def test_it_works(asked):
    understood = {
        "day": "2027-01-31",
        "people": [{"name": "Ada", "age": 46}],
        "places": 2,
        "quick": True,
    }

    async with asked.get(
        "/api/ask?day=2027-01-31&people-0-name=Ada&people-0-age=46&places=2&quick=true"
    ) as answer:
        assert await answer.json() == understood
    async with asked.post("/api/ask", json=understood) as answer:
        assert await answer.json() == understood


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        ("", "day", "This is required."),
        ("day=tomorrow", "day", "such as 2027-05-31"),
        ("day=2027-01-31&places=many", "places", "whole number"),
        ("day=2027-01-31&places=21", "places", "At most 20."),
        ("day=2027-01-31&people-0-name=A", "people[0].name", "At least 2 characters."),
        ("day=2027-01-31&people-0-age=7", "people[0].name", "This is required."),
        (
            "day=2027-01-31&people-0-name=Ada&people-3-name=Bo&people-3-age=old",
            "people[1].age",
            "whole number",
        ),
    ],
)
async def test_what_is_wrong_is_said_at_the_field(asked, question, field, words):
    async with asked.get(f"/api/ask?{question}") as answer:
        problem = await answer.json()

    assert answer.status == 422
    assert list(problem["errors"]) == [field]
    assert words in problem["errors"][field]
    assert field in problem["detail"]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"day": 20270131}, "day", "Please write the date as year-month-day, such as 2027-05-31."),
        ({"day": "2027-01-31", "places": "2"}, "places", "This must be a whole number."),
        ({"day": "2027-01-31", "places": 2.5}, "places", "This must be a whole number."),
        ({"day": "2027-01-31", "places": -1}, "places", "At least 0."),
        ({"day": "2027-01-31", "quick": "so"}, "quick", "This must be yes or no (true or false)."),
        ({"day": "2027-01-31", "people": {}}, "people", "This must be a list."),
        ({"day": "2027-01-31", "people": [4]}, "people[0]", "This must be an object."),
    ],
)
async def test_a_program_is_told_the_same_way(asked, body, field, words):
    async with asked.post("/api/ask", json=body) as answer:
        assert (await answer.json())["errors"] == {field: words}


async def test_a_whole_number_may_be_written_with_a_point(asked):
    """To JSON Schema (draft 2020-12, validation 6.1.1) 2.0 is an integer."""
    async with asked.post("/api/ask", json={"day": "2027-01-31", "places": 2.0}) as answer:
        assert (answer.status, (await answer.json())["places"]) == (200, 2)


async def test_everything_that_is_wrong_is_said_at_once(asked):
    body = {"people": [{"name": "A"}, {"age": "old"}, 4], "places": 30, "quick": 1.5}
    async with asked.post("/api/ask", json=body) as answer:
        problem = await answer.json()

    assert problem["errors"] == {
        "day": "This is required.",
        "people[0].name": "At least 2 characters.",
        "people[1].name": "This is required.",
        "people[1].age": "This must be a whole number.",
        "people[2]": "This must be an object.",
        "places": "At most 20.",
        "quick": "This must be yes or no (true or false).",
    }
    assert problem["detail"] == "day: This is required."


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not_json"),
        (b"{day: 1}", 400, "not_json"),
        (b"\xff", 400, "not_utf8"),
        (b"[]", 422, "invalid"),
        (b'{"day": 20270131}', 422, "invalid"),
        (b'{"day": "2027-01-31", "places": "2"}', 422, "invalid"),
        (b'{"day": "2027-01-31", "people": {}}', 422, "invalid"),
        (b'{"day": 1, "people": [', 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b'{"day": "2027-01-31", "day": "2027-02-01"}', 400, "repeated_name"),
        (b" " * 300_000, 413, "too_large"),
    ],
)
async def test_what_is_no_question_is_refused(asked, body, status, code):
    kind = {"Content-Type": "application/json"}
    async with asked.post("/api/ask", data=body, headers=kind) as answer:
        problem = await answer.json()

    assert (answer.status, problem["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("fields", "nested"),
    [
        ([("a", " x ")], {"a": "x"}),
        ([("a", ""), ("b", "  ")], {}),
        ([("p-0-x", "1"), ("p-0-y", "2")], {"p": [{"x": "1", "y": "2"}]}),
        ([("p-7-x", "late"), ("p-2-x", "early")], {"p": [{"x": "early"}, {"x": "late"}]}),
        ([("p-0-x", ""), ("p-1-x", "1")], {"p": [{"x": "1"}]}),
        ([("contact-email", "e"), ("contact-phone", "")], {"contact": {"email": "e"}}),
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a", "1"), ("a-b", "2")], {"a": "1"}),
        ([("p-1234-x", "1")], {"p": {"1234-x": "1"}}),
    ],
)
def test_fields_with_dashes_become_rows_and_groups(fields, nested):
    assert nest(fields) == nested


def test_plain_values_become_structs_or_a_refusal():
    assert convert({"day": "2027-01-31", "places": "3"}, Ask, strict=False).places == 3

    with pytest.raises(Invalid) as refused:
        convert("text", Ask, strict=False)
    assert refused.value.fields == {}
    assert refused.value.message.startswith("the request:")
