"""Pure: whether a code is let aboard. static/boarding/verdict.js says the same for a browser that
is offline; tests/boarding/verdicts.json holds the two together.
"""

from collections.abc import Mapping
from uuid import UUID

from maritime_app.boarding.codes import fingerprint
from maritime_app.boarding.model import (
    Admission,
    BoardingList,
    ListedTicket,
    OtherTicket,
    Outcome,
    Standing,
    TicketKey,
    Verdict,
)
from maritime_app.errors import Conflict
from maritime_app.ferries.model import SailingStatus
from maritime_app.i18n import translate as _

Holder = tuple[str, int, str]  # reference, leg, holder
_REFUSED = {
    Standing.CANCELLED: Outcome.CANCELLED,
    Standing.SUSPENDED: Outcome.SUSPENDED,
    Standing.NO_PLACE: Outcome.NO_PLACE,
    Standing.UNPAID: Outcome.UNPAID,
}


class CodeBook:
    """The codes of a list, found at once."""

    def __init__(self, of: BoardingList) -> None:
        self.list = of
        self._current: dict[str, ListedTicket] = {}
        self._old: dict[str, ListedTicket] = {}
        self._others: dict[str, OtherTicket] = {}
        for ticket in of.tickets:
            self._current.update(dict.fromkeys(ticket.codes, ticket))
            self._old.update(dict.fromkeys(ticket.old_codes, ticket))
        for other in of.others:
            self._others.update(dict.fromkeys(other.codes, other))

    def verdict(self, code: str, admitted: Mapping[Holder, Admission]) -> Verdict:
        """Return what a gate says of the code; `admitted` are the admissions that stand.

        A booking that is cancelled is said to be so before anything else of its ticket is.
        """
        found = fingerprint(code)
        ticket = self._current.get(found) or self._old.get(found)
        if ticket is None:
            other = self._others.get(found)
            return Verdict(Outcome.WRONG_SAILING if other else Outcome.UNKNOWN, other=other)
        return self._judge(ticket, admitted, is_current=found in self._current)

    def verdict_of(self, chosen: TicketKey, admitted: Mapping[Holder, Admission]) -> Verdict:
        """Return the same of a ticket that somebody at the gate chose from the list."""
        for ticket in self.list.tickets:
            if ticket.key == (chosen.reference, chosen.leg, chosen.holder):
                return self._judge(ticket, admitted, is_current=True)
        return Verdict(Outcome.UNKNOWN)

    def _judge(
        self, ticket: ListedTicket, admitted: Mapping[Holder, Admission], *, is_current: bool
    ) -> Verdict:
        earlier = admitted.get(ticket.key)
        return Verdict(self._outcome(ticket, earlier, is_current), ticket, earlier=earlier)

    def _outcome(
        self, ticket: ListedTicket, earlier: Admission | None, is_current: bool
    ) -> Outcome:
        if self.list.sailing.status is SailingStatus.CANCELLED:
            return Outcome.SAILING_CANCELLED
        if ticket.standing in _REFUSED:
            return _REFUSED[ticket.standing]
        if not is_current:
            return Outcome.CHANGED
        if earlier:
            return Outcome.DUPLICATE
        return Outcome.CLOSED if self.list.closing else Outcome.ADMITTED


def said_again(verdict: Verdict, scan_id: UUID) -> Verdict:
    """Return what is said of a scan that may have been heard before: by it the holder is aboard."""
    if verdict.outcome is Outcome.DUPLICATE and verdict.earlier and verdict.earlier.id == scan_id:
        return Verdict(Outcome.ADMITTED, verdict.ticket, admission_id=scan_id)
    return verdict


def scan_of_another() -> Conflict:
    """Return the refusal of a scan under the id of another ticket's."""
    return Conflict(_("This scan was another ticket's. Please scan again."), code="scan_id")
