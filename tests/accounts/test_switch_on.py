"""Switching a second factor on: password, QR code, first code, recovery codes."""

import re

import pytest

from maritime_app.accounts import passwords, service
from maritime_app.accounts.model import PendingSignIn
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor, totp
from maritime_app.errors import Conflict, Forbidden
from tests import signed_in

PAGE = "/admin/account/second-factor"


async def test_it_works(client, resources):
    who = await signed_in.come_in(client, resources, "agent")

    async with await signed_in.submit(client, PAGE, password=signed_in.PASSWORD) as shown:
        text = await shown.text()
        assert (shown.status, shown.headers["Cache-Control"]) == (200, "no-store")
    assert "<svg" in text
    secret = secret_in(text)
    assert not (await two_factor.status(resources, who)).since, "it counts once a code was right"
    async with await signed_in.submit(
        client, f"{PAGE}/confirm", code=signed_in.code(secret)
    ) as done:
        text = await done.text()
        assert (done.status, done.headers["Cache-Control"]) == (200, "no-store")

    codes = re.findall(r"<code>([\d ]+)</code>", text)
    assert len(set(codes)) == 10
    async with client.get("/admin/account", allow_redirects=False) as page:
        text = await page.text()
        assert page.status == 200, "who switches it on stays signed in"
        assert "10 recovery codes are left." in text
        assert secret not in text.replace(" ", "")
    outcome = await service.sign_in(resources, "agent@maritime.example", signed_in.PASSWORD)
    assert isinstance(outcome, PendingSignIn), "the code is asked for"


async def test_every_session_from_before_ends(client, resources):
    """They knew the password only."""
    who = await signed_in.come_in(client, resources, "agent")

    await signed_in.protect(resources, who)

    async with client.get("/admin/account", allow_redirects=False) as page:
        assert page.status == 303


async def test_who_stops_half_way_signs_in_as_before(client, resources):
    await signed_in.come_in(client, resources, "agent")

    await signed_in.submit(client, PAGE, password=signed_in.PASSWORD)

    await signed_in.by_password(resources, "agent@maritime.example")


async def test_a_wrong_first_code_shows_the_same_secret_again(client, resources):
    who = await signed_in.come_in(client, resources, "agent")
    secret = await two_factor.begin(resources, who, signed_in.PASSWORD)

    async with await signed_in.submit(
        client, f"{PAGE}/confirm", code=signed_in.wrong(secret)
    ) as refused:
        text = await refused.text()

    assert refused.status == 403
    assert "That code does not fit." in text
    assert secret_in(text) == secret
    assert not (await two_factor.status(resources, who)).since


async def test_it_asks_for_the_password(client, resources):
    """Somebody at a browser that was left open may not lock its owner out."""
    await signed_in.come_in(client, resources, "agent")

    statuses = []
    for _guess in range(10):
        async with await signed_in.submit(client, PAGE, password="a guess") as answer:
            statuses.append(answer.status)

    assert statuses[0] == 403
    assert statuses[-1] == 429, "and guessing it is slow"


async def test_one_that_is_on_is_not_replaced(client, resources):
    who = await signed_in.hire(resources, "agent")
    await signed_in.protect(resources, who)

    with pytest.raises(Conflict):
        await two_factor.begin(resources, who, signed_in.PASSWORD)
    with pytest.raises(Conflict):
        await two_factor.begun(resources, who)


async def test_two_browsers_that_begin_have_one_secret(resources):
    """The later one counts; the code of the earlier one is refused."""
    who = await signed_in.hire(resources, "agent")
    earlier = await two_factor.begin(resources, who, signed_in.PASSWORD)
    later = await two_factor.begin(resources, who, signed_in.PASSWORD)

    with pytest.raises(Forbidden):
        await two_factor.switch_on(resources, who, signed_in.code(earlier))
    await two_factor.switch_on(resources, who, signed_in.code(later))


async def test_what_was_begun_with_a_password_ends_with_it(resources):
    """Whoever knew it does not lock its owner out once it was reset."""
    who = await signed_in.hire(resources, "agent")
    secret = await two_factor.begin(resources, who, signed_in.PASSWORD)
    await staff.set_password(resources, None, who)

    with pytest.raises(Conflict, match="begin again"):
        await two_factor.switch_on(resources, who, signed_in.code(secret))


async def test_nothing_is_begun_with_a_password_that_is_just_reset(resources, monkeypatch):
    who = await signed_in.hire(resources, "agent")
    matches = passwords.matches

    async def matches_and_is_reset(*given):
        is_right = await matches(*given)
        await staff.set_password(resources, None, who)
        return is_right

    monkeypatch.setattr(passwords, "matches", matches_and_is_reset)
    with pytest.raises(Forbidden):
        await two_factor.begin(resources, who, signed_in.PASSWORD)
    with pytest.raises(Conflict):
        await two_factor.begun(resources, who)


async def test_one_that_is_on_outlives_its_password(resources):
    who = await signed_in.hire(resources, "agent")
    await signed_in.protect(resources, who)

    await staff.set_password(resources, None, who)

    assert (await two_factor.status(resources, who)).since


async def test_neither_secret_nor_codes_are_kept_as_they_are(resources):
    who = await signed_in.hire(resources, "agent")
    made = await signed_in.protect(resources, who)

    async with resources.db.acquire() as conn:
        sealed = await conn.fetchval("select totp_secret from staff")
        hashes = [
            row["code_hash"] for row in await conn.fetch("select code_hash from recovery_code")
        ]
        audit = await conn.fetch("select action, subject_id, detail from audit order by at")

    assert made.secret not in sealed
    assert totp.unseal(resources.settings, who, sealed) == made.secret
    assert {len(kept) for kept in hashes} == {32}
    assert [tuple(row) for row in audit] == [
        ("second_factor_begun", str(who), {}),
        ("second_factor_on", str(who), {}),
    ]


async def test_what_was_sealed_for_one_person_is_nothing_for_another(resources):
    one, other = (
        await signed_in.hire(resources, "agent"),
        await signed_in.hire(resources, "analyst"),
    )
    sealed = totp.seal(resources.settings, one, totp.generate())

    assert totp.unseal(resources.settings, one, sealed)
    assert totp.unseal(resources.settings, other, sealed) is None
    assert totp.unseal(resources.settings, one, sealed[:-4] + "AAA=") is None
    assert totp.unseal(resources.settings, one, "") is None


def secret_in(text):
    found = re.search(r'<code id="secret"[^>]*>([A-Z2-7 ]+)<', text)
    assert found
    assert all(len(group) == 4 for group in found[1].split())
    return found[1].replace(" ", "")
