"""What a request may carry: unknown, missing and malformed parameters are refused as the provider
does.
"""

from collections.abc import Collection
from typing import Any

from msgspec import Struct, field

from maritime_app.sandbox import currencies
from maritime_app.sandbox.model import StripeFaults
from maritime_app.sandbox.stripe.ledger import Ledger
from maritime_app.sandbox.stripe.model import Obj, StripeProblem

MAX_AMOUNT = 99_999_999


class Call(Struct, frozen=True):
    """One API request: where it arrived, what it carries, when."""

    ledger: Ledger
    params: Obj
    path_id: str
    url: str
    origin: str
    now: int
    request_id: str
    idempotency_key: str | None
    faults: StripeFaults = field(default_factory=StripeFaults)

    def allow(self, names: Collection[str]) -> None:
        """Refuse a parameter that this request does not know."""
        for name in self.params:
            if name not in names and name != "expand":
                raise invalid(f"Received unknown parameter: {name}", name, code="parameter_unknown")


def invalid(message: str, param: str, code: str = "") -> StripeProblem:
    """A refusal of the parameters: nothing ran, so no idempotency key remembers it."""
    return StripeProblem(message, code=code, param=param, kept=False)


def required(params: Obj, name: str, label: str = "") -> Any:
    """The value, or the refusal that names what is missing."""
    value = params.get(name)
    if value is None or value == "":
        label = label or name
        raise invalid(f"Missing required param: {label}.", label, code="parameter_missing")
    return value


def integer(value: Any, label: str, low: int = 0, high: int = MAX_AMOUNT) -> int:
    """A whole number within bounds."""
    try:
        number = int(str(value))
    except ValueError:
        raise invalid(
            f"Invalid integer: {value}", label, code="parameter_invalid_integer"
        ) from None
    if number < low:
        raise invalid(f"This value must be greater than or equal to {low}.", label)
    if number > high:
        raise invalid(f"This value must be less than or equal to {high}.", label)
    return number


def choice(value: Any, label: str, allowed: Collection[str]) -> str:
    """One of a few words."""
    if value not in allowed:
        words = ", ".join(allowed)
        raise invalid(f"Invalid {label}: must be one of {words}", label)
    return str(value)


def url(value: Any, label: str) -> str:
    """An absolute web address."""
    text = str(value)
    if not text.startswith(("http://", "https://")):
        raise invalid("Not a valid URL", label, code="url_invalid")
    return text


def metadata(value: Any, old: Obj | None = None) -> Obj:
    """The caller's own key-value pairs: at most 50, keys to 40 and values to 500 characters;

    "" unsets.
    """
    if value == "":
        return {}
    if value is None:
        return dict(old or {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise invalid("Invalid metadata: must be a hash of strings", "metadata")
    out = dict(old or {})
    for key, text in value.items():
        if len(key) > 40 or len(text) > 500:
            raise invalid(
                "Metadata keys are up to 40 and values up to 500 characters long.", "metadata"
            )
        if text == "":
            out.pop(key, None)
        else:
            out[key] = text
    if len(out) > 50:
        raise invalid("Metadata holds up to 50 keys.", "metadata")
    return out


def chargeable(sent: Any, currency: str, param: str, least: int = 0) -> int:
    """Return an amount that can be charged in that currency; raise StripeProblem."""
    amount = integer(sent, param, least)
    refused = currencies.fault(currency, amount)
    if refused:
        message, code = refused
        raise StripeProblem(message, param=param, code=code)
    return amount
