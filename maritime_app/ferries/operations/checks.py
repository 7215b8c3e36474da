"""Pure: whether times of a sailing can be, and what an act has changed."""

import datetime as dt
from typing import Any

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries.operations.model import ManagedSailing, PassageRequest, TimesRequest
from maritime_app.i18n import translate as _

_LONGEST_SHIFT = dt.timedelta(days=7)
_CLOCKS_DIFFER = dt.timedelta(minutes=5)
_Times = tuple[dt.datetime | None, dt.datetime | None]


def expected_times(sailing: ManagedSailing, asked: TimesRequest, now: dt.datetime) -> _Times:
    """Return the expected departure and arrival, both None where the ones that were sold hold.

    Without an arrival the passage takes as long as it was sold. Raise Invalid for a departure that
    has passed, is a week away from the one that was sold, or has no reason.
    """
    departs = asked.expected_departs_at
    if departs is None:
        return None, None
    arrives = asked.expected_arrives_at or departs + (sailing.arrives_at - sailing.departs_at)
    if (departs, arrives) == (sailing.departs_at, sailing.arrives_at):
        return None, None
    if departs <= now:
        raise _wrong("expected_departs_at", _("That time has passed."))
    if abs(departs - sailing.departs_at) > _LONGEST_SHIFT:
        raise _wrong("expected_departs_at", _("That is more than a week away from what was sold."))
    if arrives <= departs:
        raise _wrong("expected_arrives_at", _("It cannot arrive before it leaves."))
    if asked.reason is None:
        raise _wrong("reason", _("Passengers are told why: choose a reason."))
    return departs, arrives


def passage(sailing: ManagedSailing, asked: PassageRequest, now: dt.datetime) -> _Times:
    """Return when it left and arrived; raise Invalid for what has not happened yet."""
    departed = asked.departed_at or sailing.departed_at
    arrived = asked.arrived_at or sailing.arrived_at
    if departed is None:
        raise _wrong("departed_at", _("When did it leave?"))
    if departed > now + _CLOCKS_DIFFER:
        raise _wrong("departed_at", _("That has not happened yet."))
    if abs(departed - sailing.departs_at) > _LONGEST_SHIFT:
        raise _wrong("departed_at", _("That is more than a week away from what was sold."))
    if arrived is not None and arrived > now + _CLOCKS_DIFFER:
        raise _wrong("arrived_at", _("That has not happened yet."))
    if arrived is not None and arrived <= departed:
        raise _wrong("arrived_at", _("It cannot arrive before it leaves."))
    return departed, arrived


def difference(before: ManagedSailing, after: ManagedSailing) -> dict[str, Any]:
    """Return what changed as field -> [before, after], for the audit log."""
    fields = msgspec.structs.asdict(after)
    return {
        name: msgspec.to_builtins([getattr(before, name), value])
        for name, value in fields.items()
        if getattr(before, name) != value
    }


def _wrong(field: str, words: str) -> Invalid:
    return Invalid(words, {field: words}, code="times")
