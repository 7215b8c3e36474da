"""What goes wrong on a bad day, each as one button: switches of several parts at once."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

# The operator with its own inventory on the demo's best known line, Piraeus to Heraklion.
_OPERATOR: Final = "THA"
_LINE: Final = "/ferries?from=GRPIR&to=GRHER"


class Scenario(msgspec.Struct, frozen=True):
    """A story: what happens, what to do to see it (`advice`), where (a path of the service)."""

    name: str
    title: str
    happens: str
    advice: str
    path: str
    patch: Mapping[str, Any]


def _operator(**faults: Any) -> dict[str, Any]:
    return {"operators": {_OPERATOR: faults}}


SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "refused",
            "The operator refuses after the payment",
            "Thalassa Ferries says no when it is asked to confirm what was paid for.",
            "Book Thalassa Ferries and pay: everything goes back, with two mails.",
            _LINE,
            _operator(refuse_rate=1.0),
        ),
        Scenario(
            "lost_answers",
            "Done, but the answer is lost",
            "Thalassa Ferries books, and its answer never arrives.",
            "Book and pay: the booking is found again by our reference, and nothing is undone.",
            _LINE,
            _operator(timeout_rate=1.0, timeout_seconds=3.0),
        ),
        Scenario(
            "operator_down",
            "An operator is down",
            "Thalassa Ferries answers nobody.",
            "Search: the other operator is there, and the page says who is missing.",
            _LINE,
            _operator(down=True),
        ),
        Scenario(
            "operator_slow",
            "An operator is slow",
            "Thalassa Ferries takes four seconds for every answer.",
            "Search: how long does the page wait for it?",
            _LINE,
            _operator(slow_seconds=4.0),
        ),
        Scenario(
            "statement_wrong",
            "The operator charges too much",
            "Thalassa Ferries' statement has another price than it offered.",
            "Book, pay, then start the task bookings.reconcile: the difference has a name.",
            "/admin/reconciliation",
            _operator(statement="price"),
        ),
        Scenario(
            "paid_twice",
            "The card is charged twice",
            "Whoever pays is charged by two payments for the same booking.",
            "Book and pay: the second payment goes back by itself, and the page says so.",
            _LINE,
            {"stripe": {"paid_twice": True}},
        ),
        Scenario(
            "events_lost",
            "Stripe tells nobody",
            "No event of a payment or refund is delivered.",
            "Book and pay: the booking is confirmed all the same, within a minute.",
            _LINE,
            {"stripe": {"deliver": False}},
        ),
        Scenario(
            "events_again",
            "Every event comes three times, in any order",
            "Events are delivered three times, late and out of order.",
            "Book, pay and cancel: one mail of each kind, one refund.",
            _LINE,
            {"stripe": {"duplicates": 3, "reorder": True, "delay_seconds": 1.0}},
        ),
        Scenario(
            "refund_fails",
            "The refund fails afterwards",
            "Banks take no refund: each fails after it seemed to be done.",
            "Cancel a paid booking: it is owed, staff are told, the desk pays it another way.",
            "/admin/bookings?attention=true",
            {"stripe": {"refunds": "fail_later"}},
        ),
        Scenario(
            "mail_down",
            "No mail gets through",
            "The mail server refuses every connection.",
            "Book and pay: the ticket is on the page, the mails wait and are sent later.",
            "/admin/tasks",
            {"smtp": {"refuse": True}},
        ),
        Scenario(
            "feed_silent",
            "The ships fall silent",
            "The feed of ship positions stays connected and says nothing.",
            "Watch the map: it says how old the positions are.",
            "/vessels",
            {"ais": {"fault": "silence"}},
        ),
        Scenario(
            "feed_jammed",
            "The feed is jammed",
            "Frames of ship positions arrive damaged.",
            "Watch the map: ships stay where they were last seen, none jumps.",
            "/vessels",
            {"ais": {"fault": "garbage"}},
        ),
    )
}
