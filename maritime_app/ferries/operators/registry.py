"""All remote operators side by side, each with its own deadline and breaker; a silent one costs
only its own part.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from maritime_app.ferries.model import (
    CabinOffer,
    OperatorName,
    OperatorState,
    Party,
    Place,
    Price,
    SailingOffer,
)
from maritime_app.ferries.operators import model as wire
from maritime_app.ferries.operators.gateway import HttpOperatorGateway
from maritime_app.infra import log
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.breaker import Breaker, BreakerOpen
from maritime_app.infra.metrics import counter
from maritime_app.resources import Resources

logger = log.get(__name__)
ANSWERS = counter(
    "operator_searches_total", "Searches at remote operators by outcome", ("operator", "status")
)
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one operator answered, and how that went."""

    state: OperatorState
    offers: tuple[SailingOffer, ...] = ()


class RemoteOperators:
    """The gateways of this process."""

    def __init__(self, res: Resources) -> None:
        self._deadline = res.settings.search.operator_deadline_seconds
        self.gateways = {
            operator.code: HttpOperatorGateway(
                operator, res.http, Breaker(f"operator:{operator.code}"), self._key_refused
            )
            for operator in res.settings.operators
        }
        self._db = res.db
        self.names = {operator.code: operator.name for operator in res.settings.operators}
        self._demo = "operators" in res.settings.sandboxed

    async def offers(
        self, origin: Place, destination: Place, day: date, party: Party
    ) -> list[Asked]:
        """Every operator's sailings for the party; those that do not answer in time are named, not
        waited for.
        """
        asking = [self._ask(code, origin, destination, day, party) for code in self.gateways]
        return list(await asyncio.gather(*asking))

    async def _ask(
        self, code: str, origin: Place, destination: Place, day: date, party: Party
    ) -> Asked:
        status = "ok"
        offers: tuple[SailingOffer, ...] = ()
        try:
            found = await self.gateways[code].offers(
                origin.code,
                destination.code,
                day.isoformat(),
                wire_party(party),
                within_seconds=self._deadline,
            )
            offers = tuple(self._offer(code, offer, origin, destination) for offer in found)
        except wire.OperatorUnavailable as error:
            status = "paused" if isinstance(error.__cause__, BreakerOpen) else "failed"
            if isinstance(error.__cause__, wire.OutcomeUnknown):
                status = "slow"
        except wire.OperatorRefused as refused:
            # "I do not sail there" is an answer. Any other no means that something is wrong between
            # us.
            status = "ok" if refused.code in wire.NOT_SERVED else "failed"
            if status == "failed":
                logger.warning("operator_refuses_search", operator=code, code=refused.code)
        ANSWERS.labels(code, status).inc()
        return Asked(OperatorState(code, self.names[code], status), offers)

    async def _key_refused(self, code: str) -> None:
        message = f"{self.names[code]} does not take our key: look at OPERATOR_KEY_{code}."
        async with self._db.transaction() as conn:
            await raise_alert(
                conn,
                "operator_key_refused",
                message,
                subject=("operator", code),
                again_if_resolved=True,
            )

    def _offer(
        self, code: str, offer: wire.OperatorOffer, origin: Place, destination: Place
    ) -> SailingOffer:
        sailing = offer.sailing
        departs = sailing.depart_at.astimezone(ZoneInfo(origin.timezone))
        arrives = sailing.arrive_at.astimezone(ZoneInfo(destination.timezone))
        cabins = tuple(
            CabinOffer(
                cabin.type, Price(cabin.price_minor, offer.currency), cabin.berths, cabin.left
            )
            for cabin in offer.accommodations
        )
        reason = None if offer.is_available else "full"
        if offer.is_available and not offer.is_vehicle_available:
            reason = "no_room_for_vehicle"
        return SailingOffer(
            sailing_id=f"{code}{SEPARATOR}{sailing.code}",
            operator=OperatorName(code, self.names[code], "remote", self._demo),
            ferry=sailing.ship_name,
            departs_at=sailing.depart_at,
            arrives_at=sailing.arrive_at,
            departs_local=departs.isoformat(timespec="minutes"),
            arrives_local=arrives.isoformat(timespec="minutes"),
            duration_minutes=int((sailing.arrive_at - sailing.depart_at).total_seconds() // 60),
            price=Price(offer.total_minor, offer.currency),
            bookable=reason is None,
            places_left=None,
            vehicle_fits=offer.is_vehicle_available,
            why_not=reason,
            cabins=cabins,
        )


def wire_party(party: Party, cabins: Iterable[tuple[str, int]] | None = None) -> wire.Party:
    """Our party in the operators' words."""
    vehicles = tuple(
        wire.VehicleSize(kind, length, height) for kind, length, height in party.vehicles
    )
    return wire.Party(
        party.adults,
        party.children,
        party.infants,
        vehicles,
        dict(cabins or party.cabins),
        party.pets,
    )


def of(res: Resources) -> RemoteOperators:
    """The remote operators of this process."""
    return res.part(RemoteOperators, RemoteOperators)
