"""Addresses and headers are text without control characters, in UTF-8 and within a bound."""

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.web.forms import query
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, Route


class Question(msgspec.Struct, frozen=True):
    q: str = ""
    limit: int = 10


@pytest.fixture
async def asked(standing_resources):
    """An application that repeats the question."""

    async def show(request):
        return json(request, query(request, Question))

    routes = [
        Route("GET", "/api/ask", show, PUBLIC, query=Question),
        Route("GET", "/ask", show, PUBLIC, query=Question),
        Route("GET", "/api/fixed", show, PUBLIC),
    ]
    async with TestClient(TestServer(create_app(standing_resources, routes))) as made:
        yield made


async def test_it_works(raw_standing):
    path = "/ports/%CE%A0%CE%B5%CE%B9%CF%81%CE%B1%CE%B9%CE%AC%CF%82?q=%C3%A9"
    status, _headers, _body = await raw_standing(request_to(path))

    assert status == 404


@pytest.mark.parametrize("piece", ["%00", "%0d%0aSet-Cookie:x=1", "%1b", "%7F", "%ff", "%ed%a0%80"])
async def test_a_path_that_is_no_text_is_nobodys(raw_standing, piece):
    for path in (f"/a{piece}", f"/ports/{piece}", f"/api/v1/{piece}", f"/static/{piece}.css"):
        status, headers, body = await raw_standing(request_to(path))

        assert status == 404
        assert "content-security-policy" in headers
        assert "set-cookie" not in headers
        assert b"\x1b" not in body


@pytest.mark.parametrize("piece", ["%00", "%0a", "%0D", "%1b", "%7F", "%ff", "%c3", "%ed%a0%80"])
async def test_a_question_that_is_no_text_is_422(raw_standing, piece):
    for path in (f"/ports?q={piece}", f"/api/v1/ports?q=a{piece}", f"/sign-in?next={piece}"):
        status, _headers, _body = await raw_standing(request_to(path))

        assert status == 422


async def test_parameters_have_a_bound(asked):
    async with asked.get("/ask?" + "&".join(f"a{n}=1" for n in range(120))) as answer:
        assert answer.status == 422
    async with asked.get("/ask?q=" + "x" * 2_500) as answer:
        assert answer.status == 414


@pytest.mark.parametrize(
    "line",
    [
        b"Cookie: session=" + b"\xff" * 43,
        b"Cookie: visitor=\xff; lang=\xff",
        b"Authorization: Bearer \xff\xfe",
        b"Accept-Language: \xff",
        b"User-Agent: \xed\xa0\x80",
        b"X-Forwarded-For: \xff",
        b"Idempotency-Key: \xff",
    ],
)
async def test_half_a_character_in_a_header_is_400(raw_standing, line):
    for path in ("/", "/sign-in", "/admin/tasks", "/api/v1/ports", "/bookings/find"):
        status, headers, _body = await raw_standing(request_to(path, line))

        assert status == 400
        assert "content-security-policy" in headers


async def test_text_of_any_script_in_a_header_is_no_fault(raw_standing):
    line = "User-Agent: Φέρι/1.0".encode()
    status, _headers, _body = await raw_standing(request_to("/sign-in", line))

    assert status == 200


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        ("q=a&offset=3", "offset", "There is no such field."),
        ("q=a&q=b", "q", "This is given twice."),
        ("limit=", "limit", "This must be a whole number."),
    ],
)
async def test_a_program_is_refused_what_a_page_leaves_out(asked, question, field, words):
    async with asked.get(f"/api/ask?{question}") as answer:
        assert (answer.status, (await answer.json())["errors"]) == (422, {field: words})
    async with asked.get(f"/ask?{question}") as answer:
        assert answer.status == 200


async def test_a_program_is_refused_a_filter_where_none_is_known(asked):
    async with asked.get("/api/fixed?from=2026") as answer:
        assert answer.status == 422


def request_to(path, line=b""):
    """A request byte by byte; `line` is one more header."""
    head = f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n".encode()
    return head + (line + b"\r\n" if line else b"") + b"\r\n"
