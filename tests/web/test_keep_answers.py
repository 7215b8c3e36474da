"""Public answers that cost much are made once for all who ask the same, until they change."""

import asyncio

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import i18n
from maritime_app.app import create_app
from maritime_app.errors import NotFound
from maritime_app.infra.cache.local_copies import LocalCopies
from maritime_app.web.forms import csrf
from maritime_app.web.kept import kept
from maritime_app.web.routing import PUBLIC, get
from tests.conftest import BROWSER

PAGE, API = "/made/{code}", "/api/v1/made/{code}"


class Asked(msgspec.Struct):
    """What its answers depend on."""

    of: str = ""


class Maker:
    """A handler that says for whom and how often it made its answer."""

    def __init__(self):
        self.made = []
        self.answer = self.plain

    async def __call__(self, request):
        self.made.append(str(request.rel_url))
        return self.answer(request)

    def plain(self, request):
        text = f"{request.match_info['code']} {i18n.current()} {len(self.made)} {request.rel_url}"
        return web.Response(text=text, headers={"X-Of": "maker"})


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
async def made(resources, maker):
    """Our application with two routes of that handler, for people and for programs."""
    handler = kept(maker, tags=("figures",), seconds=60, query=Asked)
    added = [get(path, handler, access=PUBLIC, query=Asked) for path in (PAGE, API)]
    app = create_app(resources, added)
    port = resources.settings.web.port
    async with TestClient(TestServer(app, port=port), headers=BROWSER) as client:
        yield client


async def text_of(client, address, status=200, **headers):
    async with client.get(address, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def test_it_works(made, resources, maker):
    """Made once, in its own headers, until one of its tags is bumped."""
    first = await text_of(made, "/made/a")
    async with made.get("/made/a") as again:
        assert await again.text() == first
        assert again.headers["X-Of"] == "maker"
        tag = again.headers["ETag"]
    await text_of(made, "/made/a", 304, **{"If-None-Match": tag})
    assert len(maker.made) == 1

    await resources.cache.bump(["figures"])

    assert await text_of(made, "/made/a") != first
    assert len(maker.made) == 2


async def test_who_asks_in_another_language_or_another_question_has_an_answer_of_his_own(
    made, maker
):
    told = {
        await text_of(made, "/made/a"),
        await text_of(made, "/made/b"),
        await text_of(made, "/made/a?of=x"),
        await text_of(made, "/made/a", **{"Accept-Language": "de"}),
    }

    assert len(told) == len(maker.made) == 4


async def test_what_it_does_not_depend_on_makes_no_page_anew_and_stands_on_none(made, maker):
    """Nobody writes into what others read, or has it made as often as he likes."""
    assert "evil" not in await text_of(made, "/made/a?of=x&utm=evil")
    assert await text_of(made, "/made/a?zz=evil&of=x") == await text_of(made, "/made/a?of=x")
    assert maker.made == ["/made/a?of=x"]


async def test_a_program_is_answered_for_what_it_asked(made, maker):
    """A parameter that there is not is refused by the handler, and so is not left out before."""
    for _ in range(2):
        assert "zz=1" in await text_of(made, "/api/v1/made/a?zz=1")
    assert len(maker.made) == 2


@pytest.mark.parametrize(
    "odd",
    [
        lambda _request: web.Response(status=202, text="later"),
        lambda _request: web.Response(text="x" * 300_001),
        lambda request: web.Response(text=csrf.token(request)),
    ],
    ids=["pending", "too much", "a token of a visitor"],
)
async def test_what_is_not_for_everybody_is_made_each_time(made, maker, odd):
    maker.answer = odd
    statuses = set()
    for _ in range(2):
        async with made.get("/made/a") as answer:
            statuses.add(answer.status)
    assert len(statuses) == 1
    assert len(maker.made) == 2


async def test_all_who_wait_for_a_refusal_hear_it(made, maker):
    def refuse(_request):
        raise NotFound("There is no such thing.")

    maker.answer = refuse
    await asyncio.gather(*(text_of(made, "/made/a", 404) for _ in range(5)))

    maker.answer = maker.plain
    assert "a en" in await text_of(made, "/made/a")


async def test_all_who_wait_for_what_is_pending_have_an_answer(made, maker):
    maker.answer = lambda _request: web.Response(status=202, text="later")
    told = await asyncio.gather(*(text_of(made, "/made/a", 202) for _ in range(5)))
    assert told == ["later"] * 5


@pytest.mark.pure
def test_a_process_keeps_no_more_bytes_than_it_may():
    copies = LocalCopies(100, most_bytes=10)
    for key in "abc":
        copies.put(key, b"1234", ["t"], 0.0, 60.0)
    assert [key for key in "abc" if copies.get(key)] == ["b", "c"]

    copies.put("c", b"12345", ["t"], 0.0, 60.0)
    assert [key for key in "abc" if copies.get(key)] == ["b", "c"]

    copies.drop_tagged(["t"])
    copies.put("d", b"1234567890", [], 0.0, 60.0)
    assert copies.get("d")

    copies.put("e", b"more than ten", [], 0.0, 60.0)
    assert len(copies) == 0
