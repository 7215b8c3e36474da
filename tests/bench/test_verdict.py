"""The chaos verdict sees what is wrong: each check is given books that do not agree."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bench.chaos import money_books, verdict
from bench.chaos.outside import Outside
from bench.chaos.promises import Promise
from bench.chaos.staff import Came, Staff
from maritime_app.sandbox.mail.model import StoredMail
from tests.chaos_books import NOBODY, booking, charge, intents, unkept


def with_ledger(bookings: dict[str, dict[str, Any]], **kept: int) -> dict[str, dict[str, Any]]:
    return {one: row | {"ledger_minor": kept.get(one, 0)} for one, row in bookings.items()}


def agreed(
    bookings: dict[str, dict[str, Any]],
    charges: list[dict[str, Any]],
    made: dict[str, dict[str, Any]],
    asked_for: set[str],
) -> list[str]:
    return money_books.agreed(bookings, charges, made, asked_for, Outside())


def test_it_works():
    bookings = {
        "AAAA": booking("confirmed"),
        "BBBB": booking("cancelled", cancel_fee_minor=300),
        "CCCC": booking("expired"),
        "DDDD": booking("cancelled", cancel_fee_minor=0, owed_minor=1000),
        "EEEE": booking("confirmed", goodwill_minor=100),
    }
    charges = [charge("a"), charge("b", 700), charge("d"), charge("e", 100)]
    made = intents(a="AAAA", b="BBBB", d="DDDD", e="EEEE")
    known = with_ledger(bookings, AAAA=1000, BBBB=300, DDDD=1000, EEEE=900)
    assert agreed(known, charges, made, set(made)) == []
    assert agreed(known | with_ledger({"AAAA": bookings["AAAA"]}, AAAA=999), charges, made, {*made})


def test_a_charge_that_nobody_asked_for_must_have_gone_back():
    made = intents(a="AAAA", again="AAAA")
    for refunded, broken in ((1000, 0), (0, 1), (999, 1)):
        charges = [charge("a"), charge("again", refunded)]
        known = with_ledger({"AAAA": booking("confirmed")}, AAAA=2000 - refunded)
        assert len(agreed(known, charges, made, {"pi_a"})) == broken


def test_money_that_does_not_add_up():
    bookings = {
        "AAAA": booking("confirmed"),
        "BBBB": booking("refused"),
        "CCCC": booking("confirmed"),
    }
    charges = [charge("a"), charge("a2"), charge("b"), charge("x")]
    made = intents(a="AAAA", a2="AAAA", b="BBBB", x="nobody")
    broken = agreed(with_ledger(bookings, AAAA=2000, BBBB=1000), charges, made, set(made))
    text = "\n".join(broken)
    assert "payment without booking: ch_x" in text
    assert "money of AAAA (confirmed): 2 captures, 2000 kept, worth 1000" in text
    assert "money of BBBB (refused): 1 captures, 1000 kept, worth 0" in text
    assert "CCCC is confirmed with 0 captures" in text


def test_double_refunds():
    refund = {"id": "re_1", "status": "succeeded", "metadata": {"refund_id": "r"}}
    assert money_books.made_once([refund]) == []
    assert money_books.made_once([refund, refund | {"status": "failed"}]) == []
    assert money_books.made_once([refund, refund | {"id": "re_2"}]) == [
        "double refund: r was made 2 times"
    ]


def test_broken_promises():
    bookings = {"AAAA": booking("held"), "BBBB": booking("confirmed")}
    promises = [
        Promise("1", reference="AAAA", status="paid"),
        Promise("2", reference="BBBB", status="cancelled", fee_minor=10),
        Promise("3", reference="GONE", status="booked"),
        Promise("4", reference="BBBB", status="paid"),
    ]
    text = "\n".join(unkept(bookings, promises))
    for words in (
        "paid, but held",
        "cancelled, but confirmed",
        "acknowledged booking is gone",
        "one reference for 2",
    ):
        assert words in text


def test_what_staff_cancelled_was_not_broken():
    bookings = {"AAAA": booking("cancelled"), "BBBB": booking("cancelled", sailing_ids=["gone"])}
    promises = [Promise(one, reference=one, status="paid") for one in bookings]
    staff = Staff(NOBODY, NOBODY, NOBODY, "")
    assert len(unkept(bookings, promises, staff)) == 2

    staff.cancelled["AAAA"] = Came.UNKNOWN
    staff.cancelled_sailing = "gone"

    assert unkept(bookings, promises, staff) == []


def test_mails_missing_foreign_and_double():
    def mail(identifier: str, key: str = "k") -> Any:
        return {"id": identifier, "unique_key": key, "recipient": "ada@example.org"}

    def message(identifier: str, to: str = "ada@example.org") -> StoredMail:
        head = f"Message-ID: <{identifier}@host>\r\n".encode()
        return StoredMail(1, datetime.now(UTC), "tickets@example.org", (to,), head)

    assert verdict._mails([mail("m")], [message("m"), message("m")]) == []
    assert verdict._mails([mail("m")], []) == ["missing mail: k"]
    assert "nobody wrote" in verdict._mails([], [message("m")])[0]
    assert "somebody else" in verdict._mails([mail("m")], [message("m", "bo@example.org")])[0]
    assert verdict._mails([mail("m"), mail("n")], [message("m"), message("n")]) == [
        "double mail: k"
    ]


def test_operators_disagree(tmp_path):
    (tmp_path / "sandbox").mkdir()
    rows = [
        {"operator_reference": "NDL-1", "status": "Booked"},
        {"operator_reference": "NDL-2", "status": "Refused"},
    ]
    lines = [json.dumps({"reservation": row}) for row in rows]
    (tmp_path / "sandbox" / "operator-NDL.jsonl").write_text("\n".join(lines))
    remote = {"remote": ["NDL"]}
    good = {"AAAA": booking("confirmed", operator_references=["NDL-1"], **remote)}
    here: Any = SimpleNamespace(folder=tmp_path)
    assert verdict._operators(here, good) == []
    bad = {
        "AAAA": booking("cancelled", operator_references=["NDL-1"], **remote),
        "BBBB": booking("confirmed", operator_references=["NDL-2"], **remote),
    }
    assert len(verdict._operators(here, bad)) == 2
