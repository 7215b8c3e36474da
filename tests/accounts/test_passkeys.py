"""A passkey is added, signs in by itself, and is removed; whatever does not fit is refused."""

import asyncio
import json
from functools import partial

import pytest

from maritime_app.accounts.passkeys import ceremony, service as passkeys
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.settings.file import replace
from tests import signed_in
from tests.accounts.device import Device
from tests.killed import Death, Killed
from tests.paused import Meeting
from tests.rows import values

ADMIN = "admin@maritime.example"
ACCOUNT = "/admin/account"


@pytest.fixture
def settings(settings):
    """People reach it by a name: passkeys cannot be bound to an address of numbers."""
    return replace(settings, web={"public_url": "http://localhost:8080"})


@pytest.fixture
def device():
    return Device("http://localhost:8080")


async def test_it_works(client, resources, device):
    """Added on the page of one's own account; then no password is asked for."""
    await signed_in.come_in(client, resources)
    answer = device.create(await asked(client, f"{ACCOUNT}/passkeys/begin"))
    added = await signed_in.submit(
        client, f"{ACCOUNT}/passkeys", name="My phone", credential=answer
    )
    assert (added.status, added.headers["Location"]) == (303, f"{ACCOUNT}?done=passkey")
    async with client.get(ACCOUNT) as page:
        assert "My phone" in await page.text()
    await signed_in.submit(client, "/sign-out")

    options = await asked(client, "/sign-in/passkey/begin", next="/admin/audit")
    assert options["publicKey"]["userVerification"] == "required"
    came = await signed_in.submit(client, "/sign-in/passkey", credential=device.get(options))

    assert (came.status, came.headers["Location"]) == (303, "/admin/audit")
    async with client.get("/admin/audit") as page:
        text = await page.text()
    assert "My phone" in text
    assert page.status == 200


async def test_a_new_device_is_told_of_with_the_sign_in(resources, device, monkeypatch):
    """Killed right after the sign-in was written down: its mail is written down, too."""
    await add(resources, device, await signed_in.hire(resources))
    options, waiting = await passkeys.begin_asking(resources)
    death = Death(monkeypatch)
    death.install()
    death.arm(1, before=False)

    with pytest.raises(Killed):
        await passkeys.verify(resources, waiting, device.get(options), lambda email: f"Of {email}")

    told = "select context->>'what' from mail where context->>'change' = 'new_device'"
    assert await values(resources, "select action from audit where action = 'sign_in'")
    assert await values(resources, told) == [f"Of {ADMIN}"]


@pytest.mark.parametrize("is_known", [False, True])
async def test_the_browser_is_known_after_the_first_time(client, resources, device, is_known):
    await add(resources, device, await signed_in.hire(resources))
    for _time in range(1 + is_known):
        options = await asked(client, "/sign-in/passkey/begin")
        came = await signed_in.submit(client, "/sign-in/passkey", credential=device.get(options))
        assert came.status == 303
        await signed_in.submit(client, "/sign-out")

    told = "select count(*) from mail where context->>'change' = 'new_device'"
    assert await values(resources, told) == [1]


async def test_an_answer_counts_once(client, resources, device):
    """Whoever has read it on its way cannot come in with it."""
    await add(resources, device, await signed_in.hire(resources))
    answer = device.get(await asked(client, "/sign-in/passkey/begin"))
    assert (await signed_in.submit(client, "/sign-in/passkey", credential=answer)).status == 303
    await signed_in.submit(client, "/sign-out")

    again = await signed_in.submit(client, "/sign-in/passkey", credential=answer)

    assert again.status == 403
    async with client.get(ACCOUNT, allow_redirects=False) as page:
        assert page.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://localhost:8081"},
        {"origin": "https://fairway.example"},
        {"verifies": False},
        {"count": -1},
    ],
    ids=["another port", "another site", "nobody has unlocked it", "a copied key"],
)
async def test_what_does_not_fit_is_refused(resources, device, change):
    await add(resources, device, await signed_in.hire(resources))
    for name, value in change.items():
        setattr(device, name, value)
    options, waiting = await passkeys.begin_asking(resources)

    with pytest.raises(Forbidden, match="does not fit"):
        await passkeys.verify(resources, waiting, device.get(options))


async def test_another_challenge_is_refused(resources, device):
    await add(resources, device, await signed_in.hire(resources))
    options, _first = await passkeys.begin_asking(resources)
    _options, second = await passkeys.begin_asking(resources)

    with pytest.raises(Forbidden):
        await passkeys.verify(resources, second, device.get(options))


