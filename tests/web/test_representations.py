"""How answers travel: who may keep them, how they are recognised, and how they are packed."""

import datetime as dt
import gzip
import random
import zlib

import brotli
import pytest
from multidict import CIMultiDict

from maritime_app.web.responses import representations
from maritime_app.web.responses.representations import (
    PartsPacker,
    accepts,
    coding_of,
    is_unchanged,
)
from tests import signed_in
from tests.factories import a_sailing, an_ask, book

PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def search():
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=20)).date()
    return f"/ferries?from=GRPIR&to=GRHER&date={day}&adults=1"


async def test_it_works(standing):
    async with standing.get("/", headers=PLAIN) as plain:
        page = await plain.read()
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        async with standing.session.get(
            standing.make_url("/"), headers={"Accept-Encoding": coding}, auto_decompress=False
        ) as packed:
            body = await packed.read()
            assert packed.headers["Content-Encoding"] == coding
            assert packed.headers["ETag"] == plain.headers["ETag"]
            assert "Accept-Encoding" in packed.headers["Vary"]
            assert unpack(body) == page
            assert len(body) < 0.4 * len(page)


async def test_a_long_page_that_has_not_changed_is_packed_once(standing, monkeypatch):
    packed = []
    pack = representations.packed

    def noted(body, coding):
        packed.append(coding)
        return pack(body, coding)

    monkeypatch.setattr(representations, "packed", noted)
    representations._packed_before.cache_clear()
    for coding in ("br", "br", "gzip", "br", "gzip"):
        async with standing.session.get(
            standing.make_url("/api/docs"), headers={"Accept-Encoding": coding}
        ) as page:
            assert len(await page.read()) > 100_000
    assert packed == ["br", "gzip"]


@pytest.mark.parametrize("path", ["/", "/privacy", "/api/v1/openapi.json", "/api/v1/ports"])
async def test_what_has_not_changed_is_not_sent_again(standing, path):
    async with standing.get(path) as first:
        etag = first.headers["ETag"]
        assert "no-store" not in first.headers["Cache-Control"]
    for given in (etag, f'"x", {etag}', "*", etag.removeprefix("W/")):
        for method in ("GET", "HEAD"):
            async with standing.request(method, path, headers={"If-None-Match": given}) as again:
                assert (again.status, await again.read()) == (304, b"")
                assert again.headers["ETag"] == etag
                assert "Content-Security-Policy" in again.headers
    async with standing.get(path, headers={"If-None-Match": '"another"'}) as changed:
        assert changed.status == 200
    lines = [("If-None-Match", '"another"'), ("If-None-Match", etag)]  # a list on two lines
    async with standing.get(path, headers=CIMultiDict(lines)) as again:
        assert again.status == 304


@pytest.mark.demo
async def test_ready_answers_are_negotiated_as_well(client, search):
    async with client.get(search, headers=PLAIN) as answer:
        page = await answer.read()
    etags = set()
    for _ in range(2):
        async with client.session.get(
            client.make_url(search), headers={"Accept-Encoding": "br"}, auto_decompress=False
        ) as packed:
            etags.add(packed.headers["ETag"])
            body = await packed.read()
            assert packed.headers["X-Cache"] == "hit"
            assert packed.headers["Content-Encoding"] == "br"
            assert brotli.decompress(body) == page
            assert len(body) < 0.3 * len(page)
    etag = etags.pop()
    lines = [*PLAIN.items(), ("If-None-Match", '"another"'), ("If-None-Match", etag)]
    async with client.get(search, headers=CIMultiDict(lines)) as unchanged:
        assert unchanged.status == 304
    again = PLAIN | {"If-None-Match": etag}
    async with client.get(search, headers=again) as unchanged:
        assert (unchanged.status, unchanged.headers["X-Cache"]) == (304, "hit")
    async with client.get(search, headers=PLAIN) as plain:
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == page


@pytest.mark.demo
async def test_a_header_chooses_nobody_elses_language(client, search):
    """The language that was chosen and Accept-Language are parts of a key, not one text."""
    for _ in range(2):
        async with client.get(search, headers={"Accept-Language": "chosen: de, en"}):
            pass
    chosen = {"Cookie": "lang=de", "Accept-Language": "en"}

    async with client.get(search, headers=chosen) as answer:
        assert '<html lang="de"' in await answer.text()


async def test_what_belongs_to_somebody_is_kept_by_nobody(client, resources, db):
    booking = await book(client, an_ask(await a_sailing(db)))
    own = f"?token={booking['token']}"
    paths = [
        f"/bookings/{booking['reference']}{own}",
        f"/api/v1/bookings/{booking['reference']}{own}",
        f"/bookings/{booking['reference']}/cancel{own}",
        "/sign-in",
        "/bookings/find",
        "/nothing",
        "/api/v1/nothing",
    ]
    await signed_in.come_in(client, resources)
    for path in [*paths, "/admin", "/admin/account", "/admin/audit", "/admin/tasks"]:
        async with client.get(path) as answer:
            assert "no-store" in answer.headers["Cache-Control"], path
            assert "ETag" not in answer.headers, path


