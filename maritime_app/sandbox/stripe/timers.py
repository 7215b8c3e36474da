"""What time does by itself: sessions expire, refunds settle."""

from collections.abc import Callable

from maritime_app.sandbox.stripe.ledger import SETTLING
from maritime_app.sandbox.stripe.objects import refunds, sessions
from maritime_app.sandbox.stripe.params import Call


def tick(make_call: Callable[[], Call]) -> None:
    """Do everything that is due by the call's `now`."""
    call = make_call()
    for session in list(call.ledger.all("checkout.session")):
        if session["status"] == "open":
            sessions.settle_expiry(call, session)
    for settling in list(call.ledger.all(SETTLING)):
        if settling["due_at"] <= call.now:
            refunds.settle(call, settling)
    call.ledger.flush()
