"""The chaos verdict on money that went back without us, and on changes: each check is given books
that do not agree.
"""

from typing import Any

import pytest

from bench.chaos import disputed, money_books, outside
from bench.chaos.dashboard import Decision
from bench.chaos.outside import Outside
from bench.chaos.promises import Promise
from bench.chaos.staff import Came
from tests.chaos_books import booking, charge, intents, unkept

pytestmark = pytest.mark.pure
MADE = intents(a="AAAA")


def refund(amount: int, *, ours: bool = False, status: str = "succeeded") -> dict[str, Any]:
    metadata = {"refund_id": "r"} if ours else {}
    return {"payment_intent": "pi_a", "amount": amount, "status": status, "metadata": metadata}


def dispute(status: str, amount: int = 1000) -> dict[str, Any]:
    return {"id": "du_1", "payment_intent": "pi_a", "amount": amount, "status": status}


def row(**more: Any) -> dict[str, dict[str, Any]]:
    known: dict[str, Any] = {"reference": "AAAA", "booking": "confirmed", "status": "lost"}
    known |= {"decision": None, "is_said": True, "is_written": True, "is_stood_on": True}
    return {"du_1": known | more}


def test_it_works():
    """A gift, then a cancellation that it covers, then a dispute: each leaves what is right."""
    given = outside.found(MADE, [charge("a", 400)], [refund(400)], [])
    for known, refunded, ledger_minor in (
        (booking("confirmed"), 400, 600),
        (booking("cancelled", cancel_fee_minor=300, covered_minor=400), 700, 300),
    ):
        books = {"AAAA": known | {"ledger_minor": ledger_minor}}
        assert money_books.agreed(books, [charge("a", refunded)], MADE, {"pi_a"}, given) == []

    taken = outside.found(MADE, [charge("a")], [], [dispute("needs_response")])
    books = {"AAAA": booking("confirmed") | {"ledger_minor": 0}}
    assert money_books.agreed(books, [charge("a")], MADE, {"pi_a"}, taken) == []


@pytest.mark.parametrize(
    ("known", "refunded", "ledger_minor", "words"),
    [
        # What the dashboard gave was given again.
        (booking("cancelled", cancel_fee_minor=300, covered_minor=400), 1000, 0, "kept, worth 300"),
        (booking("confirmed"), 400, 1000, "600 kept, 1000 in the ledger"),
        (booking("confirmed"), 0, 1000, "1000 kept, worth 600"),
        (booking("confirmed", covered_minor=500), 400, 600, "500 counted as back, 400 was"),
    ],
)
def test_books_that_disagree_after_a_refund_in_the_dashboard(known, refunded, ledger_minor, words):
    given = outside.found(MADE, [charge("a", 400)], [refund(400)], [])
    books = {"AAAA": known | {"ledger_minor": ledger_minor}}
    found = money_books.agreed(books, [charge("a", refunded)], MADE, {"pi_a"}, given)
    assert words in "; ".join(found)


def test_a_difference_is_paid_once_and_kept():
    made = intents(a="AAAA", more="AAAA")
    changed = booking("confirmed", total_minor=2000, change_intents=["pi_more"])
    books = {"AAAA": changed | {"ledger_minor": 2000}}
    charges = [charge("a"), charge("more")]
    assert money_books.agreed(books, charges, made, set(made), Outside()) == []
    kept = {"AAAA": books["AAAA"] | {"total_minor": 1000}}
    assert money_books.agreed(kept, charges, made, set(made), Outside())
    unknown = {"AAAA": books["AAAA"] | {"change_intents": []}}
    assert "2 captures" in money_books.agreed(unknown, charges, made, set(made), Outside())[0]


def test_the_balance_is_the_ledgers_to_the_cent():
    assert money_books.unequal({"EUR": 5, "SEK": 0}, {"EUR": 5}) == []
    assert money_books.unequal({"EUR": 5}, {"EUR": 6}) == [
        "Stripe's balance is 5 EUR, the ledger's 6"
    ]


