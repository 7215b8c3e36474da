"""What readings say of one figure, in PostgreSQL."""

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.figure_history.model import FigureRequest, Place, StoredWord

SQL = queries.load("ports_figure_history")


async def place(conn: Conn, figure: FigureRequest) -> Place | None:
    """Return the place and table of a figure; None where the table does not have the place."""
    return await SQL.place_of_figure.fetch_optional(
        conn, Place, figure.source, figure.report, figure.place
    )


async def words(conn: Conn, figure: FigureRequest) -> list[StoredWord]:
    """Return what each reading of the table says of a figure, in the order of the readings."""
    return await SQL.words_of_figure.fetch_all(
        conn,
        StoredWord,
        figure.source,
        figure.report,
        figure.place,
        figure.measure,
        figure.market,
        figure.period,
    )
