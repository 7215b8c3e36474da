"""Another role: sessions end, tokens shrink, and there is always an administrator left."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from maritime_app.accounts import store, tokens
from maritime_app.accounts.permissions import PERMISSIONS
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ids import uuid7
from tests import signed_in


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")

    async with await signed_in.submit(
        client, f"/admin/staff/{agent}/role", role="analyst"
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (
            303,
            f"/admin/staff/{agent}?done=role",
        )
    async with client.get(answer.headers["Location"]) as page:
        assert "The role is changed." in await page.text()

    who, _session = await signed_in.by_password(
        resources, "agent@maritime.example", signed_in.PASSWORD
    )
    assert who.permissions == PERMISSIONS["analyst"]


async def test_it_ends_the_sessions(client, resources):
    who = await signed_in.come_in(client, resources, "agent")
    async with client.get("/admin/account") as page:
        assert page.status == 200

    await staff.set_role(resources, None, who, "operator")

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.headers["Location"] == "/sign-in?next=/admin/account"


async def test_before_and_after_are_written_down(resources):
    admin, agent = await signed_in.hire(resources), await signed_in.hire(resources, "agent")

    await staff.set_role(resources, admin, agent, "operator")
    await staff.set_role(resources, admin, agent, "operator")

    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select staff_id, action, subject_id, detail from audit")
    changed = {"from": "agent", "to": "operator"}
    assert [tuple(row) for row in rows] == [(admin, "staff_role_changed", str(agent), changed)]


async def test_the_only_administrator_stays_one(client, resources):
    admin = await signed_in.come_in(client, resources)

    async with await signed_in.submit(client, f"/admin/staff/{admin}/role", role="agent") as answer:
        assert answer.status == 409
        assert "only administrator" in await answer.text()
    assert (await staff.person(resources, admin)).role == "admin"


async def test_a_disabled_administrator_is_none(resources):
    admin, other = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    await staff.set_role(resources, None, other, "admin")
    await staff.disable(resources, None, other)

    with pytest.raises(Conflict):
        await staff.set_role(resources, None, admin, "agent")
    await staff.set_role(resources, None, other, "agent")


async def test_two_administrators_who_demote_each_other_at_once(resources):
    """One of them wins. The control below shows what happens without the lock."""
    first, second = await two_administrators(resources)

    outcomes = await asyncio.gather(
        staff.set_role(resources, first, second, "agent"),
        staff.set_role(resources, second, first, "agent"),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert await administrators(resources) == 1


async def test_without_the_lock_nobody_would_be_left(resources):
    """The control: each statement sees the other administrator: neither has been committed."""
    pair = await two_administrators(resources)

    async with AsyncExitStack() as both:
        for who in pair:
            conn = await both.enter_async_context(resources.db.transaction())
            assert await store.set_role(conn, who, "agent")

    assert await administrators(resources) == 0


@pytest.mark.parametrize("role", ["", "captain", "Admin"])
async def test_an_unknown_role_is_refused(resources, role):
    with pytest.raises(Invalid):
        await staff.set_role(resources, None, await signed_in.hire(resources), role)


async def test_nobody(client, resources):
    await signed_in.come_in(client, resources)

    with pytest.raises(NotFound):
        await staff.set_role(resources, None, uuid7(), "agent")
    for nobody in (uuid7(), "x", "%00"):
        async with client.get(f"/admin/staff/{nobody}") as answer:
            assert answer.status in (404, 422)


async def test_a_token_keeps_what_the_new_role_allows(resources):
    who = await signed_in.hire(resources, "operator")
    token = await tokens.make(resources, who, who, "desk", {"bookings.read", "stats.read"})

    await staff.set_role(resources, None, who, "analyst")

    caller = await signed_in.holder(resources, token)
    assert caller is not None
    assert caller.permissions == {"stats.read"}


async def two_administrators(res):
    first, second = await signed_in.hire(res), await signed_in.hire(res, "agent")
    await staff.set_role(res, None, second, "admin")
    return first, second


async def administrators(res):
    everybody = await staff.people(res)
    return len([who for who in everybody if who.role == "admin" and not who.disabled_at])
