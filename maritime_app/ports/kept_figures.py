"""Pages, tables and pictures of ports are kept as ready bytes until what they show changes."""

from typing import Final

import msgspec

from maritime_app.ports.model import PORTS_TAG
from maritime_app.ports.statistics.model import STATISTICS_TAG
from maritime_app.web.kept import kept
from maritime_app.web.routing import Handler

FIGURE_TAGS: Final = (STATISTICS_TAG, PORTS_TAG)
# Whoever asks for all there is, as fast as we can answer, fills Redis with 200 MB.
_SECONDS: Final = 60


def of_figures(handler: Handler, query: type[msgspec.Struct] | None = None) -> Handler:
    """Return the handler of an answer with figures of ports, kept for a minute, or until there are
    other official ones.
    """
    return kept(handler, tags=FIGURE_TAGS, seconds=_SECONDS, query=query)
