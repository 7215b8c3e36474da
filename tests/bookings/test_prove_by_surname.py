"""Who shows a surname and nothing else is answered nothing that proves more: on every route."""

import re
from typing import Any

import pytest

from maritime_app import domains
from maritime_app.bookings.link_tokens import ENDS, entry_of
from maritime_app.web.routing import GUEST
from tests.booked import until
from tests.factories import a_sailing, an_ask, book, pay
from tests.signed_in import csrf

ROUTES = [
    one for one in domains.ROUTES if one.access == GUEST and "/bookings/{reference}" in one.path
]
BODIES: dict[str, dict[str, Any]] = {
    "BuyerRequest": {"buyer": {"company": "Lund AS", "address": "Kaia 1, Oslo"}},
    "CancellationRequest": {"fee_minor": 0},
    "ChangeOrder": {"change": {}, "difference_minor": 0},
    "ChangeQuoteRequest": {"change": {}},
    "PayRequest": {"mandate": "fm_" + "x" * 43},
    "Proof": {},
    "RebookRequest": {"sailing_id": "00000000-0000-0000-0000-000000000000"},
}


@pytest.fixture
async def booking(shop, played):
    """A booking that is paid for and invoiced, as it was answered when it was made."""
    made = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, made)
    await until(shop, made, "confirmed")
    return made


async def test_it_works(shop, played, booking):
    """Programs: the one that invoices it anew was answered a link that cancels."""
    answered = 0
    for route in [one for one in ROUTES if one.is_api]:
        where, shown = address(route, booking), {"surname": "lund"}
        body = BODIES[route.body.__name__] | shown if route.body else None
        question = None if route.body else shown
        async with shop.request(route.method, where, json=body, params=question) as answer:
            text = await answer.text()
        assert proofs(played, booking, text) == [], route.label
        answered += answer.status == 200
    assert answered >= 4


async def test_pages_of_a_browser_that_was_let_in_by_surname(shop, played, booking):
    form = {"reference": booking["reference"], "family_name": "Lund"}
    form["csrf_token"] = await csrf(shop, "/bookings/find")
    async with shop.post("/bookings/find", data=form) as answer:
        assert answer.status == 200
        assert proofs(played, booking, await answer.text()) == []

    shown = 0
    for route in [one for one in ROUTES if one.method == "GET" and not one.is_api]:
        async with shop.get(address(route, booking), allow_redirects=False) as answer:
            said = f"{answer.headers} {(await answer.read()).decode(errors='replace')}"
        assert proofs(played, booking, said) == [], route.label
        shown += answer.status == 200
    assert shown >= 8


def proofs(res, booking, text):
    """What in a text opens the booking as a link of its mails does."""
    found = re.findall(r"[A-Za-z0-9_.-]{20,}", text)
    reference = booking["reference"]
    return [one for one in found if entry_of(res.settings, reference, None, one) in ENDS]


def address(route, booking):
    """The address of a route for that booking; of what it may have many, one that it has not."""
    path = route.path.replace("{reference}", booking["reference"])
    return re.sub(r"\{\w+(:[^}]*)?\}", "1", path)
