"""What `make agents` calls broken, and what of a call's answers counts: the judge is judged."""

import pytest

from bench.agents.agent import Intent, Outcome
from bench.agents.lossy import Refused, settled
from bench.agents.verdict import of_intent

INTENT = Intent(7, "GRPIR", "GRHER", "2027-01-01")
STORED = {
    "email": INTENT.email,
    "reference": "AAAA2222",
    "status": "confirmed",
    "uses": 0,
    "told": 0,
}
DONE = {"structuredContent": {"reference": "AAAA2222"}, "isError": False}


def judged(status, *bookings, reference="AAAA2222", mandate=""):
    outcome = Outcome(INTENT, reference, status, mandate)
    return of_intent(outcome, {INTENT.email: list(bookings)})


def a_no(**said):
    return {"structuredContent": {"error": "No.", **said}, "isError": True}


def test_it_works():
    assert judged("confirmed", {**STORED, "paid": 1, "mails": 1}) == []
    assert judged("cancelled", {**STORED, "status": "cancelled", "paid": 0, "mails": 0}) == []
    assert judged("sold_out", reference="") == []


@pytest.mark.parametrize(
    "bookings",
    [
        [],
        [{**STORED, "paid": 1, "mails": 1}] * 2,
        [{**STORED, "paid": 2, "mails": 1}],
        [{**STORED, "paid": 1, "mails": 0}],
        [{**STORED, "paid": 1, "mails": 2}],
        [{**STORED, "reference": "BBBB3333", "paid": 1, "mails": 1}],
        [{**STORED, "status": "held", "paid": 1, "mails": 1}],
    ],
)
def test_a_broken_promise_is_found(bookings):
    assert judged("confirmed", *bookings)


@pytest.mark.parametrize(
    ("answered", "uses", "told", "is_right"),
    [
        ("paid", 1, 1, True),
        ("paid", 0, 0, False),
        ("paid", 2, 2, False),
        ("paid", 1, 0, False),
        ("handed_over", 0, 0, True),
        ("handed_over", 1, 1, False),
        ("mandate_bookings", 0, 0, True),
        ("", 1, 1, False),
    ],
)
def test_a_mandate_pays_once_and_says_so(answered, uses, told, is_right):
    paid = {**STORED, "paid": 1, "mails": 1, "uses": uses, "told": told}
    assert (judged("confirmed", paid, mandate=answered) == []) is is_right


def test_what_was_refused_must_not_be_booked():
    assert judged("sold_out", {**STORED, "paid": 0, "mails": 0}, reference="")


def test_one_answer_of_two_is_enough():
    in_flight = a_no(code="idempotency_in_flight")
    assert settled([in_flight, DONE]) == {"reference": "AAAA2222"}
    assert settled([in_flight, in_flight]) is None
    assert settled([a_no(retry_after_seconds=5)]) is None
    with pytest.raises(Refused, match="sold_out"):
        settled([a_no(code="sold_out")])
