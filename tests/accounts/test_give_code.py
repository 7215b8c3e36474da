"""Signing in with a second factor: a code after the password, each code once."""

import asyncio
import dataclasses
import time

import pytest

from maritime_app.accounts import service
from maritime_app.accounts.model import Session
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Forbidden
from maritime_app.settings.file import replace
from tests import signed_in

AGENT = "agent@maritime.example"
CODE = "/sign-in/code"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


async def test_it_works(client, resources):
    made = await agent(resources)

    async with await signed_in.sign_in(client, AGENT, next="/admin/audit?page=2") as first:
        assert (first.status, first.headers["Location"]) == (303, CODE)
        assert "session" not in first.cookies
        assert first.cookies["pending-sign-in"]["httponly"]
    async with client.get(CODE) as form:
        text = await form.text()
    assert 'autocomplete="one-time-code"' in text
    assert 'inputmode="numeric"' in text
    async with await signed_in.submit(client, CODE, code=signed_in.code(made.secret)) as second:
        assert (second.status, second.headers["Location"]) == (303, "/admin/audit?page=2")

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.status == 200
    async with client.get(CODE, allow_redirects=False) as again:
        assert again.headers["Location"] == "/sign-in", "the pending sign-in is over"


async def test_between_the_two_steps_nothing_else_is_allowed(client, resources):
    await agent(resources)
    async with await signed_in.sign_in(client, AGENT) as first:
        pending = first.cookies["pending-sign-in"].value

    for address in ("/admin/account", "/admin/staff"):
        for cookies in (f"pending-sign-in={pending}", f"session={pending}"):
            async with client.get(
                address, headers={"Cookie": cookies}, allow_redirects=False
            ) as page:
                assert (page.status, page.headers["Location"].partition("?")[0]) == (
                    303,
                    "/sign-in",
                )


async def test_a_pending_sign_in_in_the_place_of_a_session_opens_nothing(resources):
    who = await agent(resources)
    for session, opens in (
        ('{"staff_id":"%s","epoch":1}', True),
        ('{"staff_id":"%s","epoch":1,"next":"/"}', False),
        ('{"staff_id":"%s","epoch":1,"half":true}', False),  # as version 0.1.0 stored it
    ):
        found = await service.caller_by_session(resources, (session % who.id).encode())
        assert bool(found) == opens


async def test_a_code_works_once(resources):
    """Also when it comes four times at the same moment."""
    made = await agent(resources)
    pending = signed_in.pending(made.id)
    now = signed_in.code(made.secret)

    tries = await asyncio.gather(
        *(two_factor.complete(resources, pending, now) for _ in range(4)), return_exceptions=True
    )

    assert [type(tried) for tried in tries if isinstance(tried, BaseException)] == [Forbidden] * 3
    with pytest.raises(Forbidden):
        await two_factor.complete(resources, pending, now)


async def test_without_the_remembered_step_it_would_work_again(resources):
    """The control: the test above fails when the row forgets."""
    made = await agent(resources)
    pending, now = signed_in.pending(made.id), signed_in.code(made.secret)
    await two_factor.complete(resources, pending, now)

    async with resources.db.acquire() as conn:
        await conn.execute("update staff set totp_step = 0")

    await two_factor.complete(resources, pending, now)


