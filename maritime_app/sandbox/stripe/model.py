"""The error shape of the provider's API, and its test cards."""

from typing import Any, Literal

from msgspec import Struct

Obj = dict[str, Any]
Outcome = Literal["paid", "declined", "authenticate"]
API_VERSION = "2026-10-28.endive"


class StripeProblem(Exception):
    """An error as the API answers it (https://docs.stripe.com/api/errors).

    `kept` tells whether an idempotency key remembers it: a request that fails validation never ran.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        kept: bool = True,
        extra: Obj | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.body: Obj = {"error": {"message": message, "type": kind} | (extra or {})}
        if code:
            self.body["error"] |= {
                "code": code,
                "doc_url": f"https://stripe.com/docs/error-codes/{code}",
            }
        if param:
            self.body["error"]["param"] = param


class TestCard(Struct, frozen=True):
    """What a card number does when it pays (https://docs.stripe.com/testing)."""

    number: str
    meaning: str
    brand: str = "visa"
    code: str = ""
    decline_code: str = ""
    message: str = ""
    authenticate: bool = False
    refund: str = ""
    saves: bool = False  # although charges of it are declined
    absent: str = ""  # why a charge is refused while its holder is not there

    def declined(self) -> Obj:
        """Return the error of what this card is refused for."""
        return {
            "code": self.code,
            "decline_code": self.decline_code,
            "message": self.message,
            "type": "card_error",
        }


TEST_CARDS = {
    card.number: card
    for card in (
        TestCard("4242424242424242", "succeeds"),
        TestCard("5555555555554444", "succeeds (Mastercard)", brand="mastercard"),
        TestCard("4000002500003155", "asks for authentication (3-D Secure)", authenticate=True),
        TestCard(
            "4000000000000002",
            "is declined",
            code="card_declined",
            decline_code="generic_decline",
            message="Your card was declined.",
        ),
        TestCard(
            "4000000000009995",
            "is declined: insufficient funds",
            code="card_declined",
            decline_code="insufficient_funds",
            message="Your card has insufficient funds.",
        ),
        TestCard(
            "4000002760003184",
            "asks for authentication every time, saved or not",
            authenticate=True,
            absent="authentication_required",
        ),
        TestCard(
            "4000000000000341",
            "can be saved; every charge is declined",
            code="card_declined",
            decline_code="generic_decline",
            message="Your card was declined.",
            saves=True,
        ),
        TestCard("4000000000007726", "succeeds; a refund stays pending at first", refund="pending"),
        TestCard("4000000000005126", "succeeds; a refund fails later", refund="fail_later"),
    )
}


def not_authenticated(kind: str) -> Obj:
    """Return the error of an intent of that kind whose customer the bank did not know again."""
    return {
        "code": f"{kind}_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again.",
        "type": "invalid_request_error",
    }
