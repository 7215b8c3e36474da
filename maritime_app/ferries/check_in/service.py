"""The check-in of an operator at a port: its rule for the port, its rule for all, or the usual."""

from collections.abc import Iterable, Mapping

from maritime_app.ferries.check_in import store
from maritime_app.ferries.check_in.model import CheckIn, CheckInRule, CheckInSource
from maritime_app.infra.db import Conn
from maritime_app.settings.boarding import Boarding

Quay = tuple[str, str]  # the codes of an operator and of a port


async def check_ins(conn: Conn, usual: Boarding, quays: Iterable[Quay]) -> Mapping[Quay, CheckIn]:
    """Return the check-in at every quay asked for; `usual` stands where an operator is silent."""
    wanted = sorted(set(quays))
    said = {(rule.operator, rule.port): rule for rule in await store.rules(conn, wanted)}
    return {quay: _check_in(usual, said.get(quay)) for quay in wanted}


def _check_in(usual: Boarding, rule: CheckInRule | None) -> CheckIn:
    foot = rule.foot_minutes if rule else None
    vehicle = rule.vehicle_minutes if rule else None
    return CheckIn(
        foot_minutes=usual.check_in_minutes if foot is None else foot,
        vehicle_minutes=usual.vehicle_check_in_minutes if vehicle is None else vehicle,
        source=CheckInSource.USUAL if foot is None or vehicle is None else CheckInSource.OPERATOR,
        terminal=rule.terminal if rule else None,
    )
