"""Money, countries: the words that every domain uses."""

import pycountry
import pytest

from maritime_app.money import Money, exponent, format_money
from maritime_app.names.countries import ALPHA_2


def test_it_works():
    assert Money(1250, "EUR") + Money(50, "EUR") == Money(1300, "EUR")
    with pytest.raises(ValueError, match="cannot add SEK to EUR"):
        _ = Money(1, "EUR") + Money(1, "SEK")


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("ISK", 0),
        ("UGX", 0),
        ("JPY", 0),
        ("XPF", 0),
        ("KWD", 3),
        ("IQD", 3),
        ("CLF", 4),
    ],
)
def test_a_minor_unit_is_what_iso_4217_says(currency, digits):
    assert exponent(currency) == digits
    assert exponent(currency.lower()) == digits


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (Money(1250, "EUR"), "€12.50"),
        (Money(4550, "ISK"), "ISK4,550"),
        (Money(5124, "KWD"), "KWD5.124"),
        (Money(12_500, "IQD"), "IQD12.500"),
        (Money(1250, "AFN"), "AFN12.50"),
        (Money(500, "JPY"), "¥500"),
        (Money(-250, "EUR"), "-€2.50"),
    ],
)
def test_no_digit_is_lost_where_people_usually_write_fewer(money, written):
    """CLDR writes no decimals for the dinar and the afghani; an amount of ours has them."""
    assert format_money(money, "en") == written


def test_the_countries_are_those_of_iso_3166():
    assert {country.alpha_2 for country in pycountry.countries} == ALPHA_2