@pytest.mark.parametrize(
    ("beside", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
async def test_a_clock_may_be_half_a_minute_off(resources, beside, taken):
    made = await agent(resources)
    async with resources.db.acquire() as conn:
        await conn.execute("update staff set totp_step = 0")
    await in_the_middle_of_a_step()

    try:
        await two_factor.complete(
            resources, signed_in.pending(made.id), signed_in.code(made.secret, beside)
        )
    except Forbidden:
        assert not taken
    else:
        assert taken


async def test_an_older_code_than_the_last_one_is_refused(resources):
    made = await agent(resources)
    await in_the_middle_of_a_step()
    await two_factor.complete(resources, signed_in.pending(made.id), signed_in.code(made.secret, 1))

    with pytest.raises(Forbidden):
        await two_factor.complete(
            resources, signed_in.pending(made.id), signed_in.code(made.secret)
        )


@pytest.mark.parametrize(
    "write", [str, lambda code: code[:3] + " " + code[3:], lambda code: code.translate(ARABIC)]
)
async def test_however_a_code_is_typed(resources, write):
    made = await agent(resources)

    done = await two_factor.complete(
        resources, signed_in.pending(made.id), write(signed_in.code(made.secret))
    )

    assert (done.caller.staff_id, done.session) == (made.id, Session(made.id, 1))


async def test_a_recovery_code_does_as_well_once(client, resources):
    made = await agent(resources)
    typed = "-".join(made.recovery_codes[3][at : at + 4] for at in range(0, 20, 4))

    await signed_in.sign_in(client, AGENT)
    async with await signed_in.submit(client, CODE, code=typed) as second:
        assert second.status == 303
    await signed_in.sign_in(client, AGENT)
    async with await signed_in.submit(client, CODE, code=typed) as again:
        assert again.status == 403

    assert (await two_factor.status(resources, made.id)).codes_left == 9


async def test_whatever_is_wrong_the_words_are_the_same(client, resources):
    made = await agent(resources)
    before = signed_in.code(made.secret, -1)
    async with resources.db.acquire() as conn:  # a step may have ended since it was switched on
        await conn.execute("update staff set totp_step = $1", int(time.time()) // 30)
    used = made.recovery_codes[0]
    await two_factor.complete(resources, signed_in.pending(made.id), used)
    await signed_in.sign_in(client, AGENT)

    for guess in (
        signed_in.wrong(made.secret),
        used,
        "0" * 20,
        "",
        "abc",
        before,
    ):
        async with await signed_in.submit(client, CODE, code=guess) as answer:
            assert answer.status == 403
            assert "That code does not fit." in await answer.text()


async def test_guessing_is_slow(client, resources):
    made = await agent(resources)
    await signed_in.sign_in(client, AGENT)

    statuses = []
    for _guess in range(10):
        async with await signed_in.submit(
            client, CODE, code=signed_in.wrong(made.secret)
        ) as answer:
            statuses.append(answer.status)

    assert statuses[0] == 403
    assert statuses[-1] == 429


async def test_guessing_from_many_addresses_is_as_slow(client, resources):
    """Who has the password has only the code left to guess: its guesses count per person, too."""
    made = await agent(resources)
    await signed_in.sign_in(client, AGENT)

    for _guess in range(8):
        await signed_in.submit(client, CODE, code=signed_in.wrong(made.secret))
        await resources.redis_cache.command("DEL", "web:limit:sign_in:127.0.0.1")
    async with await signed_in.submit(client, CODE, code=signed_in.code(made.secret)) as answer:
        assert answer.status == 429


async def test_a_pending_sign_in_ends_by_itself(client, resources):
    made = await agent(resources)
    await signed_in.sign_in(client, AGENT)
    [key] = await resources.redis_cache.command("KEYS", "accounts:pending-sign-in:*")
    assert 0 < await resources.redis_cache.command("TTL", key) <= 300

    await resources.redis_cache.command("DEL", key)

    async with await signed_in.submit(client, CODE, code=signed_in.code(made.secret)) as late:
        assert late.status == 403
        assert "That took too long." in await late.text()


async def test_a_new_password_in_between_ends_it(client, resources):
    made = await agent(resources)
    await signed_in.sign_in(client, AGENT)

    await staff.set_password(resources, None, made.id)

    async with await signed_in.submit(client, CODE, code=signed_in.code(made.secret)) as answer:
        assert answer.status == 403


async def test_with_another_secret_key_only_recovery_codes_work(resources):
    made = await agent(resources)
    other = replace(resources.settings, secrets={"key": "another key"})
    moved = dataclasses.replace(resources, settings=other)

    with pytest.raises(Forbidden):
        await two_factor.complete(moved, signed_in.pending(made.id), signed_in.code(made.secret))
    await two_factor.complete(moved, signed_in.pending(made.id), made.recovery_codes[0])


async def test_what_happened_is_written_down(resources):
    made = await agent(resources)
    pending = signed_in.pending(made.id)

    await two_factor.complete(resources, pending, signed_in.code(made.secret))
    await two_factor.complete(resources, pending, made.recovery_codes[0])
    with pytest.raises(Forbidden):
        await two_factor.complete(resources, pending, made.recovery_codes[0])

    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select staff_id, action, detail from audit order by at offset 2")
    assert [tuple(row) for row in rows] == [
        (made.id, "sign_in", {"second_factor": "app"}),
        (made.id, "sign_in", {"second_factor": "recovery code"}),
        (made.id, "second_factor_refused", {}),
    ]


async def agent(resources):
    return await signed_in.protect(resources, await signed_in.hire(resources, "agent"))


async def in_the_middle_of_a_step():
    """So that the step does not end between the making of a code and its use."""
    while time.time() % 30 > 27:
        await asyncio.sleep(0.2)
