"""Money: whole minor units and an ISO 4217 currency; never a float."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency

# ISO 4217 currencies whose minor unit is not a hundredth (the only ones that Stripe and we may
# meet).
_EXPONENTS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "XAF": 0, "XOF": 0, "VND": 0}
_EXPONENTS |= {"TND": 3, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "LYD": 3, "IQD": 3}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor unit of its currency: Money(1250, "EUR") is 12.50 euro."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount_minor + other.amount_minor, self.currency)


def exponent(currency: str) -> int:
    """How many decimal digits the currency's minor unit stands for (ISO 4217):

    EUR 2, JPY 0, TND 3.
    """
    return _EXPONENTS.get(currency.upper(), 2)


def format_money(money: Money, language: str = "en") -> str:
    """The amount as people of that language write it, e.g. "€12.50"."""
    amount = Decimal(money.amount_minor).scaleb(-exponent(money.currency))
    return format_currency(amount, money.currency, locale=language.replace("-", "_"))
