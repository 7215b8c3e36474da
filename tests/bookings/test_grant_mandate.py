"""A traveller lets a program pay: asked for, a card saved, the key shown once, revoked."""

import html
import re

import pytest

from maritime_app import signed_links
from maritime_app.bookings.mandates import granting, jobs, mails
from maritime_app.bookings.mandates.model import MandateRequest, MandateStatus
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.errors import Conflict, NotFound
from maritime_app.ids import uuid7
from maritime_app.money import Money
from maritime_app.payments import gateway
from maritime_app.payments.saved_cards import service as saved_cards
from tests.factories import a_sailing
from tests.mandates import (
    ALWAYS_ASKS,
    DECLINED,
    address_of,
    ask_for_mandate,
    granted,
    page_of,
    press,
    save_card,
)
from tests.rows import execute, value, values


async def test_it_works(shop, played):
    """From the form to the key, and to the end by one click."""
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played, limit="150,50", bookings="2", **{"from": "NOOSL"})
    assert "Save a card" in await page_of(shop, here)

    shown = await save_card(shop, here)

    assert "A program may pay for you" in shown
    assert "€150.50" in shown
    assert "2 bookings" in shown
    assert "Visa" in shown
    assert "4242" in shown
    keyed = await press(shop, here, "key")
    key = re.search(r"fm_[\w-]{43}", keyed)
    assert key
    assert key[0] not in await page_of(shop, here)
    assert await value(played, "select key_hash from mandate") == granting.hash_of(key[0])
    over = await press(shop, here, "revoke")
    assert "You have revoked this mandate" in over
    assert await values(played, "select template from mail order by id") == [
        "mandate_asked",
        "mandate_granted",
    ]


async def test_the_key_is_shown_once(shop, played):
    here, key = await granted(shop, played)
    assert key
    async with shop.post(f"{here}/key", data=await form_of(shop, here)) as again:
        assert again.status == 409
        assert "fm_" not in await again.text()


