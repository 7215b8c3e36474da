"""Pages, tables and pictures of ports are kept as ready bytes until what they show changes."""

from typing import Final

import msgspec

from maritime_app.ports.model import PORTS_TAG
from maritime_app.ports.statistics.model import STATISTICS_TAG
from maritime_app.web.kept import kept
from maritime_app.web.routing import Handler

FIGURE_TAGS: Final = (STATISTICS_TAG, PORTS_TAG)
FIGURE_SECONDS: Final = 300
# Days are pulled from outside, and say how old they are.
_DAILY_SECONDS: Final = 60


def of_figures(handler: Handler, query: type[msgspec.Struct] | None = None) -> Handler:
    """Return the handler of an answer with official figures, kept until there are others."""
    return kept(handler, tags=FIGURE_TAGS, seconds=FIGURE_SECONDS, query=query)


def of_days(handler: Handler, query: type[msgspec.Struct] | None = None) -> Handler:
    """Return the handler of an answer with daily calls, kept for a minute."""
    return kept(handler, tags=FIGURE_TAGS, seconds=_DAILY_SECONDS, query=query)