async def test_pages_with_a_secret_are_not_packed(client, resources):
    """What is packed tells its length, and with it whether a guess is part of it (BREACH)."""
    await signed_in.come_in(client, resources)
    for path in ("/sign-in", "/admin/account"):
        async with client.get(path, headers={"Accept-Encoding": "br"}) as answer:
            assert answer.status == 200
            assert "Content-Encoding" not in answer.headers


async def test_language_and_cookies_are_said_to_matter(standing):
    async with standing.get("/") as page, standing.get("/api/v1/ports") as answer:
        assert page.headers["Vary"] == "Accept-Language, Accept-Encoding, Cookie"
        assert answer.headers["Vary"] == "Accept-Language, Accept-Encoding"
    async with standing.get("/static/web/base.css") as file:
        assert file.headers["Vary"] == "Accept-Encoding"


async def test_who_takes_no_json_gets_none(standing):
    narrow = "application/json;q=0, */*"  # what is said of a type itself comes first
    for accept, status in (("image/png", 406), (narrow, 406), ("application/*", 200),
                           ("*/*;q=0.1", 200), ("text/*;q=0, */*", 200)):  # fmt: skip
        async with standing.get("/api/v1/ports", headers={"Accept": accept}) as answer:
            assert answer.status == status
            assert "Content-Security-Policy" in answer.headers
            told = await answer.json(content_type=None)
        assert status == 200 or "application/json" in told["detail"]


async def test_links_to_other_languages_stay_here(raw_standing):
    head = "GET //evil.example/ferries HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    status, _headers, body = await raw_standing(head)

    assert status == 404
    assert b'href="//' not in body
    assert b"evil.example/ferries?lang=de" in body


@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_static_files_are_packed(standing, coding):
    async with standing.get("/static/web/base.css", headers=PLAIN) as plain:
        whole = await plain.read()
    async with standing.get("/static/web/base.css", headers={"Accept-Encoding": coding}) as packed:
        assert packed.headers["Content-Encoding"] == coding
        assert int(packed.headers["Content-Length"]) < 0.4 * len(whole)
        sent = await packed.read()
    lines = iter(whole.splitlines())
    assert all(line in lines for line in sent.splitlines())  # all but comments


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_parts_are_packed_so_that_each_can_be_read_at_once(coding):
    packer = PartsPacker(coding)
    unpack = brotli.Decompressor().process if coding == "br" else zlib.decompressobj(31).decompress
    assert packer.coding == coding
    for part in (b"event: results\n\n", b"data: " + b"x" * 5_000 + b"\n\n"):
        assert unpack(packer.packed(part)) == part
    assert unpack(packer.end()) == b""


def test_a_part_that_repeats_the_one_before_costs_next_to_nothing():
    packer, part = PartsPacker("gzip, br"), random.Random(7).randbytes(60_000).hex().encode()
    assert packer.coding == "br"
    assert len(packer.packed(part)) > 50_000
    assert len(packer.packed(part)) < 1_000


def test_parts_go_out_as_they_are_to_who_unpacks_nothing():
    assert PartsPacker("identity").packed(b"as it is") == b"as it is"


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("BR ; Q=0.5", "br"),
        ("gzip;q=0", ""),
        (",,;;q", ""),
    ],
)
def test_codings(header, coding):
    assert coding_of(header) == coding


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("", True),
        ("*/*", True),
        ("text/html, application/json;q=0.9", True),
        ("application/json;q=0", False),
        ("text/html", False),
        (";", False),
    ],
)
def test_accept(accept, taken):
    assert accepts(accept, "application/json") is taken


@pytest.mark.parametrize(
    ("given", "fits"),
    [(None, False), ('W/"a"', True), ('"a"', True), ('"b", "a"', True), ("*", True), ("a", False)],
)
def test_if_none_match(given, fits):
    assert is_unchanged(given, 'W/"a"') is fits


async def test_pages_of_others_may_read_what_is_public(standing):
    headers = {"Origin": "https://maps.example"}
    async with standing.get("/api/v1/ports", headers=headers) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for path in ("/api/admin-tools/tasks/cached/x/", "/", "/api/v1/bookings/AAAA2222?token=x"):
        async with standing.get(path, headers=headers) as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers
    async with standing.options("/api/v1/ports", headers=headers) as asked:
        assert (asked.status, asked.headers["Allow"]) == (204, "GET, HEAD")
        assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    async with standing.options("/api/v1/bookings", headers=headers) as asked:
        assert asked.headers["Allow"] == "POST"
        assert "Access-Control-Allow-Origin" not in asked.headers
