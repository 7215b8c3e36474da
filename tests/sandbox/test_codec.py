"""Form parameters and signatures, read back from what the real library makes."""

from urllib.parse import urlencode

import pytest
import stripe
from hypothesis import given, strategies as st
from stripe._encode import _api_encode

from maritime_app.sandbox.stripe.codec import UnreadableForm, parse_form, signature

# Keys as Stripe's own parameters are named; values as they arrive, always text.
_KEYS = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda key: key != "metadata")
_TREES = st.recursive(
    st.text(min_size=1),
    lambda below: (
        st.lists(below, min_size=1, max_size=3)
        | st.dictionaries(_KEYS, below, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _TREES, max_size=4))
def test_it_works(params):
    assert parse_form(urlencode(list(_api_encode(params)))) == params


def test_metadata_keys_stay_what_the_caller_called_them():
    assert parse_form("metadata[0]=a&metadata[x]=b") == {"metadata": {"0": "a", "x": "b"}}
    assert parse_form("expand[]=a&expand[]=b.c") == {"expand": ["a", "b.c"]}


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=2&a=1", "a[b=1", "[a]=1"])
def test_contradictions_are_refused(text):
    with pytest.raises(UnreadableForm):
        parse_form(text)


@given(st.text(), st.integers(min_value=1_700_000_000, max_value=4_000_000_000))
def test_the_library_accepts_our_signature(text, timestamp):
    header = signature(text.encode(), "whsec_x", timestamp)
    assert stripe.WebhookSignature.verify_header(text, header, "whsec_x", tolerance=None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(text + "!", header, "whsec_x", tolerance=None)
