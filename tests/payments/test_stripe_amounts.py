"""Amounts as Stripe takes them (https://docs.stripe.com/currencies), and back."""

import pytest
from hypothesis import given, strategies as st

from maritime_app.money import Money
from maritime_app.payments.stripe_amounts import (
    NotChargeable,
    from_stripe,
    least_charge_minor,
    rounded_from_stripe,
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


@pytest.mark.parametrize(
    ("amount", "currency", "money"),
    [
        (1250, "eur", Money(1250, "EUR")),
        (455_049, "isk", Money(4550, "ISK")),  # a fee of 4,550.49 krónur
        (455_050, "isk", Money(4551, "ISK")),
        (455_051, "isk", Money(4551, "ISK")),
        (123, "mga", Money(12_300, "MGA")),
        (5124, "kwd", Money(5124, "KWD")),
        (-455_100, "isk", Money(-4551, "ISK")),
    ],
)
def test_fees_and_balances_are_rounded_to_the_nearest_minor_unit(amount, currency, money):
    assert rounded_from_stripe(amount, currency) == money


@pytest.mark.parametrize(
    ("currency", "step"),
    [("EUR", 1), ("JPY", 1), ("KWD", 10), ("ISK", 1), ("UGX", 1), ("MGA", 100)],
)
def test_the_step_is_in_our_minor_units(currency, step):
    assert step_minor(currency) == step


@pytest.mark.parametrize(
    ("currency", "least"),
    [
        ("EUR", 50), ("eur", 50), ("USD", 50), ("GBP", 30), ("SEK", 300), ("NOK", 300),
        ("DKK", 250), ("PLN", 200), ("CZK", 1500), ("HUF", 17_500), ("JPY", 50), ("CHF", 50),
        ("ISK", 0), ("XPF", 0),
    ],
)  # fmt: skip
def test_the_smallest_charge_is_known_where_stripe_names_one(currency, least):
    assert least_charge_minor(currency) == least


def test_an_amount_finer_than_our_minor_unit_is_no_money():
    with pytest.raises(NotChargeable, match="no whole minor unit"):
        from_stripe(455_050, "ISK")
