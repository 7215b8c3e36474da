"""How long it takes from one ship to the check-in of the next."""

from collections.abc import Collection

from msgspec import Struct

from maritime_app.ferries.check_in import service, store
from maritime_app.ferries.check_in.model import PortChange
from maritime_app.ferries.check_in.service import Quay
from maritime_app.infra.db import Conn
from maritime_app.settings.model import Settings


class ChangeMinutes(Struct, frozen=True):
    """Minutes from one ship to where check-in of the next one closes, by port and operator; and how
    many of them are those for which check-in closes before the departure.
    """

    of: dict[Quay, int]
    closing: dict[Quay, int]

    def __call__(self, port: str, operator: str) -> int:
        """Return the minutes at that port before a sailing of that operator."""
        return self.of[operator, port]

    def check_in(self, port: str, operator: str) -> int:
        """Return how many minutes before the departure check-in closes there."""
        return self.closing[operator, port]


async def change_minutes(
    conn: Conn, settings: Settings, quays: Collection[Quay], *, with_vehicle: bool = False
) -> ChangeMinutes:
    """Return the minutes at every quay asked for: the way through the port, as the port or the
    settings have it, and the check-in of the operator who sails on.
    """
    check_ins = await service.check_ins(conn, settings.boarding, quays)
    ports = await store.port_changes(conn, sorted({port for _operator, port in quays}))
    usual = PortChange("", settings.search.change_minutes, settings.search.change_vehicle_minutes)
    closing = {quay: check_ins[quay].minutes(with_vehicle=with_vehicle) for quay in quays}
    return ChangeMinutes(
        {
            quay: ports.get(quay[1], usual).minutes(with_vehicle=with_vehicle) + minutes
            for quay, minutes in closing.items()
        },
        closing,
    )
