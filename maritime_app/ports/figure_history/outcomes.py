"""What came of each reading of a series for one figure. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from maritime_app.ports.figure_history.model import FigureReading, Outcome, StoredWord


def outcomes(words: Iterable[StoredWord]) -> tuple[FigureReading, ...]:
    """Return what came of each reading, in their order, from the first that had the figure or
    refused it.

    The last value that was not taken back is shown; one that differs replaces the one before.
    """
    found: list[FigureReading] = []
    standing: int | None = None
    for word in words:
        outcome = _outcome(word, found[standing] if standing is not None else None)
        if not found and outcome in (Outcome.ABSENT, Outcome.NOT_RECORDED):
            continue
        if outcome is Outcome.SHOWN:
            if standing is not None:
                found[standing] = _replaced(found[standing], word.origin, word.retrieved_at)
            standing = len(found)
        found.append(_reading(word, outcome))
    return tuple(found)


def shown(readings: Iterable[FigureReading]) -> FigureReading | None:
    """Return the reading whose value is shown; None where none is."""
    return next((each for each in readings if each.outcome is Outcome.SHOWN), None)


def _outcome(word: StoredWord, standing: FigureReading | None) -> Outcome:
    if word.value is None and word.missing_reason is None:
        if word.refusal is not None:
            return Outcome.REFUSED
        return Outcome.ABSENT if word.is_told else Outcome.NOT_RECORDED
    if word.undone_at is not None:
        return Outcome.TAKEN_BACK
    same = (word.value, word.missing_reason)
    if standing is not None and (standing.value, standing.missing_reason) == same:
        return Outcome.AGREES
    return Outcome.SHOWN


def _replaced(reading: FigureReading, origin: str, at: datetime) -> FigureReading:
    return msgspec.structs.replace(
        reading, outcome=Outcome.REPLACED, replaced_by=origin, replaced_at=at
    )


def _reading(word: StoredWord, outcome: Outcome) -> FigureReading:
    return FigureReading(
        retrieved_at=word.retrieved_at,
        origin=word.origin,
        version=word.version,
        newest_period=word.newest_period,
        value=word.value,
        missing_reason=word.missing_reason,
        refusal=word.refusal,
        outcome=outcome,
    )
