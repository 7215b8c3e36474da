"""One's own second factor: switched off, or new recovery codes, with the password and a code."""

import re

import pytest

from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.accounts.two_factor.model import PasswordAndCodeRequest
from maritime_app.errors import Forbidden
from tests import signed_in

PAGE = "/admin/account/second-factor"


async def test_it_works(client, resources):
    made = await come_in(client, resources)

    fields = {"password": signed_in.PASSWORD, "code": signed_in.code(made.secret, 1)}
    async with await signed_in.submit(client, f"{PAGE}/off", **fields) as answer:
        assert (answer.status, answer.headers["Location"]) == (
            303,
            "/admin/account?done=second-factor-off",
        )

    async with client.get("/admin/account?done=second-factor-off") as page:
        assert "The password alone signs you in." in await page.text()
    await signed_in.by_password(resources, "agent@maritime.example")
    async with resources.db.acquire() as conn:
        kept = await conn.fetchrow("select totp_secret, totp_step, totp_since from staff")
        assert await conn.fetchval("select count(*) from recovery_code") == 0
    assert tuple(kept) == (None, None, None)


@pytest.mark.parametrize("verb", ["off", "codes"])
@pytest.mark.parametrize("wrong", ["password", "code"])
async def test_it_needs_both(client, resources, verb, wrong):
    made = await come_in(client, resources)
    fields = {"password": signed_in.PASSWORD, "code": made.recovery_codes[1]} | {wrong: "000000"}

    async with await signed_in.submit(client, f"{PAGE}/{verb}", **fields) as answer:
        text = await answer.text()

    assert answer.status == 403
    assert "That password and code do not fit." in text, "without saying which"
    assert (await two_factor.status(resources, made.id)).codes_left == 9, "and nothing is used up"


async def test_new_recovery_codes_end_the_old_ones(client, resources):
    made = await come_in(client, resources)

    fields = {"password": signed_in.PASSWORD, "code": made.recovery_codes[1]}
    async with await signed_in.submit(client, f"{PAGE}/codes", **fields) as answer:
        text = await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"

    new = re.findall(r"<code>([\d ]+)</code>", text)
    assert len(new) == 10
    with pytest.raises(Forbidden):
        await two_factor.complete(resources, signed_in.pending(made.id), made.recovery_codes[2])
    await two_factor.complete(resources, signed_in.pending(made.id), new[0])


async def test_guessing_is_slow(client, resources):
    await come_in(client, resources)

    statuses = []
    for _guess in range(10):
        async with await signed_in.submit(
            client, f"{PAGE}/off", password="a guess", code="1"
        ) as answer:
            statuses.append(answer.status)

    assert (statuses[0], statuses[-1]) == (403, 429)


async def test_both_are_written_down(resources):
    made = await signed_in.protect(resources, await signed_in.hire(resources, "agent"))

    for work, code in (
        (two_factor.renew_codes, made.recovery_codes[0]),
        (two_factor.switch_off, signed_in.code(made.secret)),
    ):
        await work(resources, made.id, PasswordAndCodeRequest(signed_in.PASSWORD, code))

    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select staff_id, action, detail from audit order by at offset 2")
    assert [tuple(row) for row in rows] == [
        (made.id, "recovery_codes_made", {}),
        (made.id, "second_factor_off", {}),
    ]


async def come_in(client, resources):
    """An agent, signed in with a recovery code."""
    made = await signed_in.protect(resources, await signed_in.hire(resources, "agent"))
    await signed_in.sign_in(client, "agent@maritime.example")
    async with await signed_in.submit(
        client, "/sign-in/code", code=made.recovery_codes[0]
    ) as answer:
        assert answer.status == 303
    return made
