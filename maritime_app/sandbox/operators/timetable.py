"""Which sailings an operator has, from the demo world's timetable."""

from collections.abc import Iterator
from datetime import date, datetime

from maritime_app.ferries.demo.codec import departures, load_world
from maritime_app.ferries.demo.model import DemoFare, DemoFerry, DemoRoute, Departure
from maritime_app.ferries.operators.model import OperatorSailing

_WORLD = load_world


def codes() -> tuple[str, ...]:
    """The operators that are remote."""
    return tuple(operator.code for operator in _WORLD().operators if operator.kind == "remote")


class Voyage:
    """One sailing with its ship and its fare."""

    def __init__(self, route: DemoRoute, departure: Departure) -> None:
        world = _WORLD()
        self.route = route
        self.departure = departure
        self.ferry: DemoFerry = world.ferry(departure.ferry_code)
        self.fare: DemoFare = world.fare(route.fare)
        self.code = departure.code
        self.departs_at: datetime = departure.departs_at

    def described(self) -> OperatorSailing:
        """The sailing in the API's words."""
        return OperatorSailing(
            code=self.code,
            operator_code=self.route.operator,
            depart_place=self.route.origin,
            destination_place=self.route.destination,
            depart_at=self.departs_at,
            arrive_at=self.departure.arrives_at,
            ship_name=self.ferry.name,
            ship_imo=self.ferry.imo,
        )


def sailings(operator: str, depart: str, destination: str, day: date) -> Iterator[Voyage]:
    """The operator's sailings between two places that leave on that local day."""
    for route in _WORLD().routes:
        if (route.operator, route.origin, route.destination) == (operator, depart, destination):
            for departure in departures(_WORLD(), route, day):
                yield Voyage(route, departure)


def find(operator: str, code: str) -> Voyage | None:
    """The sailing of that code: <route>-YYYYMMDD-HHMM."""
    route_code, _, when = code.rpartition("-")
    route_code, _, day = route_code.rpartition("-")
    route = _WORLD().routes_by_code.get(route_code)
    if (
        route is None
        or route.operator != operator
        or not (day.isdecimal() and len(day) == 8 and when)
    ):
        return None
    try:
        local_day = date.fromisoformat(day)
    except ValueError:
        return None
    found = (
        departure for departure in departures(_WORLD(), route, local_day) if departure.code == code
    )
    departure = next(found, None)
    return Voyage(route, departure) if departure else None
