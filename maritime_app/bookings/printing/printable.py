"""Pure: what is written on a ticket has to be printable; else another spelling is asked for."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from maritime_app.bookings.contacts import Named
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.text.drawn_letters import unprintable


class Plated(Protocol):
    """Whatever may have a number plate."""

    @property
    def plate(self) -> str | None:
        """Return the plate."""


class Written(Protocol):
    """Whatever says who and what travels."""

    @property
    def passengers(self) -> Sequence[Named]:
        """Return who travels."""

    @property
    def vehicles(self) -> Sequence[Plated]:
        """Return what they drive."""


def check_printable(request: Written) -> None:
    """Raise Invalid, by field, for names and plates with letters that no ticket can show."""
    problems = dict(_problems(request))
    if problems:
        raise Invalid(next(iter(problems.values())), problems, code="not_printable")


def _problems(request: Written) -> Iterator[tuple[str, str]]:
    for number, person in enumerate(request.passengers):
        if unprintable(person.given_name):
            yield f"passengers[{number}].given_name", _words(person.given_name)
        if unprintable(person.family_name):
            yield f"passengers[{number}].family_name", _words(person.family_name)
    for number, vehicle in enumerate(request.vehicles):
        if vehicle.plate and unprintable(vehicle.plate):
            yield f"vehicles[{number}].plate", _words(vehicle.plate)


def _words(text: str) -> str:
    words = _(
        "A ticket cannot show “%(letters)s”. Please write it in letters of the passport, "
        "or in Latin ones as in its machine-readable lines."
    )
    return words % {"letters": unprintable(text)}
