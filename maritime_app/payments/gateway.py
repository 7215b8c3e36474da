"""The one file that speaks to Stripe (library 16, https://docs.stripe.com/api)."""

import hashlib
import ssl
from collections.abc import AsyncIterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from maritime_app.infra.upstreams import names
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
from maritime_app.payments.stripe_calls import Page, StripeGone, call, each, pages
from maritime_app.resources import Part, Resources

if TYPE_CHECKING:
    import stripe

    from maritime_app.payments.stripe_http import HttpClient

# A session must live at least 30 minutes from its making, which may be the hold's last; we expire
# it ourselves.
_SESSION_MINUTES = 31


class Stripe:
    """Stripe for this process; every call has a time limit and repeats itself safely on a broken
    line. The library comes with the first of them: 60 ms that no start waits for.
    """

    def __init__(self, res: Resources) -> None:
        self._settings = res.settings.stripe
        self._session_seconds = (res.settings.bookings.hold_minutes + _SESSION_MINUTES) * 60
        self._http: HttpClient | None = None

    @cached_property
    def _client(self) -> "stripe.V1Services":
        import stripe

        from maritime_app.payments.stripe_http import HttpClient

        options: dict[str, Any] = {"max_network_retries": 1}
        if self._settings.api_base:
            options["base_addresses"] = {"api": self._settings.api_base}
        authorities = ssl.create_default_context(cafile=stripe.ca_bundle_path)
        self._http = HttpClient(
            timeout=self._settings.timeout_seconds, connector=names.connector(ssl=authorities)
        )
        return stripe.StripeClient(
            self._settings.secret_key or "sk_missing", http_client=self._http, **options
        ).v1

    async def create_session(self, payment: Payment, checkout: Checkout) -> SessionState:
        """The payment page of this payment; asking twice for the same gives the same one."""
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
            # From the row, not from the clock: what is asked for twice is the same.
            "expires_at": int(payment.created_at.timestamp() + self._session_seconds),
            "metadata": about,
            "payment_intent_data": {"metadata": about},
        }
        # Stripe refuses a key that comes with other content: an answer may be lost, and then the
        # address of the contact corrected. A page that nobody was sent to is paid by nobody.
        content = msgspec.json.encode(params, order="deterministic")
        digest = hashlib.sha256(content).hexdigest()[:16]
        options: Any = {"idempotency_key": f"checkout:{payment.id}:{digest}"}
        made = self._client.checkout.sessions.create_async(params, options)
        return await call("create_session", made, session_state)

    async def session(self, session_id: str) -> SessionState:
        """A session as it is now."""
        asked = self._client.checkout.sessions.retrieve_async(session_id)
        return await call("session", asked, session_state)

    async def expire_session(self, session_id: str) -> SessionState:
        """End a session so that nobody can pay it any more.

        Raises StripeGone when it has ended or was paid.
        """
        asked = self._client.checkout.sessions.expire_async(session_id)
        return await call("expire_session", asked, session_state)

    async def intent(self, intent_id: str) -> IntentState:
        """An intent as it is now, with its card."""
        params: Any = {"expand": ["latest_charge"]}
        asked = self._client.payment_intents.retrieve_async(intent_id, params)
        return await call("intent", asked, intent_state)

    def intents_since(self, since: datetime) -> AsyncIterator[Page[IntentState]]:
        """The intents made since then, a page at a time."""
        params = {"created": {"gte": int(since.timestamp())}}
        listed = self._client.payment_intents.list_async
        return pages("intents", listed, params, intent_state)

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
        return await call(
            "refund", self._client.refunds.create_async(params, options), refund_state
        )

    async def refund_state(self, stripe_id: str) -> RefundState:
        """A refund as it is now."""
        asked = self._client.refunds.retrieve_async(stripe_id)
        return await call("refund_state", asked, refund_state)

    async def refunds_of(self, intent_id: str) -> list[RefundState]:
        """Every refund of an intent, whoever made it."""
        asked = self._client.refunds.list_async({"payment_intent": intent_id, "limit": 100})
        return await call("refunds_of", asked, each(refund_state))

    async def dispute(self, dispute_id: str) -> DisputeState:
        """A dispute as it is now."""
        asked = self._client.disputes.retrieve_async(dispute_id)
        return await call("dispute", asked, dispute_state)

    def movements(self, since: datetime, until: datetime) -> AsyncIterator[Page[Movement]]:
        """The movements of the balance from `since` until before `until`, a page at a time."""
        bounds = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params = {"created": bounds, "expand": ["data.source"]}
        listed = self._client.balance_transactions.list_async
        return pages("movements", listed, params, movement)

    async def balance(self) -> dict[str, int]:
        """What Stripe holds for us now, available or not yet, in minor units by currency."""
        return await call("balance", self._client.balance.retrieve_async(), balance_by_currency)

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
        return await call("create_card_session", made, card_session)

    async def card_session(self, session_id: str) -> CardSession:
        """Such a page as it is now, with the card."""
        params: Any = {"expand": ["setup_intent.payment_method"]}
        found = self._client.checkout.sessions.retrieve_async(session_id, params)
        return await call("card_session", found, card_session)

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
        return await call("charge_card", made, intent_state)

    async def charge_of_card(self, charge: CardCharge) -> IntentState | None:
        """That charge as it is now; None where there was never one."""
        params: Any = {
            "customer": charge.card.customer_id,
            "limit": 100,
            "expand": ["data.latest_charge"],
        }
        wanted = str(charge.id)

        def find(page: Any) -> list[IntentState]:
            of_charge = (
                one for one in page.data if getattr(one.metadata, "charge_id", None) == wanted
            )
            return [intent_state(one) for one in of_charge]

        found = await call("charges", self._client.payment_intents.list_async(params), find)
        return found[0] if found else None

    async def detach_card(self, method_id: str) -> None:
        """Let a saved card be charged never again. Raises StripeGone where it cannot be anyway."""
        asked = self._client.payment_methods.detach_async(method_id)
        await call("detach_card", asked, lambda method: str(method.id))

    async def close(self) -> None:
        """Close the library's own connections."""
        if self._http is not None:
            await self._http.close_async()  # type: ignore[no-untyped-call]  # the library left it bare


STRIPE = Part("payments.stripe", Stripe)


def of(res: Resources) -> Stripe:
    """Stripe for this process."""
    return res[STRIPE]
