"""Whoever's credentials change is written to at once, in their language, without a secret."""

import json
from email import message_from_bytes, policy

import msgspec
import pytest

from maritime_app.accounts import service, tokens
from maritime_app.accounts.model import PasswordRequest, PendingSignIn
from maritime_app.accounts.notices.mails import CHANGED
from maritime_app.accounts.notices.model import Change, ChangeNotice
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.accounts.two_factor.model import PasswordAndCodeRequest
from maritime_app.clock import now
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.errors import Forbidden
from maritime_app.ids import uuid7
from tests import signed_in

AGENT = "agent@maritime.example"


async def test_it_works(client, resources):
    who = await signed_in.hire(resources, "agent")

    new = "a ferry to Heraklion at nine"
    wanted = PasswordRequest(present=signed_in.PASSWORD, new=new, again=new)
    await staff.change_own_password(resources, who, wanted)

    (mail,) = await written(resources)
    assert (mail["recipient"], mail["language"]) == (AGENT, "en")
    assert mail["context"]["change"] == "password_changed"
    assert mail["context"]["name"] == "The agent"
    assert mail["job"] == "emails.send_credentials_changed"
    assert new not in json.dumps(mail["context"])


async def test_what_an_administrator_does_is_said_to_be_theirs(resources):
    who, admin = await signed_in.hire(resources, "agent"), await signed_in.hire(resources)
    made = await signed_in.protect(resources, who)

    password = await staff.set_password(resources, admin, who)
    await two_factor.reset(resources, None, who)  # from the command line
    token = await tokens.make(resources, admin, who, "cash desk", {"bookings.read"})

    mails = await written(resources)
    assert [(one["context"]["change"], one["context"]["by_another"]) for one in mails] == [
        ("second_factor_on", False),
        ("password_reset", True),
        ("second_factor_reset", True),
        ("token_made", True),
    ]
    assert {one["recipient"] for one in mails} == {AGENT}
    assert mails[-1]["context"]["what"] == "cash desk"
    text = json.dumps([one["context"] for one in mails])
    assert not any(secret in text for secret in (password, token, made.secret))


async def test_the_second_factor(resources):
    who = await signed_in.hire(resources, "agent")
    made = await signed_in.protect(resources, who)
    codes = made.recovery_codes

    typed = PasswordAndCodeRequest(password=signed_in.PASSWORD, code=codes[0])
    codes = await two_factor.renew_codes(resources, who, typed)
    await two_factor.switch_off(
        resources, who, PasswordAndCodeRequest(password=signed_in.PASSWORD, code=codes[0])
    )

    changes = [one["context"]["change"] for one in await written(resources)]
    assert changes == ["second_factor_on", "recovery_codes", "second_factor_off"]


async def test_what_is_refused_is_told_to_nobody(resources):
    who = await signed_in.hire(resources, "agent")

    new = "kelp under the seventh pier"
    with pytest.raises(Forbidden):
        await staff.change_own_password(resources, who, PasswordRequest("not that one", new, new))

    assert await written(resources) == []


async def test_a_new_device_is_told_once(client, resources):
    """In the language that was chosen there, and of that browser never again."""
    await signed_in.hire(resources, "agent")
    browser = {"User-Agent": "Lynx/2.9", "Accept-Language": "de"}
    client.session.headers.update(browser)

    for _ in range(2):
        assert (await signed_in.sign_in(client, AGENT)).status == 303
        await signed_in.submit(client, "/sign-out")

    (mail,) = await written(resources)
    assert mail["context"]["change"] == "new_device"
    assert mail["context"]["what"] == "Lynx/2.9"
    assert mail["language"] == "de"


async def test_with_a_second_factor_it_is_told_after_the_code(resources):
    who = await signed_in.hire(resources, "agent")
    made = await signed_in.protect(resources, who)

    pending = await service.sign_in(resources, AGENT, signed_in.PASSWORD, new_device="Lynx/2.9")
    assert isinstance(pending, PendingSignIn)
    with pytest.raises(Forbidden):
        await two_factor.complete(resources, pending, signed_in.wrong(made.secret))
    assert [one["context"]["change"] for one in await written(resources)] == ["second_factor_on"]

    await two_factor.complete(resources, pending, made.recovery_codes[0])
    assert (await written(resources))[-1]["context"]["change"] == "new_device"


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
@pytest.mark.parametrize("change", Change)
def test_every_change_in_every_language(settings, change, language):
    made = rendered(settings, change, language)

    parts = {form: made.get_body(preferencelist=(form,)) for form in ("plain", "html")}
    text = {form: part.get_content() for form, part in parts.items()}
    assert "Ada <Lund>" in text["plain"]
    assert "Ada &lt;Lund&gt;" in text["html"]
    for part in text.values():
        assert "/admin/account" in part
        assert "UTC" in part
    is_english = made["Subject"] == rendered(settings, change, "en")["Subject"]
    assert is_english == (language == "en")


def rendered(settings, change, language):
    """The mail as it travels."""
    notice = ChangeNotice(change, "Ada <Lund>", now(), by_another=True, what="<cash> desk")
    mail = Mail(uuid7(), AGENT, language, msgspec.structs.asdict(notice), sent=False)
    return message_from_bytes(bytes(render.message(settings, CHANGED, mail)), policy=policy.default)


async def written(res):
    """The mails that were written, the oldest first, with the task that sends each."""
    async with res.db.acquire() as conn:
        return await conn.fetch(
            "select m.recipient, m.language, m.context, j.task as job from mail m"
            " join job j on j.payload ->> 'mail_id' = m.id::text order by m.id"
        )
