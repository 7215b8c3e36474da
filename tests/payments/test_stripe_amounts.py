"""Amounts as Stripe takes them (https://docs.stripe.com/currencies), and back."""

import pytest
from hypothesis import given, strategies as st

from maritime_app.money import Money
from maritime_app.payments.stripe_amounts import (
    NotChargeable,
    from_stripe,
    step_minor,
    to_stripe,
)


def test_it_works():
    assert to_stripe(Money(1250, "EUR")) == 1250
    assert from_stripe(1250, "eur") == Money(1250, "EUR")


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(500, "JPY"), 500),
        (Money(1000, "XPF"), 1000),
        (Money(4550, "ISK"), 455_000),
        (Money(4550, "UGX"), 455_000),
        (Money(5120, "KWD"), 5120),
        (Money(12_300, "MGA"), 123),
        (Money(1250, "HUF"), 1250),
        (Money(1250, "TWD"), 1250),
    ],
)
def test_special_cases_are_written_as_stripe_wants_them(money, amount):
    assert to_stripe(money) == amount
    assert from_stripe(amount, money.currency) == money


@pytest.mark.parametrize("money", [Money(5124, "KWD"), Money(1250, "MGA"), Money(1, "TND")])
def test_what_cannot_be_charged_exactly_is_not_charged(money):
    with pytest.raises(NotChargeable):
        to_stripe(money)


@given(
    st.sampled_from(["EUR", "JPY", "ISK", "UGX", "XPF", "KWD", "MGA", "IQD", "SEK", "BHD"]),
    st.integers(0, 10**7),
)
def test_every_step_can_be_charged_and_comes_back(currency, steps):
    money = Money(steps * step_minor(currency), currency)

    assert from_stripe(to_stripe(money), currency) == money
