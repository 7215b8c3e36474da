"""A token is taken back: the next request with it is refused."""

import pytest

from maritime_app.accounts import tokens
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import NotFound
from tests import signed_in

CACHED = "/api/admin-tools/tasks/cached/page:en:home/"


async def test_it_works(client, resources):
    who = await signed_in.come_in(client, resources)
    token = await tokens.make(resources, who, who, "deployment", {"tasks.read"})
    headers = {"Authorization": f"Bearer {token}"}
    async with client.get(CACHED, headers=headers) as answer:
        assert answer.status == 200
    [made] = await tokens.tokens(resources)

    async with await signed_in.submit(client, f"/admin/account/tokens/{made.id}/revoke") as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/admin/account?done=revoked")

    async with client.get(CACHED, headers=headers) as answer:
        assert answer.status == 401


async def test_an_administrator_takes_back_anybodys(client, resources):
    admin = await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    token = await tokens.make(resources, agent, agent, "cash desk", {"bookings.read"})
    [made] = await tokens.tokens(resources, agent)

    async with await signed_in.submit(
        client, f"/admin/staff/{agent}/tokens/{made.id}/revoke"
    ) as answer:
        assert answer.headers["Location"] == f"/admin/staff/{agent}?done=revoked"

    assert await signed_in.holder(resources, token) is None
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow(
            "select staff_id, subject_id, detail from audit where action = 'token_revoked'"
        )
    assert tuple(row) == (admin, str(agent), {"label": "cash desk", "token": str(made.id)})


async def test_nobody_takes_back_what_is_not_their_own(client, resources):
    admin = await signed_in.hire(resources)
    token = await tokens.make(resources, admin, admin, "deployment", {"tasks.read"})
    [made] = await tokens.tokens(resources)
    await signed_in.come_in(client, resources, "agent")

    async with await signed_in.submit(client, f"/admin/account/tokens/{made.id}/revoke") as answer:
        assert answer.status == 404
    async with await signed_in.submit(
        client, f"/admin/staff/{admin}/tokens/{made.id}/revoke"
    ) as answer:
        assert answer.status == 403

    assert await signed_in.holder(resources, token)


async def test_a_second_time_says_so(resources):
    who = await signed_in.hire(resources)
    await tokens.make(resources, who, who, "x", {"tasks.read"})
    [made] = await tokens.tokens(resources)
    await tokens.revoke(resources, who, made.id)

    with pytest.raises(NotFound):
        await tokens.revoke(resources, who, made.id)


async def test_it_stays_in_the_list_behind_the_live_ones(client, resources):
    who = await signed_in.come_in(client, resources)
    for label in ("old", "new"):
        await tokens.make(resources, who, who, label, {"tasks.read"})
    newest = (await tokens.tokens(resources))[0]
    await tokens.revoke(resources, who, newest.id)

    assert [token.label for token in await tokens.tokens(resources)] == ["old", "new"]
    assert (await staff.person(resources, who)).tokens == 1
    async with client.get("/admin/tokens") as page:
        text = await page.text()
    assert f"/tokens/{newest.id}/revoke" not in text
