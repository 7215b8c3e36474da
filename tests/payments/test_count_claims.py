"""What is owed of a payment and what went back, as one sum: pure."""

import pytest

from maritime_app.payments.claims import Claims

NONE = {
    "claimed_minor": 0,
    "covered_minor": 0,
    "sent_minor": 0,
    "outside_minor": 0,
    "pending_minor": 0,
    "failed_minor": 0,
}


def test_it_works():
    assert Claims(**NONE).gone_minor == 0


@pytest.mark.parametrize(
    ("known", "gone_minor"),
    [
        ({"claimed_minor": 9100, "sent_minor": 9100}, 9100),
        ({"claimed_minor": 9100, "pending_minor": 9100}, 9100),  # decided, not sent yet
        ({"claimed_minor": 9100, "failed_minor": 9100}, 9100),  # owed until somebody pays it
        ({"outside_minor": 500}, 500),  # the bank took it, and nobody had claimed it
        ({"claimed_minor": 9100, "covered_minor": 9100, "outside_minor": 9100}, 9100),
        ({"claimed_minor": 100, "sent_minor": 100, "outside_minor": 500}, 600),
    ],
)
def test_what_is_owed_is_not_ours_to_keep(known, gone_minor):
    """No fee is asked for out of money that is to go back, however far it is on its way."""
    assert Claims(**NONE | known).gone_minor == gone_minor
