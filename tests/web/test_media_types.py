"""Bodies come in the media type that a route takes and in UTF-8; a client chooses no decoder."""

import codecs

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, Route

FORM = "application/x-www-form-urlencoded"
SLOW = "a_slow_decoder"


@pytest.fixture
async def echo(standing_resources):
    """An application that takes a form and JSON."""

    async def by_form(request):
        return json(request, dict(await form_fields(request)))

    async def by_json(request):
        return json(request, await json_body(request, dict))

    routes = [
        Route("POST", "/form", by_form, PUBLIC),
        Route("POST", "/api/json", by_json, PUBLIC),
    ]
    async with TestClient(TestServer(create_app(standing_resources, routes))) as made:
        yield made


async def test_it_works(echo):
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    async with echo.post("/api/json", data='{"name": "Zoë"}'.encode(), headers=kind) as answer:
        assert await answer.json() == {"name": "Zoë"}
    kind = {"Content-Type": f'{FORM}; charset="utf-8"'}
    async with echo.post("/form", data=b"name=Zo%C3%AB", headers=kind) as answer:
        assert answer.status == 403  # read, and then found to be from no page of ours


@pytest.mark.parametrize(
    "charset",
    ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "latin-1",
     "rot13", "base64", "nosuch", "us-ascii"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [("/form", FORM, b"csrf_token=a-z9a"), ("/api/json", "application/json", b"{}")],
)
async def test_another_charset_is_415(echo, path, kind, body, charset):
    headers = {"Content-Type": f"{kind}; charset={charset}"}
    async with echo.post(path, data=body, headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/json", "text/plain"),
        ("/api/json", "application/xml"),
        ("/api/json", FORM),
        ("/api/json", "application/octet-stream"),
        ("/form", "application/json"),
        ("/form", "multipart/form-data; boundary=x"),
        ("/form", "text/plain"),
    ],
)
async def test_another_media_type_is_415(echo, path, kind):
    async with echo.post(path, data=b"{}", headers={"Content-Type": kind}) as answer:
        assert answer.status == 415


async def test_an_encoding_that_nobody_unpacks_is_415(echo):
    kind = {"Content-Type": "application/json", "Content-Encoding": "compress"}
    async with echo.post("/api/json", data=b"{}", headers=kind) as answer:
        assert answer.status == 415


async def test_a_body_that_is_not_packed_as_it_says_is_400(echo):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    async with echo.post("/api/json", data=b'{"name": "plain"}', headers=headers) as answer:
        assert answer.status == 400
        assert "Content-Encoding" in (await answer.json())["detail"]


async def test_a_decoder_that_grows_with_the_square_never_runs(echo):
    """120 KB of punycode take most of a second to decode: the name of a codec chooses nothing."""
    decoded = []

    def decode(data, errors="strict"):
        decoded.append(len(data))
        return codecs.lookup("punycode").decode(bytes(data), errors)

    def find(name):
        return codecs.CodecInfo(codecs.lookup("punycode").encode, decode) if name == SLOW else None

    codecs.register(find)
    kind = {"Content-Type": f"{FORM}; charset={SLOW}"}
    async with echo.post("/form", data=b"a-" + b"z9a" * 40_000, headers=kind) as answer:
        assert answer.status == 415
    codecs.unregister(find)

    assert decoded == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=%FF", 422),
        (b"name=\xff", 400),
        (b"name=%ED%A0%80", 422),  # half a surrogate
        (b"name=%00", 422),
        (b"&".join(b"a%d=1" % n for n in range(1_200)), 422),
        (b"name=" + b"x" * 300_000, 413),
    ],
)
async def test_a_form_that_is_no_text_or_has_no_bound_is_refused(echo, body, status):
    async with echo.post("/form", data=body, headers={"Content-Type": FORM}) as answer:
        assert answer.status == status


async def test_a_body_in_chunks_has_the_same_bound(echo):
    async def chunks():
        for _ in range(40):
            yield b" " * 10_000

    kind = {"Content-Type": "application/json"}
    async with echo.post("/api/json", data=chunks(), headers=kind) as answer:
        assert answer.status == 413
