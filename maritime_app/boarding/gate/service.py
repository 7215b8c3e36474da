"""Scans, undoing and the head-count of one quay. All its gates ask one process, which decides one
scan after the other: nobody is let aboard twice here, whatever the network does.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.boarding.gate.journal import Journal
from maritime_app.boarding.model import (
    Admission,
    BoardingList,
    GateState,
    HeadCount,
    ListedTicket,
    Outcome,
    Repeated,
    ScanRequest,
    ScanResponse,
    SettleResponse,
    Standing,
    Verdict,
)
from maritime_app.boarding.verdict import CodeBook, Holder, said_again, scan_of_another
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _

T = TypeVar("T")
_RECENT = 12


class Quay:
    """One quay's gates over one journal. `name` tells quays apart at the merge."""

    def __init__(self, name: str, journal: Journal, first: BoardingList) -> None:
        self.name = name
        self._journal = journal
        self._book = CodeBook(first)
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._one_at_a_time = asyncio.Lock()
        self._by_id: dict[UUID, Admission] = {a.id: a for a in journal.admissions()}
        self._unsettled = journal.unsettled_count()
        self._settled_at: datetime | None = None
        self._repeated: tuple[Repeated, ...] = ()

    def close(self) -> None:
        """Finish what is being written, and close the journal."""
        self._disk.shutdown(wait=True)
        self._journal.close()

    @property
    def boarding_list(self) -> BoardingList:
        """Return the list as it was read last."""
        return self._book.list

    def list_with_admitted(self) -> BoardingList:
        """Return the list with who is aboard by this quay's own journal too."""
        return msgspec.structs.replace(
            self.boarding_list, admitted=tuple(self._standing().values())
        )

    async def scan(self, asked: ScanRequest) -> ScanResponse:
        """Judge a code and let its holder aboard; the same scan again as at the server."""
        async with self._one_at_a_time:
            admitted = self._standing()
            verdict = (
                self._book.verdict_of(asked.chosen, admitted)
                if asked.chosen
                else self._book.verdict(asked.code, admitted)
            )
            verdict = await self._admit(asked, said_again(verdict, asked.id))
        return ScanResponse(verdict, self.state())

    async def undo(self, admission_id: UUID) -> GateState:
        """Take an admission of this quay back; raise NotFound when it does not stand."""
        async with self._one_at_a_time:
            now = clock.now()
            if not await self._write(lambda: self._journal.undo(admission_id, now)):
                raise NotFound(_("There is no such admission."), code="admission")
            await self._reload()
        return self.state()

    def state(self) -> GateState:
        """Return how boarding stands, as far as this quay knows."""
        own = [a for a in self._by_id.values() if a.undone_at is None]
        tickets = self.boarding_list.tickets
        valid = [t for t in tickets if t.standing is Standing.VALID]
        return GateState(
            count=head_count(self._standing().keys(), tickets, valid),
            recent=tuple(reversed(own[-_RECENT:])),
            unsettled=self._unsettled,
            settled_at=self._settled_at,
            list_made_at=self.boarding_list.made_at,
            repeated=self._repeated,
            closing=self.boarding_list.closing,
        )

    async def unsettled(self, most: int) -> list[Admission]:
        """Return what the server has not acknowledged, oldest first."""
        return await self._write(lambda: self._journal.unsettled(most))

    async def settled(self, sent: list[Admission], answer: SettleResponse) -> None:
        """Write down what the server has of this quay's journal."""
        async with self._one_at_a_time:
            await self._write(lambda: self._journal.settle(sent, answer.refused))
            self._repeated = answer.repeated
            self._settled_at = clock.now()
            await self._reload()

    async def keep_list(self, found: BoardingList) -> None:
        """Work with a newer list from now on."""
        async with self._one_at_a_time:
            await self._write(lambda: self._journal.keep_list(found))
            self._book = CodeBook(found)

    async def _admit(self, asked: ScanRequest, verdict: Verdict) -> Verdict:
        """Write an admission down before anybody hears of it, once."""
        ticket = verdict.ticket
        if verdict.outcome is not Outcome.ADMITTED or ticket is None or verdict.admission_id:
            return verdict
        again = self._by_id.get(asked.id)
        if again is not None:
            if again.ticket != ticket.key:
                raise scan_of_another()
            return Verdict(Outcome.UNDONE, ticket)
        admission = Admission(
            id=asked.id,
            reference=ticket.reference,
            leg=ticket.leg,
            holder=ticket.holder,
            gate=asked.gate,
            admitted_at=clock.now(),
            quay=self.name,
        )
        await self._write(lambda: self._journal.admit(admission))
        self._by_id[admission.id] = admission
        self._unsettled += 1
        return Verdict(Outcome.ADMITTED, ticket, admission_id=asked.id)

    def _standing(self) -> dict[Holder, Admission]:
        """Return who is aboard: by this quay's journal, and by what the server told of others."""
        elsewhere = (a for a in self.boarding_list.admitted if a.quay != self.name)
        everybody = [*elsewhere, *self._by_id.values()]
        return {a.ticket: a for a in everybody if a.undone_at is None}

    async def _reload(self) -> None:
        found = await self._write(self._journal.admissions)
        self._by_id = {admission.id: admission for admission in found}
        self._unsettled = await self._write(self._journal.unsettled_count)

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def head_count(
    boarded: Collection[Holder], tickets: Sequence[ListedTicket], valid: Sequence[ListedTicket]
) -> HeadCount:
    """Return how many are aboard, of how many with a valid ticket; who is aboard counts, also when
    a newer list has no such ticket any more.
    """
    people = _people(holder for _reference, _leg, holder in boarded)
    people_expected = _people(ticket.holder for ticket in valid)
    return HeadCount(
        people=people,
        people_expected=people_expected,
        vehicles=len(boarded) - people,
        vehicles_expected=len(valid) - people_expected,
        lane_cm=sum(ticket.length_cm or 0 for ticket in tickets if ticket.key in boarded),
        lane_cm_expected=sum(ticket.length_cm or 0 for ticket in valid),
    )


def _people(holders: Iterable[str]) -> int:
    return sum(holder.startswith("p") for holder in holders)
