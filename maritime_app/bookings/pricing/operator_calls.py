"""What a remote operator was asked about a booking, what it said, and how long that took: kept for
those who have to find out what happened.
"""

import time
from collections.abc import Awaitable
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import asyncpg

from maritime_app.errors import Refusal
from maritime_app.ferries.operators.model import (
    CancelQuote,
    OperatorRefused,
    OperatorReservation,
    OperatorUnavailable,
)
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Database
from maritime_app.infra.history.months import MonthlyTable
from maritime_app.infra.telemetry import log

MONTHLY = [MonthlyTable("operator_call", "false")]
SQL = queries.load("bookings_operator_calls")
logger = log.get(__name__)
_T = TypeVar("_T")
_LONGEST_ANSWER = 100


class Action(StrEnum):
    """What an operator is asked under our key; `recall`: what became of an order."""

    HOLD = "hold"
    VERIFY = "verify"
    CONFIRM = "confirm"
    RECALL = "recall"
    CANCEL_QUOTE = "cancel_quote"
    CANCEL = "cancel"
    RELEASE = "release"


class Outcome(StrEnum):
    """How asking ended; `unknown`: no answer came, and it may have been done; `asked`: whoever
    asked has not said how it ended, and never will if it was killed.
    """

    ASKED = "asked"  # stands as `unknown` without a time, which older processes read too
    ANSWERED = "answered"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class OperatorCalls:
    """Writes down the calls to one operator. That it cannot is in the log, and stops nothing."""

    def __init__(self, db: Database, operator: str) -> None:
        self._db = db
        self._operator = operator

    async def kept(self, action: Action, key: str, asked: Awaitable[_T]) -> _T:
        """Ask, and return or raise what comes of it, once it is written down.

        That it is asked is written before: the call of a process that is killed stands there too.
        """
        call_id = uuid7()
        await self._write(call_id, action, key, Outcome.UNKNOWN, "", None)
        began = time.monotonic()
        outcome, said = Outcome.UNKNOWN, ""
        try:
            answer = await asked
            outcome, said = Outcome.ANSWERED, _in_a_word(answer)
        except OperatorRefused as refused:
            outcome, said = Outcome.REFUSED, refused.code
            raise
        except OperatorUnavailable:
            outcome = Outcome.UNAVAILABLE
            raise
        finally:
            took_ms = round((time.monotonic() - began) * 1000)
            await self._write(call_id, action, key, outcome, said, took_ms)
        return answer

    async def _write(
        self,
        call_id: UUID,
        action: Action,
        key: str,
        outcome: Outcome,
        said: str,
        took_ms: int | None,
    ) -> None:
        # A key is the booking's reference, a dash, and which of its legs.
        reference, word = key.partition("-")[0], said[:_LONGEST_ANSWER]
        row = (call_id, reference, self._operator, action, outcome, word, took_ms)
        try:
            async with self._db.acquire() as conn:
                await SQL.keep_operator_call.execute(conn, *row)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
            logger.warning(
                "operator_call_not_kept", operator=self._operator, error=type(error).__name__
            )


def _in_a_word(answer: object) -> str:
    if isinstance(answer, OperatorReservation):
        return answer.status
    if isinstance(answer, CancelQuote):
        return str(answer.charge_minor)
    return "nothing under this key" if answer is None else ""
