"""Every verdict of a gate, as one table that Python and the browser's module both answer to."""

import json
from pathlib import Path

import msgspec
import pytest

from maritime_app import clock
from maritime_app.boarding.codes import fingerprint, fingerprints, older
from maritime_app.boarding.model import Admission, BoardingList
from maritime_app.boarding.verdict import CodeBook
from maritime_app.bookings.tickets.codes import code_of
from maritime_app.ids import uuid7
from maritime_app.settings.file import replace

TABLE = json.loads((Path(__file__).parent / "verdicts.json").read_text())


def test_it_works():
    assert answer({"code": "code:ada"}) == ("admitted", "p1", False)


@pytest.mark.parametrize(
    "case", TABLE["cases"], ids=lambda case: f"{case['code'].strip()}-{case['outcome']}"
)
def test_every_line_of_the_table(case):
    assert answer(case) == (case["outcome"], case.get("holder"), case.get("aboard", False))


def test_a_list_can_verify_and_not_forge(settings_without_servers):
    """What a laptop at the quay holds is no key: a code cannot be made from its fingerprint."""
    settings = settings_without_servers
    code = code_of(settings, "AAAA2222", 1, "p1", 1)

    made = fingerprints(settings, "AAAA2222", 1, "p1", 1)

    assert fingerprint(code) in made
    assert not any(part in "".join(made) for part in code.split(".")[-1:])


def test_codes_by_the_key_before_a_rotation_are_listed(settings_without_servers):
    before = settings_without_servers
    code = code_of(before, "AAAA2222", 1, "p1", 1)
    after = replace(before, secrets={"key": "new", "previous_keys": (before.secrets.key,)})

    assert fingerprint(code) in fingerprints(after, "AAAA2222", 1, "p1", 1)


def test_codes_of_older_issues_are_known_as_such(settings_without_servers):
    settings = settings_without_servers
    first, second = (code_of(settings, "AAAA2222", 1, "p1", issue) for issue in (1, 2))

    assert fingerprint(first) in older(settings, "AAAA2222", 1, "p1", 3)
    assert fingerprint(second) in older(settings, "AAAA2222", 1, "p1", 3)
    assert fingerprint(second) not in fingerprints(settings, "AAAA2222", 1, "p1", 3)


def answer(case):
    """Outcome, holder and whether they count as aboard, as the table has them."""
    raw = json.loads(json.dumps(TABLE["list"]))
    raw["sailing"]["status"] = case.get("sailing", "scheduled")
    raw["closing"] = TABLE["closing"] if case.get("is_closed") else None
    for ticket in raw["tickets"]:
        for field in ("codes", "old_codes"):
            ticket[field] = [fingerprint(code) for code in ticket[field]]
    for other in raw["others"]:
        other["codes"] = [fingerprint(code) for code in other["codes"]]
    admitted = {
        (reference, leg, holder): Admission(uuid7(), reference, leg, holder, "1", clock.now())
        for reference, leg, holder in case.get("admitted", [])
    }
    verdict = CodeBook(msgspec.convert(raw, BoardingList)).verdict(case["code"], admitted)
    holder = verdict.ticket.holder if verdict.ticket else None
    return verdict.outcome, holder, verdict.earlier is not None
