"""What the operator does when asked: offer, hold, confirm, recall, cancel. Nothing here waits."""

import hashlib
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from maritime_app.ferries.operators.model import (
    Accommodation,
    CancelQuote,
    Cost,
    HoldRequest,
    OperatorAges,
    OperatorAvailability,
    OperatorOffer,
    OperatorProblem,
    OperatorReservation,
    OperatorSailing,
    Party,
    PriceQuestion,
    ResourceLeft,
)
from maritime_app.sandbox.model import OperatorFaults
from maritime_app.sandbox.operators import tariff, timetable
from maritime_app.sandbox.operators.inventory import Entry, Inventory
from maritime_app.sandbox.operators.price_token import PriceSeal, digest
from maritime_app.sandbox.operators.timetable import Voyage

_PRICE_LOCKED_FOR = timedelta(minutes=30)
_CLOSES_BEFORE_DEPARTURE = timedelta(minutes=30)
_LONGEST_AHEAD = timedelta(days=400)


class Refusal(Exception):
    """The operator says no, with a code of the API."""

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status
        self.problem = OperatorProblem(code, message)


class OperatorApi:
    """One operator."""

    def __init__(self, code: str, inventory: Inventory, seed: int) -> None:
        self.code = code
        self.inventory = inventory
        self._seal = PriceSeal(code, seed)

    def _voyage(self, sailing: str) -> Voyage:
        voyage = timetable.find(self.code, sailing)
        if voyage is None:
            raise Refusal("UnknownSailing", "There is no such sailing.", 404)
        return voyage

    def _left(self, voyage: Voyage, faults: OperatorFaults) -> dict[str, int]:
        return self.inventory.left(voyage.code, tariff.totals(voyage.ferry), faults.presold_percent)

    def sailings(self, depart: str, destination: str, day: str) -> tuple[OperatorSailing, ...]:
        """The timetable of a day."""
        found = timetable.sailings(self.code, depart, destination, day_of(day))
        return tuple(voyage.described() for voyage in found)

    def offers(
        self, question: PriceQuestion, now: datetime, faults: OperatorFaults
    ) -> tuple[OperatorOffer, ...]:
        """Every sailing of the day that is still to leave, priced for the party."""
        self.inventory.expire(now)
        _check_party(question.party)
        day = day_of(question.date)
        found = timetable.sailings(
            self.code, question.depart_place, question.destination_place, day
        )
        return tuple(
            self._offer(voyage, question.party, now, faults)
            for voyage in found
            if now + _CLOSES_BEFORE_DEPARTURE < voyage.departs_at < now + _LONGEST_AHEAD
        )

    def _offer(
        self, voyage: Voyage, party: Party, now: datetime, faults: OperatorFaults
    ) -> OperatorOffer:
        left = self._left(voyage, faults)
        expires_at = now + _PRICE_LOCKED_FOR
        try:
            lines, needed = (
                tariff.costs(voyage.fare, party),
                tariff.needs(voyage.ferry, party, left),
            )
            carried = True
        except tariff.NotCarried:
            lines, needed, carried = (), {}, False
        total = sum(line.amount_minor for line in lines)

        def fits(kind: str) -> bool:
            of_kind = [name for name in needed if name.split(":")[0] == kind]
            return carried and all(left[name] >= needed[name] for name in of_kind)

        parts = [fits("passenger"), fits("lane_cm"), fits("cabin"), fits("pet")]
        return OperatorOffer(
            sailing=voyage.described(),
            is_available=all(parts),
            is_vehicle_available=parts[1],
            is_accommodation_available=parts[2],
            is_pet_available=parts[3],
            currency=voyage.fare.currency,
            total_minor=total,
            costs=lines,
            accommodations=_accommodations(voyage, left),
            token=self._seal.token(voyage.code, party, total, expires_at),
            token_expires_at=expires_at,
            ages=_ages(voyage),
        )

    def availability(
        self, sailing: str, now: datetime, faults: OperatorFaults
    ) -> OperatorAvailability:
        """What is left of everything."""
        self.inventory.expire(now)
        voyage = self._voyage(sailing)
        totals, left = tariff.totals(voyage.ferry), self._left(voyage, faults)
        parts = tuple(ResourceLeft(name, total, left[name]) for name, total in totals.items())
        return OperatorAvailability(
            voyage.described(),
            parts,
            _ages(voyage),
            max_height_cm=max((deck.height_cm for deck in voyage.ferry.decks), default=0),
            max_vehicle_kg=max((deck.max_kg for deck in voyage.ferry.decks), default=0),
            sales_close_at=voyage.departs_at - _CLOSES_BEFORE_DEPARTURE,
        )

    def hold(
        self, reference: str, asked: HoldRequest, now: datetime, faults: OperatorFaults
    ) -> OperatorReservation:
        """Hold everything or nothing; the same request under the same reference is the same
        reservation.
        """
        self.inventory.expire(now)
        _check_party(asked.party)
        request_digest = digest(HoldRequest(asked.sailing, asked.party))
        known = self.inventory.find(reference)
        if known is not None:
            if known.request_digest != request_digest or known.reservation.status in (
                "Expired",
                "Cancelled",
            ):
                raise Refusal("ReferenceUsed", "This reference stands for another reservation.")
            return known.reservation
        voyage = self._voyage(asked.sailing)
        lines, needed = self._take(voyage, asked.party, now, faults)
        total = sum(line.amount_minor for line in lines)
        if asked.token and not self._seal.holds(asked.token, voyage.code, asked.party, total, now):
            raise Refusal(
                "PriceExpired", "That price is no longer held, or was made for something else."
            )
        number = hashlib.sha256(f"{self.code}:{reference}".encode()).hexdigest()[:8].upper()
        reservation = OperatorReservation(
            reference=reference,
            operator_reference=f"{self.code}-{number}",
            status="Reserved",
            sailing=voyage.described(),
            party=asked.party,
            currency=voyage.fare.currency,
            total_minor=total,
            costs=lines,
            expires_at=now + timedelta(minutes=faults.hold_minutes),
        )
        self.inventory.keep(Entry(reservation, needed, request_digest))
        return reservation

    def _take(
        self, voyage: Voyage, party: Party, now: datetime, faults: OperatorFaults
    ) -> tuple[tuple[Cost, ...], dict[str, int]]:
        """Price and needs of a party that the sailing still has room for."""
        if voyage.departs_at - _CLOSES_BEFORE_DEPARTURE <= now:
            raise Refusal("SailingClosed", "This sailing can no longer be booked.")
        left = self._left(voyage, faults)
        try:
            lines, needed = (
                tariff.costs(voyage.fare, party),
                tariff.needs(voyage.ferry, party, left),
            )
        except tariff.NotCarried as error:
            raise Refusal("NotCarried", f"Not possible: {error}.") from error
        short = [name for name, amount in needed.items() if left[name] < amount]
        if short:
            raise Refusal("SailingFull", f"Not enough left: {', '.join(short)}.")
        return lines, needed

    def recall(self, reference: str, now: datetime) -> OperatorReservation:
        """What stands under the reference."""
        return self._entry(reference, now).reservation

    def _entry(self, reference: str, now: datetime) -> Entry:
        self.inventory.expire(now)
        entry = self.inventory.find(reference)
        if entry is None:
            raise Refusal("UnknownReference", "There is no reservation under this reference.", 404)
        return entry

    def confirm(self, reference: str, now: datetime, refuse: bool) -> OperatorReservation:
        """Reserved -> Booked.

        A refusal is for good: the places are free again and Recall says Refused.
        """
        entry = self._entry(reference, now)
        status = entry.reservation.status
        if status == "Booked":
            return entry.reservation
        if status != "Reserved":
            raise Refusal(f"Reservation{status}", f"This reservation is {status.lower()}.")
        if refuse:
            self._change(entry, replace(entry.reservation, status="Refused"))
            raise Refusal(
                "ReservationRefused", "The booking was refused (switched on in the sandbox)."
            )
        return self._change(entry, replace(entry.reservation, status="Booked"))

    def cancel_quote(self, reference: str, now: datetime) -> CancelQuote:
        """What cancelling costs at this moment, and until when that holds."""
        entry = self._entry(reference, now)
        charge, valid_until = self._charge(entry, now)
        reservation = entry.reservation
        refund = reservation.total_minor - charge if reservation.status == "Booked" else 0
        return CancelQuote(reference, reservation.currency, charge, refund, valid_until)

    def _charge(self, entry: Entry, now: datetime) -> tuple[int, datetime]:
        reservation = entry.reservation
        if reservation.status == "Cancelled":
            return reservation.cancel_charge_minor or 0, now + _PRICE_LOCKED_FOR
        if reservation.status != "Booked":
            return 0, now + _PRICE_LOCKED_FOR
        voyage = self._voyage(reservation.sailing.code)
        hours_left = (voyage.departs_at - now) / timedelta(hours=1)
        steps = [
            voyage.departs_at - timedelta(hours=hours) for hours, _ in voyage.fare.cancel_rules
        ]
        coming = [step for step in steps if step > now]
        valid_until = min([*coming, now + _PRICE_LOCKED_FOR])
        return tariff.cancel_charge_minor(voyage.fare, reservation.costs, hours_left), valid_until

    def cancel(
        self, reference: str, expected_charge_minor: int, now: datetime
    ) -> OperatorReservation:
        """Release the places for exactly the expected charge; repeating it is safe."""
        entry = self._entry(reference, now)
        if entry.reservation.status == "Cancelled":
            return entry.reservation
        charge, _ = self._charge(entry, now)
        if charge != expected_charge_minor:
            raise Refusal(
                "ChargeChanged", f"Cancelling now costs {charge}, not {expected_charge_minor}."
            )
        return self._change(
            entry, replace(entry.reservation, status="Cancelled", cancel_charge_minor=charge)
        )

    def _change(self, entry: Entry, reservation: OperatorReservation) -> OperatorReservation:
        self.inventory.keep(replace(entry, reservation=reservation))
        return reservation


def _accommodations(voyage: Voyage, left: dict[str, int]) -> tuple[Accommodation, ...]:
    prices = voyage.fare.prices
    return tuple(
        Accommodation(
            cabin.type, prices[f"cabin:{cabin.type}"], cabin.berths, left[f"cabin:{cabin.type}"]
        )
        for cabin in voyage.ferry.cabins
        if f"cabin:{cabin.type}" in prices
    )


def day_of(text: str) -> date:
    """Return the day; raise Refusal for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("Malformed", "date must be YYYY-MM-DD", 400) from None


def _ages(voyage: Voyage) -> OperatorAges:
    return OperatorAges(voyage.fare.infant_to_age, voyage.fare.child_to_age)


def _check_party(party: Party) -> None:
    counts = (party.adults, party.children, party.infants, party.pets, *party.cabins.values())
    lengths = [vehicle.length_cm for vehicle in party.vehicles]
    if (
        min(counts) < 0
        or not 1 <= party.people <= 99
        or any(not 0 < length <= 2500 for length in lengths)
    ):
        raise Refusal("Malformed", "A party has 1 to 99 people, and vehicles up to 25 m.", 400)