@pytest.mark.parametrize(
    "answer", ["", "{", "[]", '{"id": 1}', json.dumps({"rawId": "AA"}), '{"id":' + "[" * 9_000]
)
async def test_no_answer_at_all_is_refused(resources, answer):
    _options, waiting = await passkeys.begin_asking(resources)

    with pytest.raises(Forbidden):
        await passkeys.verify(resources, waiting, answer)


async def test_a_device_that_does_not_count_comes_in_again(resources):
    """Keys that are synchronised always say 0."""
    device = Device("http://localhost:8080", counts=False)
    me = await signed_in.hire(resources)
    await add(resources, device, me)

    for _time in range(2):
        options, waiting = await passkeys.begin_asking(resources)
        came = await passkeys.verify(resources, waiting, device.get(options))
        assert came.session.staff_id == me


async def test_who_may_not_sign_in_cannot_with_a_passkey(resources, device):
    boss, me = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    await add(resources, device, me)
    await staff.disable(resources, boss, me)
    options, waiting = await passkeys.begin_asking(resources)

    with pytest.raises(Forbidden):
        await passkeys.verify(resources, waiting, device.get(options))


async def test_removed_it_opens_nothing(resources, device):
    me, other = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    await add(resources, device, me)
    (mine,) = await passkeys.of_person(resources, me)
    with pytest.raises(NotFound):
        await passkeys.remove(resources, other, mine.id)

    await passkeys.remove(resources, me, mine.id)

    options, waiting = await passkeys.begin_asking(resources)
    with pytest.raises(Forbidden):
        await passkeys.verify(resources, waiting, device.get(options))


async def test_a_reset_removes_them_all(resources, device):
    """The telephone is lost: whoever finds it stays outside."""
    boss, me = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    await add(resources, device, me)
    _caller, before = await signed_in.by_password(resources, "agent@maritime.example")

    await two_factor.reset(resources, boss, me)

    assert await passkeys.of_person(resources, me) == []
    _caller, after = await signed_in.by_password(resources, "agent@maritime.example")
    assert after.epoch > before.epoch, "sessions have ended"


@pytest.mark.parametrize("is_added_first", [True, False])
async def test_a_reset_meets_one_that_is_just_added(resources, monkeypatch, is_added_first):
    """Whichever statement of the one meets the other: whoever began before it has none after it."""
    boss, me = await signed_in.hire(resources), await signed_in.hire(resources, "agent")
    meeting = Meeting(resources, monkeypatch)
    while meeting.goes_on:
        await add(resources, Device("http://localhost:8080"), me)
        options, waiting = await passkeys.begin_adding(resources, me)
        answer = Device("http://localhost:8080").create(options)
        adding = partial(passkeys.add, resources, waiting, "Another", answer)
        verbs = [adding, partial(two_factor.reset, resources, boss, me)]

        said = await meeting.meet(*(verbs if is_added_first else verbs[::-1]))

        assert all(one is None or isinstance(one, Forbidden) for one in said), said
        assert await passkeys.of_person(resources, me) == []


async def test_it_needs_a_name_and_is_there_once(resources, device):
    me = await signed_in.hire(resources)
    options, waiting = await passkeys.begin_adding(resources, me)
    answer = device.create(options)
    with pytest.raises(Invalid):
        await passkeys.add(resources, waiting, " ", answer)
    await passkeys.add(resources, waiting, "Key", answer)

    with pytest.raises(Conflict):
        await passkeys.add(resources, waiting, "Key", answer)


async def test_ten_are_the_most_however_many_browsers_ask_at_once(resources):
    me = await signed_in.hire(resources)
    begun = [await passkeys.begin_adding(resources, me) for _browser in range(11)]

    said = await asyncio.gather(
        *(
            passkeys.add(resources, waiting, "Key", Device("http://localhost:8080").create(options))
            for options, waiting in begun
        ),
        return_exceptions=True,
    )

    assert [one for one in said if one is not None and not isinstance(one, Conflict)] == []
    assert len(await passkeys.of_person(resources, me)) == 10


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://fairway.example", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
        ("", False),
    ],
)
def test_they_are_bound_to_a_name(address, possible):
    assert ceremony.is_possible(address) is possible


async def add(res, device, staff_id):
    """That person's passkey on this device."""
    options, waiting = await passkeys.begin_adding(res, staff_id)
    await passkeys.add(res, waiting, "A device", device.create(options))


async def asked(client, address, **fields):
    """What the page's script is answered."""
    answer = await signed_in.submit(client, address, **fields)
    assert answer.status == 200, await answer.text()
    return await answer.json()
