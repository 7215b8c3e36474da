"""What is wrong with a price list is said at the fields of its form."""

import pytest

from maritime_app.bookings.sailings.price_lists import forms
from maritime_app.errors import Invalid

pytestmark = pytest.mark.pure
EXTRAS = [{"kind": "meal"}, {"kind": "lounge"}]


def named(path):
    """What the form calls it, where a meal and a lounge and rules in rows 0 and 4 were entered."""
    refusal = Invalid("No.", {path: "Wrong."}, code="x")
    marked = forms.marked(refusal, EXTRAS, [0, 4])
    assert (marked.message, marked.code) == ("No.", "x")
    ((name, words),) = marked.fields.items()
    assert words == "Wrong."
    return name


def test_it_works():
    """The second rule stands in the fifth row, for the rows between are empty."""
    assert named("cancel_rules[1].hours_before") == "rule-4-hours"
    assert named("cancel_rules[0].fee_percent") == "rule-0-percent"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("prices.adult", "price-adult"),
        ("ages.infant_to", "age-infant"),
        ("extras[0].price_minor", "extra-meal-price"),
        ("extras[1].per_sailing", "extra-lounge-per_sailing"),
        ("change_fee_minor", "fee-change_fee"),
        ("harbour_tax_minor", "fee-harbour_tax"),
        ("first", "first"),
        ("extras[2].price_minor", "extras[2].price_minor"),
        ("cancel_rules[2].fee_percent", "cancel_rules[2].fee_percent"),
    ],
)
def test_each_kind_of_field(path, name):
    assert named(path) == name
