"""The one file that speaks to Stripe (library 16, https://docs.stripe.com/api)."""

from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import tracing
from maritime_app.infra.telemetry.metrics import counter
from maritime_app.money import Money
from maritime_app.payments.codec import (
    balance_by_currency,
    card_session,
    dispute_state,
    intent_state,
    movement,
    refund_state,
    session_state,
)
from maritime_app.payments.model import (
    Checkout,
    DisputeState,
    IntentState,
    Movement,
    Payment,
    Refund,
    RefundState,
    SessionState,
)
from maritime_app.payments.saved_card import CardCharge, CardPage, CardSession
from maritime_app.payments.stripe_amounts import to_stripe
from maritime_app.resources import Part, Resources

if TYPE_CHECKING:
    import stripe

T = TypeVar("T")
CALLS = counter("stripe_calls_total", "Calls to Stripe by outcome", ("call", "outcome"))
# A session must live at least 30 minutes from its making, which may be the hold's last; we expire
# it ourselves.
_SESSION_MINUTES = 31


class StripeGone(Exception):
    """Stripe knows no such object (or it is past the state in which that can be done)."""


class CardRefused(Exception):
    """The bank refused a charge of a saved card; `code` is Stripe's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stripe:
    """Stripe for this process; every call has a time limit and repeats itself safely on a broken
    line. The library comes with the first of them: 60 ms that no start waits for.
    """

    def __init__(self, res: Resources) -> None:
        self._settings = res.settings.stripe
        self._session_seconds = (res.settings.bookings.hold_minutes + _SESSION_MINUTES) * 60
        self._http: stripe.AIOHTTPClient | None = None

    @cached_property
    def _client(self) -> "stripe.V1Services":
        import stripe

        options: dict[str, Any] = {"max_network_retries": 1}
        if self._settings.api_base:
            options["base_addresses"] = {"api": self._settings.api_base}
        self._http = stripe.AIOHTTPClient(timeout=self._settings.timeout_seconds)
        return stripe.StripeClient(
            self._settings.secret_key or "sk_missing", http_client=self._http, **options
        ).v1

    async def create_session(self, payment: Payment, checkout: Checkout) -> SessionState:
        """The payment page of this payment; asking twice gives the same one."""
        about = {"payment_id": str(payment.id), "reference": checkout.reference}
        price = {
            "currency": payment.currency.lower(),
            "unit_amount": to_stripe(Money(payment.amount_minor, payment.currency)),
            "product_data": {"name": checkout.description},
        }
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": checkout.reference,
            "customer_email": checkout.email,
            "success_url": checkout.success_url,
            "cancel_url": checkout.cancel_url,
            # From the row, not from the clock: the same idempotency key must carry the same
            # content.
            "expires_at": int(payment.created_at.timestamp() + self._session_seconds),
            "metadata": about,
            "payment_intent_data": {"metadata": about},
        }
        options: Any = {"idempotency_key": f"checkout:{payment.id}"}
        return session_state(
            await _call(
                "create_session", self._client.checkout.sessions.create_async(params, options)
            )
        )

    async def session(self, session_id: str) -> SessionState:
        """A session as it is now."""
        return session_state(
            await _call("session", self._client.checkout.sessions.retrieve_async(session_id))
        )

    async def expire_session(self, session_id: str) -> SessionState:
        """End a session so that nobody can pay it any more.

        Raises StripeGone when it has ended or was paid.
        """
        return session_state(
            await _call("expire_session", self._client.checkout.sessions.expire_async(session_id))
        )

    async def intent(self, intent_id: str) -> IntentState:
        """An intent as it is now, with its card."""
        params: Any = {"expand": ["latest_charge"]}
        return intent_state(
            await _call("intent", self._client.payment_intents.retrieve_async(intent_id, params))
        )

    async def succeeded_since(self, since: datetime) -> AsyncIterator[list[IntentState]]:
        """The intents made since then that have succeeded, a page at a time."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        more = True
        while more:
            page = await _call("intents", self._client.payment_intents.list_async(params))
            yield [intent_state(item) for item in page.data if item.status == "succeeded"]
            more = page.has_more
            params["starting_after"] = page.data[-1].id if page.data else ""

    async def refund(self, refund: Refund) -> RefundState:
        """Send money back; asking twice sends it once."""
        if refund.intent_id is None:
            raise StripeGone("the payment was never settled")
        params: Any = {
            "payment_intent": refund.intent_id,
            "amount": to_stripe(Money(refund.amount_minor, refund.currency)),
            "metadata": {"refund_id": str(refund.id)},
        }
        options: Any = {"idempotency_key": f"refund:{refund.id}"}
        return refund_state(
            await _call("refund", self._client.refunds.create_async(params, options))
        )

    async def refund_state(self, stripe_id: str) -> RefundState:
        """A refund as it is now."""
        return refund_state(
            await _call("refund_state", self._client.refunds.retrieve_async(stripe_id))
        )

    async def refunds_of(self, intent_id: str) -> list[RefundState]:
        """Every refund of an intent, whoever made it."""
        found = await _call(
            "refunds_of",
            self._client.refunds.list_async({"payment_intent": intent_id, "limit": 100}),
        )
        return [refund_state(item) for item in found.data]

    async def dispute(self, dispute_id: str) -> DisputeState:
        """A dispute as it is now."""
        return dispute_state(
            await _call("dispute", self._client.disputes.retrieve_async(dispute_id))
        )

    async def movements(self, since: datetime, until: datetime) -> AsyncIterator[list[Movement]]:
        """The movements of the balance from `since` until before `until`, a page at a time."""
        bounds = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params: Any = {"created": bounds, "limit": 100, "expand": ["data.source"]}
        more = True
        while more:
            page = await _call("movements", self._client.balance_transactions.list_async(params))
            yield [movement(item) for item in page.data]
            more = page.has_more
            params["starting_after"] = page.data[-1].id if page.data else ""

    async def balance(self) -> dict[str, int]:
        """What Stripe holds for us now, available or not yet, in minor units by currency."""
        found = await _call("balance", self._client.balance.retrieve_async())
        return balance_by_currency(found)

    async def create_card_session(self, page: CardPage) -> CardSession:
        """A page on which a card is saved; asking twice gives the same one."""
        about = {"mandate_id": str(page.mandate_id)}
        params: Any = {
            "mode": "setup",
            "currency": page.currency.lower(),
            "customer_creation": "always",
            "payment_method_types": ["card"],
            "customer_email": page.email,
            "success_url": page.success_url,
            "cancel_url": page.cancel_url,
            "metadata": about,
            "setup_intent_data": {"metadata": about},
        }
        options: Any = {"idempotency_key": f"mandate:{page.mandate_id}:{page.follows}"}
        made = self._client.checkout.sessions.create_async(params, options)
        return card_session(await _call("create_card_session", made))

    async def card_session(self, session_id: str) -> CardSession:
        """Such a page as it is now, with the card."""
        params: Any = {"expand": ["setup_intent.payment_method"]}
        found = self._client.checkout.sessions.retrieve_async(session_id, params)
        return card_session(await _call("card_session", found))

    async def charge_card(self, payment: Payment, charge: CardCharge) -> IntentState:
        """Charge a saved card while its holder is not there; asking twice charges once.

        Raises CardRefused.
        """
        params: Any = {
            "amount": to_stripe(Money(payment.amount_minor, payment.currency)),
            "currency": payment.currency.lower(),
            "customer": charge.card.customer_id,
            "payment_method": charge.card.method_id,
            "payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "description": charge.description,
            "metadata": {
                "payment_id": str(payment.id),
                "reference": charge.reference,
                "charge_id": str(charge.id),
            },
            "expand": ["latest_charge"],
        }
        options: Any = {"idempotency_key": f"card:{charge.id}"}
        made = self._client.payment_intents.create_async(params, options)
        return intent_state(await _call("charge_card", made))

    async def charge_of_card(self, charge: CardCharge) -> IntentState | None:
        """That charge as it is now; None where there was never one."""
        params: Any = {
            "customer": charge.card.customer_id,
            "limit": 100,
            "expand": ["data.latest_charge"],
        }
        page = await _call("charges", self._client.payment_intents.list_async(params))
        wanted = str(charge.id)
        of_charge = (one for one in page.data if getattr(one.metadata, "charge_id", None) == wanted)
        found = next(of_charge, None)
        return intent_state(found) if found else None

    async def detach_card(self, method_id: str) -> None:
        """Let a saved card be charged never again. Raises StripeGone where it cannot be anyway."""
        await _call("detach_card", self._client.payment_methods.detach_async(method_id))

    async def close(self) -> None:
        """Close the library's own connections."""
        if self._http is not None:
            await self._http.close_async()  # type: ignore[no-untyped-call]  # the library left it bare


STRIPE = Part("payments.stripe", Stripe)


def of(res: Resources) -> Stripe:
    """Stripe for this process."""
    return res[STRIPE]


async def _call(name: str, call: Awaitable[T]) -> T:
    import stripe

    try:
        with tracing.span(f"stripe {name}", "client"):
            answer = await call
    except stripe.CardError as error:
        CALLS.labels(name, "declined").inc()
        raise CardRefused(error.code or "card_declined") from error
    except stripe.InvalidRequestError as error:
        CALLS.labels(name, "refused").inc()
        raise StripeGone(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        CALLS.labels(name, "failed").inc()
        raise Unavailable(
            "Our payment provider does not answer.", retry_after_seconds=10
        ) from error
    CALLS.labels(name, "ok").inc()
    return answer
