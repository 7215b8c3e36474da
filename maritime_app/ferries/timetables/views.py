"""What a board of a port shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from maritime_app.ferries.model import Place, local_day
from maritime_app.ferries.timetables.model import Board, BoardLine


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A boat; `url` is where it can be booked, None for one that is only listed.

    `day` is the date where it is another one than in the row above.
    """

    boat: BoardLine
    url: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board with the addresses around it; `moved` says that boats of ended timetables are there.

    `sources` are whom the timetables come from.
    """

    board: Board
    rows: list[BoardRow]
    today: bool
    previous_url: str
    next_url: str
    other_url: str
    page_url: str
    json_url: str
    csv_url: str
    moved: bool
    sources: list[str]


def board_view(board: Board, *, dated: bool) -> BoardView:
    """Return what the page shows; `dated`: a whole day was asked for."""
    listed = [boat.listing for boat in board.boats if boat.listing]
    day = board.date.isoformat() if dated else ""
    return BoardView(
        board=board,
        rows=_rows(board),
        today=not dated,
        previous_url=_url(board, board.date - timedelta(days=1)),
        next_url=_url(board, board.date + timedelta(days=1)),
        other_url=_page(board.port, not board.arrivals, day),
        page_url=_page(board.port, board.arrivals, day) + "&page={page}",
        json_url=_for_programs(board, ""),
        csv_url=_for_programs(board, ".csv"),
        moved=any(each.moved_weeks for each in listed),
        sources=sorted(
            {source for each in listed for source in (each.publisher, *each.attributions)}
        ),
    )


def _rows(board: Board) -> list[BoardRow]:
    rows, shown = [], None
    for boat in board.boats:
        day = local_day(boat.at, board.port.timezone)
        rows.append(BoardRow(boat, _search_url(boat, board), day if day != shown else None))
        shown = day
    return rows


def _search_url(boat: BoardLine, board: Board) -> str | None:
    if not boat.sold_here:
        return None
    ends = (boat.other, board.port) if board.arrivals else (board.port, boat.other)
    leaves = boat.other_at if board.arrivals else boat.at
    day = local_day(leaves, ends[0].timezone).isoformat()
    return "/ferries?" + urlencode(
        {"from": ends[0].code, "to": ends[1].code, "date": day, "adults": 1}
    )


def _url(board: Board, day: date) -> str:
    return _page(board.port, board.arrivals, day.isoformat())


def _page(port: Place, arrivals: bool, day: str) -> str:
    query = {"port": port.code, "date": day} if day else {"port": port.code}
    return f"/ferries/{'arrivals' if arrivals else 'departures'}?{urlencode(query)}"


def _for_programs(board: Board, ending: str) -> str:
    kind = "arrivals" if board.arrivals else "departures"
    code = urlencode({"": board.port.code})[1:].replace("+", "%20")
    return f"/api/v1/ports/{code}/{kind}{ending}?date={board.date}"
