"""Port calls as entries of an Atom feed. Pure."""

from collections.abc import Iterable, Iterator

from maritime_app.vessels.events.atom import AtomEntry
from maritime_app.vessels.port_calls.responses import PortCallResponse


def entries(calls: Iterable[PortCallResponse], public_url: str) -> Iterator[AtomEntry]:
    """Yield an entry for each, which leads to its ship."""
    for call in calls:
        words = "left" if call.left_at else call.state.replace("_", " ")
        yield AtomEntry(
            id=call.id,
            title=f"{call.ship or call.mmsi}: {words}, {call.port_name}",
            summary=f"{call.hours_at_berth} h at berth, {call.hours_at_anchor} h at anchor",
            updated=call.left_at or call.last_heard_at,
            published=call.entered_at,
            link=f"{public_url}/vessels/{call.mmsi}",
            invented=call.invented,
        )
