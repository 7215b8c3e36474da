"""The time up to which anything can have been heard.

Nothing is stored with a time to come: what a sender stamps later than now counts as received now.
So what has a time beyond the horizon was stored before this clock was set back. It is newer than
nothing, or nobody would be heard until the clock has made up for it.
"""

from typing import Final

from maritime_app import clock

# The clocks of two processes, corrected by the database's, differ by less.
_SLACK_MS: Final = 5_000


def horizon_ms() -> int:
    """Return the latest time, UTC epoch ms, that can be newer than another."""
    return clock.epoch_ms() + _SLACK_MS


def standing_ms(at_ms: int) -> int:
    """Return the time with which something stored competes for being newest: 0 beyond the
    horizon.
    """
    return at_ms if at_ms <= horizon_ms() else 0
