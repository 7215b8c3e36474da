"""What must always be true of mails."""

from maritime_app.emails.store import SQL
from maritime_app.i18n import mark
from maritime_app.infra.invariant import Invariant

INVARIANTS = [
    Invariant(
        "unsent_mails", mark("every mail that was written is sent or will be"), SQL.unsent_mails
    ),
]
