"""API tokens: made for oneself or by an administrator, shown once, never more than the owner's
role.
"""

import hashlib
import re

import pytest

from maritime_app.accounts import tokens
from maritime_app.accounts.permissions import PERMISSIONS, SESSION_ONLY
from maritime_app.accounts.staff import service as staff
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ids import uuid7
from tests import signed_in

CACHED = "/api/admin-tools/tasks/cached/page:en:home/"


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)

    answer = await make(client, "/admin/account/tokens", "deployment", "tasks.read")
    token = await shown(answer)

    client.session.cookie_jar.clear()
    async with client.get(CACHED, headers={"Authorization": f"Bearer {token}"}) as found:
        assert found.status == 200
    [listed] = await tokens.tokens(resources)
    assert (listed.label, listed.permissions, listed.revoked_at) == (
        "deployment",
        ("tasks.read",),
        None,
    )
    assert listed.last_used_at


async def test_it_is_shown_once(client, resources):
    await signed_in.come_in(client, resources)
    answer = await make(client, "/admin/account/tokens", "deployment", "tasks.read")
    assert answer.headers["Cache-Control"] == "no-store"
    token = await shown(answer)

    for page in ("/admin/account", "/admin/tokens", "/admin/audit"):
        async with client.get(page) as again:
            text = await again.text()
        assert "deployment" in text, page
        assert token not in text, page


async def test_only_its_hash_is_kept(resources):
    who = await signed_in.hire(resources)
    token = await tokens.make(resources, who, who, "cash desk", {"bookings.read"})

    caller = await signed_in.holder(resources, token)

    assert caller is not None
    assert (caller.staff_id, caller.via, caller.permissions) == (
        who,
        "token",
        frozenset({"bookings.read"}),
    )
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow(
            "select token_hash, label, last_used_at is not null as used from api_token"
        )
        audit = await conn.fetchval("select detail::text from audit")
    assert tuple(row) == (hashlib.sha256(token.encode()).digest(), "cash desk", True)
    assert token not in audit


async def test_an_administrator_makes_one_for_somebody(client, resources):
    admin = await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")

    token = await shown(
        await make(client, f"/admin/staff/{agent}/tokens", "cash desk", "bookings.read")
    )

    caller = await signed_in.holder(resources, token)
    assert caller is not None
    assert caller.staff_id == agent
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow(
            "select staff_id, subject_id from audit where action = 'token_made'"
        )
    assert tuple(row) == (admin, str(agent))


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("agent", "tasks.read"),
        ("analyst", "bookings.read"),
        ("admin", "staff.manage"),
        ("admin", "account.manage"),
        ("admin", "no.such"),
    ],
)
async def test_never_more_than_the_owner_may_and_never_what_is_for_a_person(
    client, resources, role, wanted
):
    who = await signed_in.come_in(client, resources, role)

    async with await make(client, "/admin/account/tokens", "greedy", wanted) as answer:
        assert answer.status == 422
        assert "may carry only" in await answer.text()
    with pytest.raises(Invalid):
        await tokens.make(resources, who, who, "greedy", {wanted})
    assert await tokens.tokens(resources) == []


async def test_a_token_that_was_given_more_by_hand_carries_no_more(resources):
    who = await signed_in.hire(resources)
    token = await tokens.make(resources, who, who, "x", {"tasks.read"})
    async with resources.db.acquire() as conn:
        await conn.execute("update api_token set permissions = $1", sorted(PERMISSIONS["admin"]))

    caller = await signed_in.holder(resources, token)

    assert caller is not None
    assert caller.permissions == PERMISSIONS["admin"] - SESSION_ONLY


@pytest.mark.parametrize(
    ("label", "permissions", "field"),
    [
        ("", ["bookings.read"], "f-label"),
        ("x" * 101, ["bookings.read"], "f-label"),
        ("desk", [], "may"),
    ],
)
async def test_what_is_missing_is_said(client, resources, label, permissions, field):
    await signed_in.come_in(client, resources, "agent")

    async with await make(client, "/admin/account/tokens", label, *permissions) as answer:
        text = await answer.text()

    assert answer.status == 422
    assert f'id="{field}-note"' in text
    if permissions:
        assert 'name="may-bookings.read" value="1" checked' in text


async def test_who_cannot_sign_in_gets_none(resources):
    who = await signed_in.hire(resources, "agent")
    await staff.disable(resources, None, who)

    with pytest.raises(Conflict):
        await tokens.make(resources, None, who, "late", {"bookings.read"})
    with pytest.raises(NotFound):
        await tokens.make(resources, None, uuid7(), "nobody's", {"bookings.read"})


async def test_a_role_that_may_nothing_by_token_is_told(client, resources):
    """Everybody who works here has an account page; only what the role allows is offered there."""
    await signed_in.come_in(client, resources, "analyst")

    async with client.get("/admin/account") as page:
        text = await page.text()
    assert 'name="may-stats.read"' in text
    assert "may-tasks.read" not in text
    assert "may-account.manage" not in text


async def make(client, address, label, *permissions):
    fields = {f"may__{permission}": "1" for permission in permissions}
    return await signed_in.submit(client, address, label=label, **fields)


async def shown(answer):
    text = await answer.text()
    assert answer.status == 200, text
    found = re.search(r'value="(mt_[^"]+)"', text)
    assert found
    return found[1]
