"""Reservations by reference and what is left on each sailing; nothing is ever sold twice here
either.
"""

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from maritime_app.ferries.operators.model import OperatorReservation
from maritime_app.sandbox.journal import Journal

_HOLDING = ("Reserved", "Booked")


class Entry(msgspec.Struct, frozen=True):
    """A reservation, what it takes up, and what was asked for (to recognise a repetition)."""

    reservation: OperatorReservation
    taken: dict[str, int]
    request_digest: str


class Inventory:
    """One operator's books. Every change is in the journal before it is answered."""

    def __init__(self, journal: Journal, seed: int) -> None:
        self._journal = journal
        self._seed = seed
        self._entries: dict[str, Entry] = {}
        self._taken: dict[str, dict[str, int]] = {}
        self._expiring: list[tuple[datetime, str]] = []
        lines = 0
        for record in journal.replay():
            lines += 1
            self._apply(msgspec.convert(record, Entry))
        if lines > 2 * len(self._entries) + 1000:
            journal.rewrite(iter(list(self._entries.values())))

    def find(self, reference: str) -> Entry | None:
        """What stands under our reference."""
        return self._entries.get(reference)

    def keep(self, entry: Entry) -> None:
        """Write down a new or changed reservation."""
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        old = self._entries.get(entry.reservation.reference)
        if old is not None and old.reservation.status in _HOLDING:
            self._move(old, -1)
        self._entries[entry.reservation.reference] = entry
        if entry.reservation.status in _HOLDING:
            self._move(entry, 1)
        if entry.reservation.status == "Reserved":
            heapq.heappush(
                self._expiring, (entry.reservation.expires_at, entry.reservation.reference)
            )

    def _move(self, entry: Entry, sign: int) -> None:
        taken = self._taken.setdefault(entry.reservation.sailing.code, {})
        for resource, amount in entry.taken.items():
            taken[resource] = taken.get(resource, 0) + sign * amount

    def taken(self, sailing: str) -> Mapping[str, int]:
        """What reservations take up on a sailing."""
        return self._taken.get(sailing, {})

    def left(self, sailing: str, totals: Mapping[str, int], presold_percent: int) -> dict[str, int]:
        """What is left, after a share that other sellers are taken to have sold (the same on every
        start).
        """
        taken = self.taken(sailing)
        left = {}
        for resource, total in totals.items():
            digest = hashlib.sha256(f"{self._seed}:{sailing}:{resource}".encode()).digest()
            presold = total * (digest[0] * presold_percent // 255) // 100
            left[resource] = max(0, total - presold - taken.get(resource, 0))
        return left

    def expire(self, now: datetime) -> None:
        """Give back what was held too long."""
        while self._expiring and self._expiring[0][0] <= now:
            _, reference = heapq.heappop(self._expiring)
            entry = self._entries[reference]
            if entry.reservation.status == "Reserved" and entry.reservation.expires_at <= now:
                gone = msgspec.structs.replace(entry.reservation, status="Expired")
                self.keep(msgspec.structs.replace(entry, reservation=gone))

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()
