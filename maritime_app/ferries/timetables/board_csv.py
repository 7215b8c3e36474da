"""A board of a port as rows of CSV."""

from collections.abc import Iterator

from maritime_app import i18n
from maritime_app.ferries.model import local_time
from maritime_app.ferries.timetables.model import Alert, Board, in_language

COLUMNS = (
    "at", "other_at", "other_code", "other_name", "operator", "line", "headsign", "trip", "ship",
    "platform", "via", "status", "about_every_seconds", "boarding", "bicycles", "cars",
    "wheelchair", "moved_weeks", "source", "step_free_boarding", "step_free_leaving",
    "expected_at", "said_at", "alerts",
)  # fmt: skip


def rows(board: Board) -> Iterator[list[object]]:
    """Yield a row for each boat, in the order of the columns; nothing stands for not known."""
    for boat in board.boats:
        listing = boat.listing
        said = [listing.line, listing.headsign, listing.trip_number] if listing else ["", "", ""]
        marks = (
            [listing.boarding.name.lower(), listing.bicycles, listing.cars, listing.wheelchair,
             listing.moved_weeks, listing.publisher, listing.step_free_boarding,
             listing.step_free_leaving]
            if listing
            else ["regular", "", "", "", 0, "", "", ""]
        )  # fmt: skip
        live = listing.live if listing else None
        values = [
            local_time(boat.at, board.port),
            local_time(boat.other_at, boat.other),
            boat.other.code,
            boat.other.name,
            boat.operator.name,
            *said,
            boat.ferry or "",
            listing.platform if listing else "",
            " > ".join(stop.name for stop in listing.via if not stop.skipped) if listing else "",
            boat.status.value,
            boat.headway_seconds or "",
            *marks,
            local_time(boat.expected_at, board.port) if boat.expected_at else "",
            live.said_at if live else "",
            " | ".join(_words(each) for each in listing.alerts) if listing else "",
        ]
        yield values


def _words(alert: Alert) -> str:
    """Return what is told, on one line."""
    found = in_language(alert.header or alert.description, i18n.current())
    return " ".join(found.text.split()) if found else ""
