"""Amounts as people enter them: what is taken, and what may mean two things is none."""

import pytest

from maritime_app.money import minor_units


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12,5", "EUR", 1250),
        (" 12 ", "EUR", 1200),
        (".5", "EUR", 50),
        ("1250", "JPY", 1250),
        ("1250.00", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("0", "EUR", 0),
        ("١٢٫٥٠", "EUR", 1250),
    ],
)
def test_it_works(text, currency, minor):
    assert minor_units(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1,250", "EUR"),
        ("1.250", "EUR"),
        ("1,000", "JPY"),
        ("1,250.00", "EUR"),
        ("1 250", "EUR"),
        ("12.345", "EUR"),
    ],
)
def test_thousands_are_not_taken_for_decimals(text, currency):
    """Whoever gives 1,250 euros back has not meant one euro and a quarter."""
    assert minor_units(text, currency) is None


@pytest.mark.parametrize(
    "text",
    ["", ".", "-1", "-0", "+5", "5€", "1e5", "1e99999", "1e999999", "0e-999999", "NaN", "9" * 21],
)
def test_what_python_would_read_is_no_amount(text):
    """An exponent of six digits is a number of a million, or none at all."""
    assert minor_units(text, "EUR") is None
