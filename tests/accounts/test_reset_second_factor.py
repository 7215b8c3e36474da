"""Somebody's second factor is reset: by an administrator, or from the command line."""

import pytest

from maritime_app.accounts import service
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.cli.commands import staff as staff_commands
from maritime_app.errors import NotFound
from maritime_app.ids import uuid7
from tests import signed_in


async def test_it_works(client, resources):
    admin = await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")
    await signed_in.protect(resources, agent)
    async with client.get(f"/admin/staff/{agent}") as page:
        assert "Reset the second factor" in await page.text()

    async with await signed_in.submit(client, f"/admin/staff/{agent}/second-factor") as answer:
        assert (answer.status, answer.headers["Location"]) == (
            303,
            f"/admin/staff/{agent}?done=second-factor",
        )

    async with client.get(answer.headers["Location"]) as page:
        text = await page.text()
    assert "The second factor is reset." in text
    assert "Reset the second factor" not in text
    await signed_in.by_password(resources, "agent@maritime.example")
    assert (await two_factor.status(resources, agent)).codes_left == 0
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow(
            "select staff_id, subject_id, detail from audit where action = 'second_factor_reset'"
        )
    assert tuple(row) == (admin, str(agent), {})


async def test_the_list_of_staff_says_who_has_one(client, resources):
    await signed_in.come_in(client, resources)
    agent = await signed_in.hire(resources, "agent")

    for on in (False, True):
        if on:
            await signed_in.protect(resources, agent)
        async with client.get("/admin/staff") as page:
            assert (">On</span>" in await page.text()) == on


async def test_it_ends_the_sessions(resources):
    agent = await signed_in.hire(resources, "agent")
    made = await signed_in.protect(resources, agent)
    done = await two_factor.complete(resources, signed_in.pending(agent), made.recovery_codes[0])
    stored = f'{{"staff_id":"{agent}","epoch":{done.session.epoch}}}'.encode()
    assert await service.caller_by_session(resources, stored)

    await two_factor.reset(resources, None, agent)

    assert await service.caller_by_session(resources, stored) is None


async def test_from_the_command_line(resources, capsys):
    agent = await signed_in.hire(resources, "agent")
    await signed_in.protect(resources, agent)

    code = await staff_commands.reset_second_factor("AGENT@maritime.example", res=resources)

    said = capsys.readouterr()
    assert (code, said.out) == (0, "")
    assert "with the password alone" in said.err
    assert not (await two_factor.status(resources, agent)).since


async def test_where_it_is_off_nothing_happens(resources):
    agent = await signed_in.hire(resources, "agent")

    await two_factor.reset(resources, None, agent)

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from audit") == 0
        assert await conn.fetchval("select session_epoch from staff") == 0
    with pytest.raises(NotFound):
        await two_factor.reset(resources, None, uuid7())


async def test_only_administrators_may(client, resources):
    await signed_in.come_in(client, resources, "operator")
    agent = await signed_in.hire(resources, "agent")
    await signed_in.protect(resources, agent)

    async with await signed_in.submit(client, f"/admin/staff/{agent}/second-factor") as answer:
        assert answer.status == 403
    assert (await two_factor.status(resources, agent)).since
