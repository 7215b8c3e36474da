"""What must always be true of money."""

from maritime_app.i18n import mark
from maritime_app.infra import queries
from maritime_app.infra.invariant import Invariant, Walk

_SQL = queries.load("payments_invariants")
_PATIENCE_SECONDS = 900.0
_SUBJECTS = Walk("payments", _SQL.touched_subjects, _SQL.following_subjects)
_TRANSACTIONS = Walk("ledger", _SQL.touched_transactions, _SQL.following_transactions)

INVARIANTS = [
    Invariant("owed_money", mark("nothing is owed that nobody is sending"), _SQL.owed_money),
    Invariant(
        "undecided_disputes",
        mark("after a lost dispute somebody decided about the journey"),
        _SQL.undecided_disputes,
    ),
    Invariant(
        "covered_by_nothing",
        mark("what counts as given back without us was given back"),
        _SQL.covered_by_nothing,
        _SUBJECTS,
    ),
    Invariant(
        "ledger_and_payments",
        mark("the ledger says of every payment what its refunds and disputes say"),
        _SQL.ledger_and_payments,
        _SUBJECTS,
    ),
    Invariant(
        "broken_ledger",
        mark("every ledger transaction adds up to zero"),
        _SQL.broken_ledger,
        _TRANSACTIONS,
    ),
    Invariant("double_refunds", mark("nothing is refunded twice"), _SQL.double_refunds, _SUBJECTS),
    Invariant(
        "stuck_money",
        mark("no money hangs"),
        _SQL.stuck_money,
        patience_seconds=_PATIENCE_SECONDS,
    ),
]
