"""Forms are taken only from our own pages, for the visitor they were made for."""

from datetime import UTC, datetime, timedelta

import pytest

from maritime_app import domains
from maritime_app.web.routing import SIGNED
from tests import clocks, signed_in


async def test_it_works(client, resources):
    await signed_in.hire(resources)

    answer = await signed_in.sign_in(client, "admin@maritime.example")

    assert answer.status == 303


@pytest.mark.parametrize("given", [None, "", "x", "0" * 64, "Ω" * 64])
async def test_without_the_token_nothing_happens(client, resources, given):
    await signed_in.hire(resources)
    await signed_in.csrf(client, "/sign-in")
    form = {"email": "admin@maritime.example", "password": signed_in.PASSWORD}
    if given is not None:
        form["csrf_token"] = given

    async with client.post("/sign-in", data=form, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "session" not in answer.cookies


async def test_a_page_that_was_open_for_two_days_is_reloaded_first(client, resources):
    await signed_in.hire(resources)
    with clocks.travel(datetime.now(UTC) - timedelta(days=2), tick=True):
        form = {"csrf_token": await signed_in.csrf(client, "/sign-in")}

    async with client.post("/sign-in", data=form, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "The page was open for too long." in await answer.text()


async def test_another_visitors_token_does_not_count(client, resources):
    """mallory takes a token from a page of her own and hides it in a form on her site."""
    await signed_in.hire(resources)
    hers = await signed_in.csrf(client, "/sign-in")
    client.session.cookie_jar.clear()
    await signed_in.csrf(client, "/sign-in")
    form = {"email": "admin@maritime.example", "password": signed_in.PASSWORD, "csrf_token": hers}

    async with client.post("/sign-in", data=form, allow_redirects=False) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)],
)
async def test_a_form_from_another_site_is_refused_even_with_a_token(
    client, resources, site, status
):
    await signed_in.hire(resources)
    form = {"email": "admin@maritime.example", "password": signed_in.PASSWORD}
    form["csrf_token"] = await signed_in.csrf(client, "/sign-in")

    async with client.post(
        "/sign-in", data=form, headers={"Sec-Fetch-Site": site}, allow_redirects=False
    ) as answer:
        assert answer.status == status


async def test_the_token_is_bound_to_a_cookie_that_scripts_cannot_read(client):
    async with client.get("/sign-in") as page:
        cookie = page.cookies["visitor"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


async def test_a_page_without_a_form_hands_out_no_cookie(client):
    for path in ("/", "/ports", "/ferries?from=NOOSL&to=DEKEL&date=2027-01-01"):
        async with client.get(path) as page:
            assert not page.cookies, path


async def test_every_form_of_the_house_asks_for_it(client, resources):
    """A signed-in administrator's browser is sent to each page that changes something, without a
    token.
    """
    await signed_in.hire(resources)
    await signed_in.sign_in(client, "admin@maritime.example")
    forms = [
        route
        for route in domains.ROUTES
        if route.method == "POST" and not route.is_api and route.access != SIGNED
        # Programs speak JSON there, and nothing is done by a cookie.
        if route.path != "/mcp"
    ]
    assert len(forms) > 5

    for route in forms:
        path = route.path.format_map(Anything())
        async with client.post(path, data={"reference": "x"}, allow_redirects=False) as answer:
            assert answer.status == 403, route.path


class Anything(dict):
    def __missing__(self, key):
        return "00000000-0000-0000-0000-000000000000"


async def test_a_planted_pair_does_not_work_where_somebody_is_signed_in(
    client, resources, other_browser
):
    """mallory plants a visitor cookie and sends a token that was made for it."""
    planted = await signed_in.csrf(other_browser, "/sign-in")
    cookies = {c.key: c.value for c in other_browser.session.cookie_jar}
    await signed_in.come_in(client, resources)
    client.session.cookie_jar.update_cookies({"visitor": cookies["visitor"]}, client.make_url("/"))

    async with client.post("/sign-out", data={"csrf_token": planted}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1.evil.example"},
    ],
)
async def test_another_site_starts_nothing_with_somebodys_cookie(client, resources, headers):
    await signed_in.come_in(client, resources)
    body, door = {"task": "ops.tidy_up"}, "/api/admin-tools/tasks/trigger/"

    async with client.post(door, json=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "csrf")
    own = {"Origin": str(client.make_url("/")).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    async with client.post(door, json=body, headers=own) as answer:
        assert answer.status == 202


async def test_a_token_is_not_a_cookie_and_may_come_from_anywhere(client, resources):
    token = await signed_in.token(resources)
    body, door = {"task": "ops.tidy_up"}, "/api/admin-tools/tasks/trigger/"

    headers = token | {"Origin": "https://tools.example"}
    async with client.post(door, json=body, headers=headers) as answer:
        assert answer.status == 202