@pytest.mark.parametrize(
    ("refunds", "disputes", "is_excused"),
    [
        ([refund(1000)], [], True),
        ([refund(1000, status="failed")], [], True),  # it ended before the bank refused it
        ([refund(400), refund(600, ours=True)], [], True),
        ([refund(400)], [dispute("lost", 600)], True),
        ([refund(999)], [], False),
        ([refund(400), refund(600, ours=True, status="failed")], [], False),
        ([refund(1000, ours=True)], [], False),  # nobody gave anything back without us
        ([], [dispute("lost")], False),  # staff decide about it
    ],
)
def test_only_a_booking_whose_money_all_went_back_may_have_ended(refunds, disputes, is_excused):
    went = outside.found(MADE, [charge("a")], refunds, disputes)
    paid = [Promise("1", reference="AAAA", status="paid")]
    for known, excused in (
        (booking("cancelled", cancel_fee_minor=0), is_excused),
        (booking("cancelled", cancel_fee_minor=300), False),
        (booking("held"), False),
    ):
        assert (unkept({"AAAA": known}, paid, outside=went) == []) is excused


@pytest.mark.parametrize(("owed_minor", "is_excused"), [(1000, True), (999, False), (0, False)])
def test_no_booking_stands_on_what_is_owed_of_a_second_charge(owed_minor, is_excused):
    """Charged twice: ours of one of them failed at the bank, the dashboard's is the other one."""
    made = intents(a="AAAA", twice="AAAA")
    refunds = [refund(1000), refund(1000, ours=True, status="failed")]
    went = outside.found(made, [charge("a"), charge("twice")], refunds, [])
    ended = {"AAAA": booking("cancelled", cancel_fee_minor=0, owed_minor=owed_minor)}
    paid = [Promise("1", reference="AAAA", status="paid")]
    assert (unkept(ended, paid, outside=went) == []) is is_excused


def test_staff_may_end_a_disputed_booking_and_no_other():
    ended = {"AAAA": booking("cancelled", cancel_fee_minor=0)}
    paid = [Promise("1", reference="AAAA", status="paid")]
    for reference, decision, broken in (
        ("AAAA", "cancelled", 0), ("AAAA", "honoured", 1), ("BBBB", "cancelled", 1),
    ):  # fmt: skip
        made = Decision(reference, decision, Came.UNKNOWN)
        assert len(unkept(ended, paid, du_1=made)) == broken


def test_a_changed_booking_costs_what_was_promised():
    changed = [Promise("1", reference="AAAA", status="paid", totals={1000, 1200})]
    assert unkept({"AAAA": booking("confirmed", total_minor=1200)}, changed) == []
    assert "1300" in unkept({"AAAA": booking("confirmed", total_minor=1300)}, changed)[0]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (row(), ""),
        ({}, "unknown"),
        (row(status="needs_response"), "needs_response"),
        (row(is_said=False), "nobody is called"),
        (row(is_written=False), "passenger was not told"),
        (row(booking="cancelled", is_written=False), ""),
        (row(is_stood_on=False, is_written=False), ""),  # charged twice: the ticket stands
    ],
)
def test_a_lost_dispute_is_known_and_somebody_is_called(rows, words):
    lost = outside.found(MADE, [charge("a")], [], [dispute("lost")])
    found = disputed.unlike(rows, lost, {})
    assert (words in "; ".join(found)) if words else found == []


def test_what_staff_decided_stands():
    lost = outside.found(MADE, [charge("a")], [], [dispute("lost")])
    done = {"du_1": Decision("AAAA", "cancelled", Came.DONE)}
    assert disputed.unlike(row(decision="cancelled", booking="cancelled"), lost, done) == []
    assert "it is confirmed" in disputed.unlike(row(decision="cancelled"), lost, done)[0]
    assert "it is None" in disputed.unlike(row(), lost, done)[0]


def test_a_ticket_is_void_after_a_lost_dispute_only():
    suspended = {"story": {"situation": "ticket_suspended"}, "ticket_url": None}
    valid = {"story": {"situation": "confirmed"}, "ticket_url": "/ticket"}
    assert disputed.wrongly_shown("AAAA", suspended, is_void=True) == []
    assert disputed.wrongly_shown("AAAA", valid, is_void=False) == []
    for shown, is_void in (
        (valid, True), (suspended, False), (suspended | {"ticket_url": "/ticket"}, True),
    ):  # fmt: skip
        assert len(disputed.wrongly_shown("AAAA", shown, is_void)) == 1
