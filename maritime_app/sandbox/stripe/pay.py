"""The hosted payment page: plain forms, so that a script can pay as a customer does.

POST /stripe/pay/<session> with `action=pay`, `number`, `expiry`, `cvc`, `name`, `email` answers 303
to the
success address, 303 to the authentication step, or 402 with the page again when the card was
declined.
`action=cancel` answers 303 to the cancel address and leaves the session open.
"""

import re

from aiohttp import web

from maritime_app.sandbox.pages import page
from maritime_app.sandbox.stripe import payment
from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import TEST_CARDS, Obj, StripeProblem, TestCard
from maritime_app.sandbox.stripe.params import Call
from maritime_app.sandbox.stripe.provider import PROVIDER

_FIELDS = ("number", "expiry", "cvc", "name", "email")
_USUAL = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ada Lund"}


def mount(app: web.Application) -> None:
    """Serve the page, its authentication step and the receipts."""
    app.router.add_get("/stripe/pay/{id}", show)
    app.router.add_post("/stripe/pay/{id}", submit)
    app.router.add_get("/stripe/pay/{id}/authenticate", show_authentication)
    app.router.add_post("/stripe/pay/{id}/authenticate", authenticate)
    app.router.add_get("/stripe/receipts/{id}", show_receipt)


async def show(request: web.Request) -> web.StreamResponse:
    """The page as the customer first sees it; `?card=` fills in another test card."""
    call = request.app[PROVIDER].call(request)
    try:
        session = payment.open_session(call)
    except StripeProblem as problem:
        return _closed(call, problem)
    filled = _USUAL | {"email": session["customer_email"] or ""}
    if request.query.get("card") in TEST_CARDS:
        filled["number"] = request.query["card"]
    return _form(call, session, filled)


async def submit(request: web.Request) -> web.StreamResponse:
    """Pay, or go back to the shop."""
    provider = request.app[PROVIDER]
    sent = await request.post()
    filled = {name: str(sent.get(name, "")).strip()[:200] for name in _FIELDS}
    call = provider.call(request)
    try:
        session = payment.open_session(call)
    except StripeProblem as problem:
        return _closed(call, problem)
    finally:
        provider.ledger.flush()
    if sent.get("action") == "cancel":
        return _go(session["cancel_url"] or f"/stripe/pay/{session['id']}")
    try:
        card = _card(filled)
    except _CardRefused as refused:
        return _form(call, session, filled, str(refused))
    payer = {
        "name": filled["name"],
        "email": filled["email"] or session["customer_email"],
        "phone": None,
    }
    outcome = payment.pay(call, session, card, payer)
    provider.ledger.flush()
    if outcome == "authenticate":
        return _go(f"/stripe/pay/{session['id']}/authenticate")
    return _paid(session) if outcome == "paid" else _form(call, session, filled, card.message)


class _CardRefused(Exception):
    """The card's fields cannot be right."""


def _card(filled: dict[str, str]) -> TestCard:
    digits = re.sub(r"\D", "", filled["number"])
    if digits not in TEST_CARDS:
        raise _CardRefused("Your card number is incorrect: the sandbox knows only its test cards.")
    expiry = re.fullmatch(r"(0[1-9]|1[0-2])\s*/\s*(\d\d)", filled["expiry"])
    if expiry is None or int(expiry[2]) < 26:
        raise _CardRefused(
            "Your card's expiration date is incorrect: write it as MM / YY, in the future."
        )
    if not re.fullmatch(r"\d{3,4}", filled["cvc"]):
        raise _CardRefused("Your card's security code is incomplete.")
    return TEST_CARDS[digits]


async def show_authentication(request: web.Request) -> web.StreamResponse:
    """The bank's page of the 3-D Secure step."""
    call = request.app[PROVIDER].call(request)
    try:
        session = payment.open_session(call)
    except StripeProblem as problem:
        return _closed(call, problem)
    return page("authenticate.html", session=session)


async def authenticate(request: web.Request) -> web.StreamResponse:
    """The customer confirms or refuses at the bank."""
    provider = request.app[PROVIDER]
    sent = await request.post()
    call = provider.call(request)
    try:
        session = payment.open_session(call)
        order = call.ledger.get(ORDER, f"order:{session['id']}")
        card = TEST_CARDS.get(order.get("card", ""), TEST_CARDS["4242424242424242"])
        outcome = payment.authenticate(call, session, card, sent.get("action") == "complete")
    except StripeProblem as problem:
        return _closed(call, problem)
    finally:
        provider.ledger.flush()
    if outcome == "paid":
        return _paid(session)
    message = "We are unable to authenticate your payment method. Choose another one and try again."
    return _form(call, session, _USUAL | {"email": session["customer_email"] or ""}, message)


async def show_receipt(request: web.Request) -> web.StreamResponse:
    """The receipt of a charge."""
    call = request.app[PROVIDER].call(request)
    try:
        return page("receipt.html", charge=call.ledger.get("charge", call.path_id))
    except StripeProblem as problem:
        return _closed(call, problem)


def _form(call: Call, session: Obj, filled: dict[str, str], error: str = "") -> web.Response:
    items = call.ledger.get(ORDER, f"order:{session['id']}")["items"]
    return page(
        "pay.html",
        status=402 if error else 200,
        session=session,
        items=items,
        filled=filled,
        error=error,
        cards=TEST_CARDS.values(),
    )


def _paid(session: Obj) -> web.Response:
    return _go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _go(url: str) -> web.Response:
    return web.Response(status=303, headers={"Location": url})


def _closed(call: Call, problem: StripeProblem) -> web.Response:
    session = call.ledger.find(call.path_id)
    known = session if session is not None and session["object"] == "checkout.session" else None
    back = known["success_url"].replace("{CHECKOUT_SESSION_ID}", known["id"]) if known else ""
    if known is not None and known["status"] == "expired":
        back = known["cancel_url"] or ""
    status = known["status"] if known is not None else "unknown"
    return page(
        "closed.html",
        status=problem.status,
        state=status,
        saves=known is not None and known["mode"] == "setup",
        message=str(problem),
        back=back,
    )
