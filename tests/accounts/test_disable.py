"""Somebody leaves: no sign-in, no session, no token from that moment on; and can come back."""

import asyncio

import pytest

from maritime_app.accounts import service, tokens
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import Conflict, Forbidden
from tests import signed_in


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    token = await tokens.make(resources, agent, agent, "desk", {"bookings.read"})

    async with await signed_in.submit(client, f"/admin/staff/{agent}/disable") as answer:
        assert (answer.status, answer.headers["Location"]) == (
            303,
            f"/admin/staff/{agent}?done=disabled",
        )

    with pytest.raises(Forbidden):
        await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)
    assert await signed_in.holder(resources, token) is None


async def test_the_session_ends_at_the_next_request(client, resources):
    who = await signed_in.come_in(client, resources, "agent")

    await staff.disable(resources, None, who)

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.status == 303


async def test_a_sign_in_that_was_under_way_leads_nowhere(resources):
    """The password was right, but somebody was quicker: the session ends before it begins."""
    who = await signed_in.hire(resources, "agent")
    _caller, session = await signed_in.by_password(
        resources, "agent@maritime.example", signed_in.PASSWORD
    )

    await staff.disable(resources, None, who)
    await staff.enable(resources, None, who)

    stored = b'{"staff_id":"%b","epoch":%d}' % (str(who).encode(), session.epoch)
    assert await service.caller_by_session(resources, stored) is None
    renewed = b'{"staff_id":"%b","epoch":%d}' % (str(who).encode(), session.epoch + 1)
    assert await service.caller_by_session(resources, renewed)


@pytest.mark.parametrize(
    "stored", [b"", b"{", b"{}", b'{"name":"The admin","role":"admin"}', b"\xff"]
)
async def test_a_session_of_an_older_version_is_none(resources, stored):
    assert await service.caller_by_session(resources, stored) is None


async def test_who_comes_back_has_the_old_password_and_tokens_but_no_session(client, resources):
    who = await signed_in.come_in(client, resources, "agent")
    token = await tokens.make(resources, who, who, "desk", {"bookings.read"})

    await staff.disable(resources, None, who)
    await staff.enable(resources, None, who)

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.status == 303
    assert await signed_in.holder(resources, token)
    await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)


async def test_the_only_administrator_stays(client, resources):
    admin = await signed_in.come_in(client, resources)

    async with await signed_in.submit(client, f"/admin/staff/{admin}/disable") as answer:
        assert answer.status == 409
        assert "only administrator" in await answer.text()


async def test_two_administrators_who_disable_each_other_at_once(resources):
    first, second = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    await staff.set_role(resources, None, second, "admin")

    outcomes = await asyncio.gather(
        staff.disable(resources, first, second),
        staff.disable(resources, second, first),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert len([who for who in await staff.people(resources) if not who.disabled_at]) == 1


async def test_twice_is_once(resources):
    agent = await signed_in.hire(resources, "agent")

    for _time in range(2):
        await staff.disable(resources, None, agent)
    for _time in range(2):
        await staff.enable(resources, None, agent)

    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select action from audit order by at")
    assert [row["action"] for row in rows] == ["staff_disabled", "staff_enabled"]


async def test_a_page_of_somebody_who_left_offers_the_way_back(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    await staff.disable(resources, None, agent)

    async with client.get(f"/admin/staff/{agent}") as page:
        text = await page.text()
    assert f"/admin/staff/{agent}/enable" in text
    assert f"/admin/staff/{agent}/disable" not in text
    assert f'action="/admin/staff/{agent}/tokens"' not in text
    async with await signed_in.submit(client, f"/admin/staff/{agent}/enable") as answer:
        assert answer.headers["Location"] == f"/admin/staff/{agent}?done=enabled"
