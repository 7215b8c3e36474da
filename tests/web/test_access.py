"""Who may call what: every route of the house is walked, as a stranger and in every role."""

import re
from urllib.parse import quote

import pytest
from yarl import URL

from maritime_app import domains
from maritime_app.accounts import tokens
from maritime_app.accounts.permissions import PERMISSIONS, SESSION_ONLY
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED
from tests import signed_in
from tests.factories import a_sailing, an_ask, book

OPEN = {PUBLIC, GUEST, SIGNED}
GUARDED = [route for route in domains.ROUTES if route.access not in OPEN]
UNGUARDED = [route for route in domains.ROUTES if route.access in OPEN]
GARBAGE = [
    "x",
    "%00",
    "%FF%FE",
    "..%2F..%2Fetc%2Fpasswd",
    "';%20drop%20table%20booking;%20--",
    "-1",
    "9" * 60,
    "NaN",
    quote("Ωκεανός ☠ \u202e"),
    "00000000-0000-0000-0000-000000000000",
]

KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=klingon",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
)


async def test_it_works(client, resources):
    """The two ends: an administrator sees the tasks, a stranger is asked to sign in."""
    async with client.get("/api/admin-tools/tasks/cached/page:en:home/") as refused:
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")

    async with client.get(
        "/api/admin-tools/tasks/cached/page:en:home/", headers=await signed_in.token(resources)
    ) as shown:
        assert shown.status == 200


def test_there_is_something_to_walk():
    assert len(GUARDED) > 10
    assert len(UNGUARDED) > 30


async def test_a_stranger_gets_nowhere(client):
    for route in GUARDED:
        async with client.request(route.method, address(route), allow_redirects=False) as answer:
            text = await answer.text()
            if route.method == "GET" and not route.is_api:
                assert answer.status == 303, route
                wanted = route.path.partition("{")[0]
                assert answer.headers["Location"].startswith(f"/sign-in?next={wanted}"), route
            else:
                assert answer.status == 401, route
            assert "sign in" in text or not text


@pytest.mark.parametrize(
    "header", ["Bearer mt_guessed", "Bearer ", "Basic YWRtaW46YWRtaW4=", "mt_guessed"]
)
async def test_a_guessed_token_gets_nowhere(client, header):
    for route in GUARDED:
        async with client.request(
            route.method, address(route), headers={"Authorization": header}, allow_redirects=False
        ) as answer:
            assert answer.status in (303, 401), route


async def test_a_guessed_session_gets_nowhere(client):
    for cookie in ("x", "A" * 43, "../" * 14 + "x"):
        async with client.get(
            "/api/admin-tools/tasks/cached/page:en:home/", cookies={"session": cookie}
        ) as answer:
            assert answer.status == 401


@pytest.mark.parametrize("by", ["session", "token"])
@pytest.mark.parametrize("role", sorted(PERMISSIONS))
async def test_a_role_reaches_what_it_may_and_nothing_else(client, resources, role, by):
    """By a token nobody reaches what is for a person at a browser: people, passwords, tokens."""
    if by == "token":
        headers, may = await signed_in.token(resources, role), PERMISSIONS[role] - SESSION_ONLY
    else:
        headers, may = {}, PERMISSIONS[role]
        await signed_in.hire(resources, role)
        await signed_in.sign_in(client, f"{role}@maritime.example")

    for route in GUARDED:
        async with client.request(
            route.method, address(route), headers=headers, allow_redirects=False
        ) as answer:
            text = await answer.text()
            if route.access not in may:
                assert answer.status == 403, route
                assert "Your role does not allow this" in text, route
            else:
                assert answer.status < 500, (route, text)
                assert "Your role does not allow this" not in text, route


async def test_a_token_carries_no_more_than_it_was_made_for(client, resources):
    who = await signed_in.hire(resources)
    header = await tokens.make(resources, who, who, "reads only", {"tasks.read"})

    async with client.post(
        "/api/admin-tools/tasks/trigger/",
        json={"task": "ops.tidy_up"},
        headers={"Authorization": f"Bearer {header}"},
    ) as answer:
        assert answer.status == 403


async def test_garbage_in_an_open_address_is_never_our_fault(client):
    for route in UNGUARDED:
        for value in GARBAGE:
            async with client.request(
                route.method, target(route, value), allow_redirects=False
            ) as answer:
                assert answer.status < 500, (route.path, value, await answer.text())


async def test_garbage_in_a_question_is_never_our_fault(client):
    names = {
        "port",
        "from",
        "to",
        "date",
        "surname",
        "token",
        "page",
        "q",
        "lat_min",
        "lng_min",
        "lat_max",
        "lng_max",
    }
    for route in UNGUARDED:
        names |= set(getattr(route.query, "__struct_encode_fields__", ()))
    for route in [route for route in UNGUARDED if route.method == "GET"]:
        for value in GARBAGE:
            asked = "&".join(f"{name}={value}" for name in sorted(names))
            where = URL(f"{address(route)}?{asked}", encoded=True)
            async with client.get(where, allow_redirects=False) as answer:
                assert answer.status < 500, (route.path, value, await answer.text())


async def test_garbage_in_a_body_is_never_our_fault(client):
    bodies = [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"a":' * 2000,
        b"\xff\xfe",
        b'{"legs": "\\u0000"}',
        b"a=b&c",
    ]
    for route in [route for route in UNGUARDED if route.method == "POST"]:
        for body in bodies:
            for kind in KINDS:
                async with client.post(
                    address(route), data=body, headers={"Content-Type": kind}, allow_redirects=False
                ) as answer:
                    assert 400 <= answer.status < 500 or answer.status == 303, (
                        route.path,
                        body,
                        kind,
                    )


async def test_a_guests_booking_needs_a_proof_on_every_address(client, db):
    booking = await book(client, an_ask(await a_sailing(db)))

    for route in [route for route in UNGUARDED if route.access == GUEST]:
        where = address(route, booking["reference"])
        async with client.request(
            route.method,
            where,
            json={"fee_minor": 0} if route.is_api else None,
            data=None if route.is_api or route.method == "GET" else {"fee_minor": "0"},
            allow_redirects=False,
        ) as answer:
            assert answer.status in (403, 404, 422), route
            assert "Lund" not in await answer.text(), route


def address(route, value="00000000-0000-0000-0000-000000000000"):
    """The route's address with its parameters filled in."""
    return re.sub(r"\{\w+(:[^}]*)?\}", value, route.path)


def target(route, value):
    """The same for values that must travel exactly as they are."""
    return URL(address(route, value), encoded=True)
