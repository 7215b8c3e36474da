"""A new password: made by an administrator for somebody, or chosen by oneself."""

import re

import pytest

from maritime_app.accounts import passwords, service, step_up
from maritime_app.accounts.model import PasswordRequest
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.step_up import StepUpRequest
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.accounts.two_factor.model import PasswordAndCodeRequest
from maritime_app.errors import Forbidden
from tests import signed_in
from tests.rows import execute, value

NEW = "a ferry to Heraklion at nine"


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")

    async with await signed_in.submit(client, f"/admin/staff/{agent}/password") as answer:
        text = await answer.text()
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")

    password = re.search(r'id="secret"[^>]*? value="([^"]+)"', text)
    assert password
    await service.sign_in(resources, "agent@maritime.example", password[1])
    with pytest.raises(Forbidden):
        await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)


async def test_it_ends_the_sessions(client, resources):
    who = await signed_in.come_in(client, resources, "agent")

    await staff.set_password(resources, None, who)

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.status == 303


async def test_ones_own_with_the_present_one(client, resources):
    who = await signed_in.come_in(client, resources, "analyst")
    before = await session_of(client)

    async with await change(client) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/admin/account?done=password")
    async with client.get("/admin/account?done=password", allow_redirects=False) as page:
        assert page.status == 200, "who changes it stays signed in"
        assert "Your password is changed." in await page.text()

    after = await session_of(client)
    assert after != before
    client.session.cookie_jar.clear()
    async with client.get(
        "/admin/account", headers={"Cookie": f"session={before}"}, allow_redirects=False
    ) as old:
        assert old.status == 303, "every other session is over"
    caller, _session = await signed_in.by_password(resources, "analyst@maritime.example", NEW)
    assert caller.staff_id == who


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"present": "not it"}, 403, "That is not your present password."),
        ({"present": ""}, 403, "That is not your present password."),
        ({"new": "short", "again": "short"}, 422, "at least 12 characters"),
        ({"new": "x" * 201, "again": "x" * 201}, 422, "at most 200 characters"),
        ({"again": NEW + "s"}, 422, "are not the same"),
        ({"new": "", "again": ""}, 422, "at least 12 characters"),
        ({"new": "password1234", "again": "password1234"}, 422, "most common ones"),
        ({"new": "qwertyuiop[]", "again": "qwertyuiop[]"}, 422, "most common ones"),
        ({"new": "abc" * 66, "again": "abc" * 66}, 422, "most common ones"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_changes(client, resources, wrong, status, words):
    await signed_in.come_in(client, resources, "agent")

    async with await change(client, **wrong) as answer:
        text = await answer.text()

    assert answer.status == status
    assert words in text
    assert NEW not in text
    await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)
    async with client.get("/admin/account") as page:
        assert page.status == 200


async def test_all_that_is_wrong_is_said_at_once(client, resources):
    await signed_in.come_in(client, resources, "agent")

    async with await change(client, present="not it", new="short", again="other") as answer:
        text = await answer.text()

    assert answer.status == 422
    for words in ("not your present password", "at least 12 characters", "are not the same"):
        assert words in text
    await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)


async def test_the_address_of_a_form_leads_back_to_its_page(client, resources):
    """Somebody reloads after a refusal, or chooses another language there."""
    who = await signed_in.come_in(client, resources)

    for form, page in (
        ("/admin/account/password", "/admin/account"),
        ("/admin/account/tokens", "/admin/account"),
        (f"/admin/staff/{who}/role", f"/admin/staff/{who}"),
    ):
        async with client.get(form, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, page)


async def test_guessing_the_present_password_is_slow(client, resources):
    """Somebody at a browser that was left open may not try for ever."""
    await signed_in.come_in(client, resources, "agent")

    statuses = []
    for _guess in range(10):
        async with await change(client, present="a guess") as answer:
            statuses.append(answer.status)

    assert statuses[0] == 403
    assert statuses[-1] == 429


async def test_both_are_written_down_without_the_password(resources):
    admin, agent = await signed_in.hire(resources), await signed_in.hire(resources, "agent")

    await staff.change_own_password(resources, agent, PasswordRequest(signed_in.PASSWORD, NEW, NEW))
    await staff.set_password(resources, admin, agent)

    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select staff_id, action, subject_id, detail from audit order by at"
        )
    assert [tuple(row) for row in rows] == [
        (agent, "password_changed", str(agent), {}),
        (admin, "staff_password_set", str(agent), {}),
    ]


async def test_what_was_reset_meanwhile_stays(resources, monkeypatch):
    """Who was locked out by it comes back by no form that was on its way, and in no session."""
    who = await signed_in.hire(resources)
    made = await signed_in.protect(resources, who)
    given = {"password": signed_in.PASSWORD, "code": signed_in.code(made.secret)}
    acts = (
        staff.change_own_password(resources, who, PasswordRequest(signed_in.PASSWORD, NEW, NEW)),
        step_up.confirm(resources, who, StepUpRequest(**given)),
        two_factor.switch_off(resources, who, PasswordAndCodeRequest(**given)),
        two_factor.renew_codes(resources, who, PasswordAndCodeRequest(**given)),
    )
    real, old = passwords.matches, await stored(resources)

    async def matches(*args):
        right = await real(*args)
        await execute(resources, "update staff set password_hash = 'reset'")
        return right

    monkeypatch.setattr(passwords, "matches", matches)
    for act in acts:
        await execute(resources, f"update staff set password_hash = '{old}'")
        with pytest.raises(Forbidden):
            await act

    assert await stored(resources) == "reset"
    assert (await two_factor.status(resources, who)).codes_left == 10


async def stored(resources):
    return await value(resources, "select password_hash from staff")


async def change(client, **wrong):
    fields = {"present": signed_in.PASSWORD, "new": NEW, "again": NEW} | wrong
    return await signed_in.submit(client, "/admin/account/password", **fields)


async def session_of(client):
    return client.session.cookie_jar.filter_cookies(client.make_url("/"))["session"].value


async def test_a_password_manager_finds_the_page(client):
    """The address is W3C's "A Well-Known URL for Changing Passwords"."""
    async with client.get("/.well-known/change-password", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/admin/account")