async def test_without_a_card_there_is_no_key(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    async with shop.post(f"{here}/key", data=await form_of(shop, here)) as refused:
        assert refused.status == 409


async def test_only_its_own_page_and_link_open_it(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    async with shop.post(f"{here}/card", data={}) as forged:
        assert forged.status == 403
    shop.session.cookie_jar.clear()
    async with shop.get(here) as other:
        assert other.status == 404
    token = signed_links.token(played.settings, "fare_alert", uuid7())
    async with shop.get(f"/mandates/{token}") as other:
        assert other.status == 404


async def test_a_bank_that_asks_is_asked_when_the_card_is_saved(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    assert "A program may pay for you" in await save_card(shop, here, ALWAYS_ASKS)


async def test_a_declined_card_is_not_saved_and_another_may_be(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    assert "Your card was declined." in await save_card(shop, here, DECLINED)
    assert await value(played, "select status from mandate") == "asked"
    assert "A program may pay for you" in await save_card(shop, here)


async def test_who_does_not_come_back_has_saved_a_card_all_the_same(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    await save_card(shop, here, comes_back=False)
    assert await value(played, "select status from mandate") == "asked"
    await execute(played, "update mandate set created_at = now() - interval '61 seconds'")

    assert await jobs.follow_mandates(played) == "0 expired, 1 cards and 0 charges asked after"
    mandate_id = await value(played, "select id from mandate")
    assert await jobs.learn_saved_card(played, mandate_id=str(mandate_id)) == (
        "the mandate is active"
    )


async def test_a_card_that_is_saved_for_a_revoked_mandate_is_given_up(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    await save_card(shop, here, comes_back=False)
    mandate_id = await value(played, "select id from mandate")
    await granting.revoke(played, mandate_id)
    assert await jobs.give_up_card(played, mandate_id=str(mandate_id)) == "given up"
    assert await value(played, "select status from mandate") == "revoked"


async def test_a_revoked_mandate_takes_no_card_any_more(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    async with shop.post(
        f"{here}/card", data=await form_of(shop, here), allow_redirects=False
    ) as on:
        address = on.headers["Location"]
    mandate_id = await value(played, "select id from mandate")
    await granting.revoke(played, mandate_id)
    assert await jobs.give_up_card(played, mandate_id=str(mandate_id)) == "no card was saved"
    async with shop.session.get(address) as closed:
        assert closed.status == 410


async def test_a_page_that_is_made_while_the_mandate_is_revoked_takes_no_card(
    shop, played, monkeypatch
):
    """Nobody knows of it: a card that is saved there would be kept, and never given up."""
    await a_sailing(played.db)
    await ask_for_mandate(shop, played)
    mandate_id = await value(played, "select id from mandate")
    real, made = saved_cards.open_page, []

    async def open_page(*args):
        await granting.revoke(played, mandate_id)
        made.append(await real(*args))
        return made[-1]

    monkeypatch.setattr(saved_cards, "open_page", open_page)

    assert await granting.card_page(played, mandate_id) is None

    async with shop.session.get(made[0].url) as closed:
        assert closed.status == 410


async def test_clicked_twice_it_is_the_same_page(shop, played):
    """On two pages two cards could be saved, and one of them would never be given up."""
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    assert await sent_to(shop, here) == await sent_to(shop, here)


async def test_a_page_that_has_closed_is_followed_by_another(shop, played):
    await a_sailing(played.db)
    here = await ask_for_mandate(shop, played)
    closed = await sent_to(shop, here)
    session_id = await value(played, "select session_id from mandate")
    await gateway.of(played).expire_session(session_id)

    another = await sent_to(shop, here)

    assert another != closed
    async with shop.session.get(another) as page:
        assert page.status == 200
    assert await value(played, "select session_id from mandate") != session_id


async def test_who_has_saved_a_card_is_not_asked_for_another(shop, played):
    here, _key = await granted(shop, played)
    assert (await sent_to(shop, here)).endswith(here)
    mandate_id = await value(played, "select id from mandate")
    assert await granting.card_page(played, mandate_id) is None


async def test_a_card_that_is_saved_while_the_mandate_ends_is_given_up(shop, played, monkeypatch):
    """Between the look at the provider's page and our row: nobody else would ever detach it."""
    mandate_id, card = await saved_unseen(shop, played)
    real = saved_cards.page_state

    async def page_state(*args):
        await execute(played, "update mandate set status = 'revoked', ended_at = now()")
        return await real(*args)

    monkeypatch.setattr(saved_cards, "page_state", page_state)

    after = await granting.learn_card(played, mandate_id)

    assert (after.status, after.card) == (MandateStatus.REVOKED, None)
    assert await owner_of(played, card) is None


async def test_two_who_learn_of_a_card_at_once_keep_it(shop, played, monkeypatch):
    """The browser comes back while the job asks: the second finds it granted, and gives up none."""
    mandate_id, card = await saved_unseen(shop, played)
    real = saved_cards.page_state

    async def page_state(*args):
        monkeypatch.setattr(saved_cards, "page_state", real)
        await granting.learn_card(played, mandate_id)
        return await real(*args)

    monkeypatch.setattr(saved_cards, "page_state", page_state)

    after = await granting.learn_card(played, mandate_id)

    assert (after.status, after.card) == (MandateStatus.ACTIVE, card)
    assert await owner_of(played, card) == card.customer_id
    told = "select count(*) from mail where template = 'mandate_granted'"
    assert await value(played, told) == 1


async def test_revoked_twice_its_card_is_given_up_once(shop, played):
    await granted(shop, played)
    mandate_id = await value(played, "select id from mandate")
    for _time in range(2):
        await granting.revoke(played, mandate_id)
    await execute(played, "update mandate set valid_until = now() - interval '1 second'")
    assert await granting.expire(played) == 0
    assert await value(played, "select status from mandate") == "revoked"
    given_up = "select count(*) from job where task = 'bookings.give_up_card'"
    assert await value(played, given_up) == 1


async def test_a_mandate_that_is_none_is_not_found(resources):
    with pytest.raises(NotFound):
        await granting.opened(resources, uuid7())


async def test_its_time_is_over(shop, played):
    await granted(shop, played)
    await execute(played, "update mandate set valid_until = now() - interval '1 second'")
    assert await granting.expire(played) == 1
    assert await granting.expire(played) == 0
    assert await value(played, "select status from mandate") == "expired"
    assert "This mandate is over" in await page_of(shop, await address_of(played))


async def test_a_mandate_without_a_card_is_forgotten_after_a_week(shop, played):
    await a_sailing(played.db)
    await ask_for_mandate(shop, played, days="30")
    await execute(played, "update mandate set created_at = now() - interval '8 days'")
    assert await granting.expire(played) == 1


async def test_who_asked_is_erased(shop, played):
    await granted(shop, played)
    mandate_id = await value(played, "select id from mandate")
    await granting.revoke(played, mandate_id)
    assert await jobs.erase_mandates(played) == "0 mandates"
    await execute(played, "update mandate set ended_at = now() - interval '3000 days'")
    assert await jobs.erase_mandates(played) == "1 mandates"
    assert await value(played, "select email || card_last4 from mandate") == ""


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("limit", "", ""),
        ("limit", "12.505", "Please enter an amount like 12.50."),
        ("limit", "-5", "Please enter an amount like 12.50."),
        ("limit", "0.49", "Please enter an amount like 12.50."),
        ("currency", "QQQ", "Nothing is sold in this currency."),
        ("email", "ada@example..org", "No mail reaches this address."),
        ("from", "XXNON", "We do not know that place."),
        ("to", "NOOSL", "Please choose two different ports."),
        ("bookings", "0", ""),
        ("days", "5000", ""),
    ],
)
async def test_what_is_wrong_is_said(shop, played, field, wrong, words):
    await a_sailing(played.db)
    sent = {"from": "NOOSL", "to": "DEKEL"} | {field: wrong}
    async with shop.get("/mandates/new") as page:
        form = fields_in(await page.text()) | {"limit": "100", "email": "ada@example.org"} | sent
    async with shop.post("/mandates", data=form) as answer:
        text = html.unescape(await answer.text())
        assert answer.status == 422, text
    assert words in text
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', text)
    assert await value(played, "select count(*) from mandate") == 0


@pytest.mark.parametrize("written", ["dekel", "DE KEL"])
async def test_a_port_may_be_written_as_anywhere_else(resources, written):
    """However it is written the mandate is for that port, and not for all."""
    await a_sailing(resources.db)
    await granting.ask(resources, a_wish("NOOSL", written))

    ends = "select o.code || '-' || d.code from mandate m join port o on o.id = m.origin_id"
    assert await value(resources, f"{ends} join port d on d.id = m.destination_id") == "NOOSL-DEKEL"


@pytest.mark.parametrize(("origin", "destination"), [("NOOSL", "isle:a"), ("isle:a", None)])
async def test_a_stop_that_was_just_taken_out_is_not_anywhere(
    resources, monkeypatch, origin, destination
):
    """A new edition of a timetable came between the look at what was asked for and writing it."""
    await a_sailing(resources.db)

    async def it_was_there(*_asked):
        return Money(10_000, "EUR")

    monkeypatch.setattr(granting, "checked", it_was_there)
    with pytest.raises(Conflict):
        await granting.ask(resources, a_wish(origin, destination))
    assert await values(resources, "select id from mandate") == []


def a_wish(origin, destination):
    return MandateRequest("ada@example.org", "100", "EUR", origin=origin, destination=destination)


async def test_an_address_has_ten_at_most(shop, played):
    await a_sailing(played.db)
    for _ in range(10):
        await ask_for_mandate(shop, played)
    async with shop.get("/mandates/new") as page:
        form = fields_in(await page.text()) | {"limit": "100", "email": "ada@example.org"}
    async with shop.post("/mandates", data=form) as answer:
        assert answer.status == 409


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
@pytest.mark.parametrize("kind", mails.MAILS, ids=lambda kind: kind.name)
def test_every_mail_in_every_language(settings, kind, language):
    link = "http://ferries.example/mandates/t"
    context = {
        "origin": "Oslo",
        "destination": "",
        "limit": {"amount_minor": 15_000, "currency": "EUR"},
        "bookings": 3,
        "valid_until": "2026-12-03T10:00:00Z",
        "manage_url": link,
        "card": "Visa 4242",
        "amount": {"amount_minor": 4_300, "currency": "EUR"},
        "left": {"amount_minor": 10_700, "currency": "EUR"},
        "reference": "7WN6N3E3",
        "booking_url": "http://ferries.example/bookings/7WN6N3E3",
        "refusal": "authentication_required",
    }
    message = render.message(
        settings, kind, Mail(uuid7(), "ada@example.org", language, context, False)
    )
    assert message["Subject"]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            assert link in text
            assert "%(" not in text


async def sent_to(shop, here):
    """Where the button that saves a card leads."""
    async with shop.post(
        f"{here}/card", data=await form_of(shop, here), allow_redirects=False
    ) as on:
        assert on.status == 303, await on.text()
        return on.headers["Location"]


async def saved_unseen(shop, played):
    """A mandate whose holder has saved a card and not come back; returns its id, and the card."""
    await a_sailing(played.db)
    await save_card(shop, await ask_for_mandate(shop, played), comes_back=False)
    session_id = await value(played, "select session_id from mandate")
    page = await saved_cards.page_state(played, session_id)
    assert page is not None
    assert page.card is not None
    return await value(played, "select id from mandate"), page.card


async def owner_of(played, card):
    """Whose card it is at the provider; nobody's once it was given up."""
    methods = gateway.of(played)._client.payment_methods
    return (await methods.retrieve_async(card.method_id)).customer


async def form_of(shop, here):
    """The fields of the forms on its page."""
    return fields_in(await page_of(shop, here))


def fields_in(text):
    """What a browser sends of hidden fields and choices as they stand."""
    hidden = dict(
        re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', text)
    )
    return hidden | {"currency": "EUR", "bookings": "1", "days": "7"}
