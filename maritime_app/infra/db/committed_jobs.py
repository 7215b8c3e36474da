"""Ids of jobs whose transaction has committed, on their way to the relay of this process."""

import asyncio
from collections import deque
from typing import NamedTuple
from uuid import UUID

_MAX_PENDING = 20_000


class CommittedJob(NamedTuple):
    """A job that may be handed over: its queue, its id, and how long it still has to wait there."""

    queue: str
    job_id: UUID
    delay_ms: int = 0


class CommittedJobs:
    """A bounded line between the database, which puts in, and the relay, which takes out.

    When it is full the oldest falls out: its row is in the ledger, and the sweeper finds it.
    """

    def __init__(self) -> None:
        self._line: deque[CommittedJob] = deque(maxlen=_MAX_PENDING)
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._line)

    def put(self, job: CommittedJob) -> None:
        """Add a job whose transaction has committed."""
        self._line.append(job)
        self._arrived.set()

    def take(self, limit: int) -> list[CommittedJob]:
        """Remove and return up to `limit` jobs, oldest first."""
        return [self._line.popleft() for _ in range(min(len(self._line), limit))]

    async def wait(self) -> None:
        """Wait until a job has been put in since the last wait."""
        await self._arrived.wait()
        self._arrived.clear()
