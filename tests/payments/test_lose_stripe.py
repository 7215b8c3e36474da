"""Stripe says nothing, not all, or nonsense, at each call that we make of it: the caller is told in
time that there is no answer, in the one way that all callers know.
"""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from stripe import AIOHTTPClient

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.ids import uuid7
from maritime_app.payments.gateway import Stripe
from maritime_app.payments.model import (
    Checkout,
    Payment,
    PaymentStatus,
    Refund,
    RefundMethod,
    RefundOrigin,
    RefundStatus,
)
from maritime_app.payments.saved_card import CardCharge, CardPage, SavedCard
from maritime_app.payments.stripe_calls import Page, waited_for
from maritime_app.settings.file import load, replace

CARD = SavedCard("cus_1", "pm_1", "visa", "4242")
CHARGE = CardCharge(uuid7(), uuid7(), CARD, "A crossing", "22222222")
URL = "http://127.0.0.1:8080/"


PAYMENT = Payment(
    uuid7(), "booking", uuid7(), 4_200, "EUR", PaymentStatus.OPEN, None, None, None, None,
    clock.now(), None,
)  # fmt: skip
REFUND = Refund(
    uuid7(), PAYMENT.id, 4_200, "EUR", "cancelled", RefundStatus.PENDING, None, "pi_1", "booking",
    PAYMENT.subject_id, clock.now(), RefundOrigin.SERVICE, RefundMethod.STRIPE, None, None, None,
)  # fmt: skip


async def first_page(pages):
    async for page in pages:
        return page
    return []


CALLS = {
    "create_session": lambda it: it.create_session(
        PAYMENT, Checkout("A crossing", "22222222", "ada@example.org", URL, URL)
    ),
    "session": lambda it: it.session("cs_1"),
    "expire_session": lambda it: it.expire_session("cs_1"),
    "intent": lambda it: it.intent("pi_1"),
    "intents_since": lambda it: first_page(it.intents_since(clock.now())),
    "refund": lambda it: it.refund(REFUND),
    "refund_state": lambda it: it.refund_state("re_1"),
    "refunds_of": lambda it: it.refunds_of("pi_1"),
    "dispute": lambda it: it.dispute("du_1"),
    "movements": lambda it: first_page(it.movements(clock.now(), clock.now())),
    "balance": lambda it: it.balance(),
    "create_card_session": lambda it: it.create_card_session(
        CardPage(uuid7(), "ada@example.org", "EUR", URL, URL)
    ),
    "card_session": lambda it: it.card_session("cs_1"),
    "charge_card": lambda it: it.charge_card(PAYMENT, CHARGE),
    "charge_of_card": lambda it: it.charge_of_card(CHARGE),
    "detach_card": lambda it: it.detach_card("pm_1"),
}


def answer(body, status="200 OK", *, length=None):
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length or len(body)}\r\n\r\n{body}".encode()


# What Stripe writes, and whether it then closes the line.
FAULTS = {
    "silent": (b"", False),
    "cut after the request": (b"", True),
    "silent within the answer": (answer('{"id": "x', length=500), False),
    "cut within the answer": (answer('{"id": "x', length=500), True),
    "500": (answer('{"error": {"type": "api_error"}}', "500 Internal Server Error"), False),
    "429": (answer('{"error": {"code": "rate_limit"}}', "429 Too Many Requests"), False),
    "a page of a proxy": (answer("<h1>Bad gateway</h1>", "502 Bad Gateway"), False),
    "no JSON": (answer("<h1>Welcome to the WLAN</h1>"), False),
    "nothing": (answer(""), False),
    "a list": (answer("[]"), False),
    "another object": (answer("{}"), False),
}


class Answering:
    """A server that says the same to whoever asks."""

    url = ""

    def __init__(self):
        self.says = b""
        self.closes = False
        self.asked = 0
        self.lines = 0  # that are open

    async def __call__(self, reader, writer):
        self.lines += 1
        try:
            await self.answer(reader, writer)
        finally:
            self.lines -= 1

    async def answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        while head:
            _, _, length = head.lower().partition(b"content-length: ")
            if length:
                await reader.readexactly(int(length.split(b"\r\n")[0]))
            self.asked += 1
            writer.write(self.says)
            if self.closes:
                break
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
        writer.close()


@pytest.fixture
async def there():
    said = Answering()
    server = await asyncio.start_server(said, "127.0.0.1", 0)
    said.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield said
    server.close()


@pytest.fixture
async def stripe(there, monkeypatch):
    monkeypatch.setattr(AIOHTTPClient, "INITIAL_DELAY", 0.0)  # between its two tries
    monkeypatch.setattr(AIOHTTPClient, "MAX_DELAY", 0.0)
    chosen = {"api_base": there.url, "secret_key": "sk_test_x", "timeout_seconds": 0.5}
    res: Any = SimpleNamespace(settings=replace(load(), stripe=chosen))
    made = Stripe(res)
    yield made
    await made.close()


def test_it_works():
    """Whoever adds a call adds it here."""
    private = {"close"}
    calls = {name for name, it in vars(Stripe).items() if callable(it) and name[0] != "_"}
    assert CALLS.keys() == calls - private


@pytest.mark.parametrize("fault", FAULTS)
async def test_there_is_no_answer(there, stripe, fault):
    """Whatever the fault and the call, it is told as `Unavailable`, with when to try again."""
    there.says, there.closes = FAULTS[fault]

    async with asyncio.timeout(60):
        outcomes = await asyncio.gather(
            *(call(stripe) for call in CALLS.values()), return_exceptions=True
        )

    for call, told in zip(CALLS, outcomes, strict=True):
        assert isinstance(told, Unavailable), (call, told)
        assert told.retry_after_seconds, call


async def test_the_line_of_half_an_answer_is_closed(there, stripe):
    """At once: not when the garbage collector finds what still refers to it."""
    there.says, there.closes = FAULTS["silent within the answer"]

    with pytest.raises(Unavailable) as told:
        await CALLS["balance"](stripe)

    async with asyncio.timeout(60):
        while there.lines:
            await asyncio.sleep(0.01)
    assert told.value.__cause__ is not None


async def test_a_list_that_says_it_goes_on_and_is_empty_ends(there, stripe):
    there.says = answer('{"object": "list", "data": [], "has_more": true}')

    async with asyncio.timeout(30):
        assert [page async for page in stripe.movements(clock.now(), clock.now())] == [Page([])]


async def test_who_waits_is_told_within_that_time(there, stripe, monkeypatch):
    """Whatever the library still tries, and however many calls it takes: they have it together."""
    there.says, there.closes = FAULTS["silent"]
    monkeypatch.setattr(AIOHTTPClient, "INITIAL_DELAY", 60.0)
    monkeypatch.setattr(AIOHTTPClient, "MAX_DELAY", 60.0)

    async with asyncio.timeout(30):
        with waited_for(0.6):
            for call in (CALLS["create_session"], CALLS["session"]):
                with pytest.raises(Unavailable):
                    await call(stripe)

    there.says, there.closes = FAULTS["500"]
    monkeypatch.setattr(AIOHTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(AIOHTTPClient, "MAX_DELAY", 0.0)
    with pytest.raises(Unavailable):  # and nobody else is held to it
        await CALLS["session"](stripe)
    assert there.asked > 1
