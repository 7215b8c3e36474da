"""A saved card, the page that saves one, what came of a charge."""

from uuid import UUID

import msgspec

from maritime_app.payments.model import StripeUrl, StripeWord


class SavedCard(msgspec.Struct, frozen=True):
    """A card as Stripe keeps it; brand and last digits are what its holder knows it by."""

    customer_id: str
    method_id: str
    brand: str
    last4: str


class CardPage(msgspec.Struct, frozen=True):
    """What the page says on which a card is saved: for what, by whom, where to go afterwards.

    `follows` is the page before it, which is over: asking twice after the same gives the same one.
    """

    mandate_id: UUID
    email: str
    currency: str
    success_url: str
    cancel_url: str
    follows: str = ""


class CardSession(msgspec.Struct, frozen=True):
    """That page as Stripe has it: status open, complete or expired, and the card once it is
    saved.
    """

    id: StripeWord
    url: StripeUrl | None
    status: StripeWord
    card: SavedCard | None


class CardCharge(msgspec.Struct, frozen=True):
    """A charge of a saved card: `id` names it, so that asking twice charges once."""

    id: UUID
    payment_id: UUID
    card: SavedCard
    description: str
    reference: str
