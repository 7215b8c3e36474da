"""The remote operators of this process, each with a deadline and a circuit breaker of its own."""

import asyncio
from datetime import datetime

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound, Unavailable
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.model import (
    REMOTE_SEPARATOR,
    AgeBands,
    Operator,
    OperatorKind,
    Party,
    Place,
)
from maritime_app.ferries.operators import model as wire
from maritime_app.ferries.operators.gateway import HttpOperatorGateway
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.upstreams.breaker import Breaker
from maritime_app.resources import Part, Resources

# How asking for a statement can end without one.
STATEMENT_ERRORS = (wire.OperatorRefused, wire.OperatorUnavailable)


class RemoteOperators:
    """The configured operators and their gateways, by code."""

    def __init__(self, res: Resources) -> None:
        demo = "operators" in res.settings.sandboxed
        self._db = res.db
        self.operators = {
            operator.code: Operator(operator.code, operator.name, OperatorKind.REMOTE, demo)
            for operator in res.settings.operators
        }
        self.gateways = {
            operator.code: HttpOperatorGateway(
                operator, res.http, Breaker(f"operator:{operator.code}"), self._key_refused
            )
            for operator in res.settings.operators
        }

    def gateway(self, code: str) -> HttpOperatorGateway:
        """Return the operator's gateway; raise NotFound for one that is not configured."""
        gateway = self.gateways.get(code)
        if gateway is None:
            raise NotFound(_("There is no such sailing."), code="sailing")
        return gateway

    async def _key_refused(self, code: str) -> None:
        name = self.operators[code].name
        message = f"{name} does not take our key: look at OPERATOR_KEY_{code}."
        async with self._db.transaction() as conn:
            await raise_alert(
                conn,
                "operator_key_refused",
                message,
                subject=("operator", code),
            )


REMOTE_OPERATORS = Part("ferries.remote_operators", RemoteOperators)


def of(res: Resources) -> RemoteOperators:
    """Return the remote operators of this process."""
    return res[REMOTE_OPERATORS]


def is_harbour(place: Place) -> bool:
    """Return whether operators can be asked: they speak UN/LOCODE, never a timetable's stop ids."""
    return len(place.code) == 5


def asked_when_searching(res: Resources, origin: Place) -> list[str]:
    """Return the names of operators whose sailings from there only a search can tell."""
    if not is_harbour(origin):
        return []
    return sorted(operator.name for operator in of(res).operators.values())


def split_id(sailing_id: str) -> tuple[str, str]:
    """Return operator code and the operator's own key out of a remote sailing's id."""
    code, _separator, key = sailing_id.partition(REMOTE_SEPARATOR)
    return code, key


def is_remote(sailing_id: str) -> bool:
    """Return whether the id names a remote operator's sailing."""
    return REMOTE_SEPARATOR in sailing_id


def wire_party(party: Party) -> wire.Party:
    """Return the party in the words of docs/operator-api.md."""
    vehicles = tuple(
        wire.VehicleSize(
            vehicle.kind.value, vehicle.length_cm, vehicle.height_cm, vehicle.weight_kg
        )
        for vehicle in party.vehicles
    )
    return wire.Party(
        adults=party.adults,
        children=party.children,
        infants=party.infants,
        vehicles=vehicles,
        cabins=dict(party.cabins),
        pets=party.pets,
    )


def bands(ages: wire.OperatorAges) -> AgeBands:
    """Return an operator's ages in our words."""
    return AgeBands(ages.infant_to_age, ages.child_to_age, ages.alone_from_age)


def stock(offer: wire.OperatorOffer) -> list[CabinStock]:
    """Return the cabins that may be added to what was offered."""
    return [
        CabinStock(cabin.type, cabin.price_minor, cabin.berths, cabin.left)
        for cabin in offer.accommodations
    ]


def closing(told: wire.OperatorOffer | wire.OperatorAvailability) -> datetime | None:
    """Return when its sales close; None where that is not told, or is no instant (a time without
    its offset): our own setting holds, and the operator refuses by itself.
    """
    try:
        found: datetime = msgspec.convert(told.sales_close_at, wire.Instant)
    except msgspec.ValidationError:
        return None
    return found if found.year in wire.YEARS else None


async def check(res: Resources) -> list[str]:
    """Ask every operator for today's statement and return who answered.

    Raise Unavailable that names those who did not.
    """
    gateways = of(res).gateways
    day = clock.now().date().isoformat()
    answers = await asyncio.gather(
        *(gateway.statement(day) for gateway in gateways.values()), return_exceptions=True
    )
    silent = [
        f"{code}: {answer}"
        for code, answer in zip(gateways, answers, strict=True)
        if isinstance(answer, BaseException)
    ]
    if silent:
        words = "; ".join(silent)
        raise Unavailable(words)
    return list(gateways)
