"""Before money goes, a journey ends or somebody gets more rights, a session of long ago says again
who it is.
"""

import pytest

from maritime_app import domains
from maritime_app.accounts.passkeys import service as passkeys
from maritime_app.settings.file import replace
from maritime_app.web import sessions
from tests import signed_in
from tests.accounts.device import Device

AGAIN = "/sign-in/again"
TOKENS = "/admin/account/tokens"
ACCOUNT = "/admin/account"
HOUR = 3600


@pytest.fixture
def settings(settings):
    """People reach it by a name, so there are passkeys."""
    return replace(settings, web={"public_url": "http://localhost:8080"})


@pytest.fixture
def later(monkeypatch):
    """An hour passes for sessions."""
    now = sessions._now

    def pass_an_hour():
        monkeypatch.setattr(sessions, "_now", lambda: now() + HOUR)

    return pass_an_hour


async def test_it_works(client, resources, later):
    """The page is left, the password said once more, and then it goes."""
    await signed_in.come_in(client, resources)
    assert (await make_token(client)).status == 200, "just signed in"
    later()

    refused = await make_token(client)
    assert (refused.status, refused.headers["Location"]) == (303, f"{AGAIN}?next=/admin/account")
    wrong = await signed_in.submit(client, AGAIN, password="wrong", next=ACCOUNT)
    assert wrong.status == 403
    said = await signed_in.submit(client, AGAIN, password=signed_in.PASSWORD, next=ACCOUNT)
    assert (said.status, said.headers["Location"]) == (303, ACCOUNT)

    assert (await make_token(client)).status == 200


async def test_reading_goes_on(client, resources, later):
    await signed_in.come_in(client, resources)
    later()

    async with client.get(ACCOUNT, allow_redirects=False) as page:
        assert page.status == 200


async def test_with_a_second_factor_the_code_is_asked_for_too(client, resources, later):
    me = await signed_in.hire(resources)
    made = await signed_in.protect(resources, me)
    await signed_in.sign_in(client, "admin@maritime.example")
    await signed_in.submit(client, "/sign-in/code", code=signed_in.code(made.secret))
    later()

    alone = await signed_in.submit(client, AGAIN, password=signed_in.PASSWORD, code="")
    both = await signed_in.submit(
        client, AGAIN, password=signed_in.PASSWORD, code=made.recovery_codes[0]
    )

    assert (alone.status, both.status) == (403, 303)


async def test_a_passkey_does_as_well_but_only_ones_own(client, resources, later):
    me = await signed_in.come_in(client, resources)
    mine, theirs = (Device("http://localhost:8080") for _owner in range(2))
    for owner, device in ((me, mine), (await signed_in.hire(resources, "agent"), theirs)):
        options, waiting = await passkeys.begin_adding(resources, owner)
        await passkeys.add(resources, waiting, "A device", device.create(options))
    later()

    async def said_with(device, begin):
        options = await (await signed_in.submit(client, begin, next=ACCOUNT)).json()
        options["publicKey"].pop("allowCredentials", None)
        answer = device.get(options)
        return await signed_in.submit(client, f"{AGAIN}/passkey", credential=answer)

    assert (await said_with(theirs, f"{AGAIN}/passkey/begin")).status == 403
    assert (await said_with(theirs, "/sign-in/passkey/begin")).status == 403
    assert (await said_with(mine, f"{AGAIN}/passkey/begin")).status == 303
    assert (await make_token(client)).status == 200


async def test_programs_are_told_and_tokens_are_not_asked(client, resources, later):
    """A token was given what it may do on purpose; a session is one at any address."""
    token = await signed_in.token(resources, "agent")
    await signed_in.come_in(client, resources)
    later()
    address = "/api/v1/back-office/bookings/K7MWQ4PX/refund"

    async with client.post(address, json={}) as by_session:
        assert by_session.status == 403
        assert (await by_session.json())["code"] == "recent_sign_in"
    async with client.post(address, json={}, headers=token) as by_token:
        assert by_token.status != 303
        assert (await by_token.json())["code"] != "recent_sign_in"


def test_the_dangerous_acts_ask():
    """Money, cancellations, people and tokens."""
    asking = {route.path for route in domains.ROUTES if route.recent}
    for act in ("refund", "pay-again", "decide", "claim", "cancel"):
        assert f"/admin/bookings/{{reference}}/{act}" in asking
        assert f"/api/v1/back-office/bookings/{{reference}}/{act}" in asking
    assert {
        "/admin/sailings/{sailing_id}/cancel",
        "/admin/account/tokens",
        "/admin/account/passkeys",
        "/admin/staff",
        "/admin/staff/{staff_id}/role",
        "/admin/staff/{staff_id}/password",
        "/admin/staff/{staff_id}/tokens",
    } <= asking


async def make_token(client):
    """A token of one's own, from the page of the account."""
    token = await signed_in.csrf(client, "/sign-in")
    fields = {"label": "a program", "may-tasks.read": "on", "csrf_token": token}
    page = str(client.make_url(ACCOUNT))
    return await client.post(TOKENS, data=fields, headers={"Referer": page}, allow_redirects=False)


def test_every_road_by_which_staff_move_a_customers_money_asks_again():
    acts = ("cancel", "change", "refund", "pay-again", "decide", "claim")
    roads = [
        route
        for route in domains.ROUTES
        if route.method == "POST"
        and route.access in ("bookings.act", "bookings.refund")
        and route.path.rpartition("/")[2] in acts
        and "{reference}" in route.path
    ]

    assert len(roads) == 2 * len(acts)  # the page's and the program's
    assert [route.path for route in roads if not route.recent] == []
