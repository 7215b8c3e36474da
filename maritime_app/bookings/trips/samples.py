"""Pure: an invented journey in each phase, made by what makes the real ones: for the style page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec import structs
from msgspec.structs import replace

from maritime_app.bookings.compensation.model import Claim, ClaimStatus, Evidence, MeasuredBy
from maritime_app.bookings.compensation.views import RightsView, rights_view
from maritime_app.bookings.model import BookedVehicle, Leg, Passenger
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.tickets.views import TicketView, ticket_view
from maritime_app.bookings.trips.arrival import Estimate, EstimateSource
from maritime_app.bookings.trips.companion import CompanionView, companion_view
from maritime_app.bookings.trips.phases import Phase
from maritime_app.bookings.trips.views import ShipView, TripLeg, TripState, trip_leg
from maritime_app.ferries.check_in.model import CheckIn, CheckInSource
from maritime_app.ferries.model import Operator, OperatorKind, PassengerKind, Place, VehicleKind
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.money import Money

REFERENCE: Final = "W7XN4QTR"
_LINE = Operator("NTL", "Northern Test Line", OperatorKind.HOUSE, demo=True)
_PIRAEUS, _HERAKLION, _CHANIA, _MILOS, _SYROS, _PAROS = (
    Place(code, name, "Europe/Athens", "GR")
    for code, name in (
        ("GRPIR", "Piraeus"), ("GRHER", "Heraklion"), ("GRCHQ", "Chania"), ("GRMLO", "Milos"),
        ("GRJSY", "Syros"), ("GRPAS", "Paros"),
    )
)  # fmt: skip
_QUAYS = Quays(
    check_in=CheckIn(30, 60, CheckInSource.OPERATOR, terminal="E2"),
    origin=(37.9421, 23.6465),
    destination=(35.3453, 25.1391),
    with_vehicle=True,
)
_MMSI = 237_999_999
_SAILS = timedelta(hours=8, minutes=30)
_PRICE = Money(12_350, "EUR")
_NOBODY = UUID(int=0)


def journeys(now: datetime, heard_at: datetime) -> list[CompanionView]:
    """Return a journey in each phase as it is at `now`, in the current language.

    Its ship was heard at `heard_at`. What can be otherwise within a phase (a ship that is not
    heard, a claim that was turned down) stands in a journey of its own.
    """
    return [
        *_on_land(now, heard_at),
        *_at_sea(now, heard_at),
        *_ashore(now),
        _shown(Phase.CANCELLED, _leg(now + timedelta(hours=5)), now),
        _shown(Phase.NO_PLACE, _leg(now + timedelta(hours=5), place_lost=True), now),
    ]


def _on_land(now: datetime, heard_at: datetime) -> Iterator[CompanionView]:
    yield _shown(Phase.BEFORE, _leg(now + timedelta(hours=30)), now)
    leg = _leg(now + timedelta(minutes=40))
    yield _shown(
        Phase.GATE, leg, now, codes=_codes(leg), ship=_ship(heard_at, knots=0.0, course=None)
    )
    late = timedelta(minutes=100)
    leg = _leg(now + timedelta(minutes=30) - late, late=late)
    expected = Estimate(leg.lands_at, EstimateSource.OPERATOR)
    yield _shown(Phase.LATE, leg, now, expected, codes=_codes(leg)[:1])


def _at_sea(now: datetime, heard_at: datetime) -> Iterator[CompanionView]:
    leg = _leg(now - timedelta(hours=4), departed_at=now - timedelta(hours=4))
    within = timedelta(minutes=20)
    lands = leg.arrives_at + timedelta(minutes=7)
    expected = Estimate(lands, EstimateSource.PREDICTED, lands - within, lands + within)
    yield _shown(Phase.AT_SEA, leg, now, expected, ship=_ship(heard_at, knots=22.4, course=152.0))
    unheard = _ship(heard_at - timedelta(hours=2), knots=21.0, course=150.0, stale=True)
    yield _shown(Phase.AT_SEA, structs.replace(leg, destination=_CHANIA), now, ship=unheard)
    yield _shown(Phase.AT_SEA, structs.replace(leg, destination=_MILOS), now)


def _ashore(now: datetime) -> Iterator[CompanionView]:
    late = _leg(now - timedelta(hours=14), late=timedelta(hours=3), arrived=True)
    expected = Estimate(late.lands_at, EstimateSource.MEASURED)
    # Of the last one nobody has worked out yet what is owed.
    for status, port in zip(
        (*ClaimStatus, None), (_HERAKLION, _CHANIA, _MILOS, _SYROS), strict=True
    ):
        leg = structs.replace(late, destination=port)
        claim = _claim(leg, status) if status else None
        said = rights_view(leg, claim, f"/bookings/{REFERENCE}/evidence/1", now)
        yield _shown(Phase.AFTER, leg, now, expected, owed=said)
    leg = structs.replace(_leg(now - timedelta(hours=14), arrived=True), destination=_PAROS)
    yield _shown(Phase.AFTER, leg, now, Estimate(leg.lands_at, EstimateSource.MEASURED))


def _leg(
    departs_at: datetime,
    *,
    late: timedelta = timedelta(),
    arrived: bool = False,
    **known: Any,
) -> Leg:
    lands_at = departs_at + _SAILS
    if late:
        known |= {
            "expected_departs_at": departs_at + late,
            "expected_arrives_at": lands_at + late,
            "reason": ChangeReason.WEATHER,
        }
    if arrived:
        known |= {"departed_at": departs_at + late, "arrived_at": lands_at + late}
    return Leg(
        number=1,
        sailing_id="invented",
        origin=_PIRAEUS,
        destination=_HERAKLION,
        departs_at=departs_at,
        arrives_at=lands_at,
        operator=_LINE,
        ferry="Aurora Borealis",
        mmsi=_MMSI,
        operator_reference=None,
        price=_PRICE,
        **known,
    )


def _ship(at: datetime, *, knots: float, course: float | None, stale: bool = False) -> ShipView:
    lat, lon = _QUAYS.origin if course is None else (36.7, 24.4)
    return ShipView("Aurora Borealis", _MMSI, lat, lon, knots, course, at, stale)


def _shown(
    phase: Phase,
    leg: Leg,
    now: datetime,
    expected: Estimate | None = None,
    *,
    ship: ShipView | None = None,
    codes: tuple[TicketView, ...] = (),
    owed: RightsView | None = None,
) -> CompanionView:
    trip = _with_ship(trip_leg(leg, _QUAYS, None, now), ship)
    expected = expected or Estimate(leg.lands_at, EstimateSource.TIMETABLE)
    return companion_view(phase, trip, _QUAYS, expected, codes, [owed] if owed else [])


def _with_ship(trip: TripLeg, ship: ShipView | None) -> TripLeg:
    if ship is None:
        return trip
    if trip.state is TripState.BOARDING:
        return replace(trip, ship=ship, percent=0)
    if ship.stale:
        return replace(trip, ship=ship)
    return replace(trip, ship=ship, state=TripState.UNDER_WAY, percent=47)


def _codes(leg: Leg) -> tuple[TicketView, ...]:
    person = Passenger(1, PassengerKind.ADULT, "Ελένη", "Παπά")
    car = BookedVehicle(1, VehicleKind.CAR, 480, 170, "ΝΒΧ 1234")
    return (
        ticket_view(REFERENCE, Ticket(leg, f"{REFERENCE}-1", _QUAYS, passenger=person)),
        ticket_view(REFERENCE, Ticket(leg, f"{REFERENCE}-2", _QUAYS, vehicle=car)),
    )


def _claim(leg: Leg, status: ClaimStatus) -> Claim:
    told = _evidence(leg)
    return Claim(
        id=_NOBODY,
        booking_id=_NOBODY,
        leg_number=leg.number,
        percent=told.percent,
        amount_minor=told.amount_minor,
        late_minutes=told.late_seconds // 60,
        status=status,
        note=None,
        created_at=leg.lands_at,
        evidence=told,
    )


def _evidence(leg: Leg) -> Evidence:
    late = leg.lands_at - leg.arrives_at
    return Evidence(
        reference=REFERENCE,
        leg=leg.number,
        origin=leg.origin.code,
        destination=leg.destination.code,
        operator=leg.operator.code,
        ship=leg.ferry,
        mmsi=leg.mmsi,
        scheduled_departure=leg.departs_at,
        scheduled_arrival=leg.arrives_at,
        arrival=leg.lands_at,
        arrival_by=MeasuredBy.SHIP,
        recorded_arrival=None,
        scheduled_seconds=int(_SAILS.total_seconds()),
        late_seconds=int(late.total_seconds()),
        quarter_from_seconds=7_200,
        percent=25,
        price_minor=_PRICE.amount_minor,
        journeys=1,
        amount_minor=_PRICE.amount_minor // 4,
        currency=_PRICE.currency,
    )
