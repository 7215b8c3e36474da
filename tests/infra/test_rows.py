"""A row becomes a struct by the names of its columns, never by their order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import pytest

from maritime_app.infra.rows import maker


class State(StrEnum):
    """As a text column holds it."""

    IN_PORT = "in_port"
    AT_SEA = "at_sea"


class Place(msgspec.Struct, frozen=True):
    """Two columns of one thing."""

    code: str
    name: str


class Ship(msgspec.Struct, frozen=True):
    """Plain columns, and one that may be left out."""

    name: str
    mmsi: int | None = None
    imo: int | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Every kind of field that needs more than a value handed on."""

    state: State
    port: Place
    next_port: Place | None
    ships: tuple[Ship, ...] = ()
    berths: list[str] = []


@dataclass(frozen=True)
class Berth:
    """Dataclasses are taken too."""

    number: int
    code: str = "A"


async def test_it_works(db):
    async with db.acquire() as conn:
        row = await conn.fetchrow("select 230111000 as mmsi, 'Nereid' as name")
    assert maker(Ship, tuple(row.keys()))(row) == Ship("Nereid", 230111000)


def test_the_order_of_columns_does_not_matter():
    make = maker(Ship, ("imo", "name", "mmsi"))
    assert make((9222000, "Nereid", None)) == Ship("Nereid", None, 9222000)


def test_a_column_that_came_later_does_not_shift_the_others():
    """`select *` of a running process, after a migration."""
    make = maker(Ship, ("name", "mmsi"))
    assert make(("Nereid", 1, "new")) == Ship("Nereid", 1)


def test_a_field_with_a_default_may_have_no_column():
    assert maker(Ship, ("name", "imo"))(("Nereid", 9222000)) == Ship("Nereid", imo=9222000)
    assert maker(Berth, ("number",))((7,)) == Berth(7, "A")


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        (("mmsi",), "Ship.name has no column name"),
        (("name", "colour"), "Ship has no field for colour"),
    ],
)
def test_names_that_do_not_meet_are_refused(columns, complaint):
    with pytest.raises(TypeError, match=complaint):
        maker(Ship, columns)


def test_a_struct_in_a_struct_takes_the_columns_that_begin_with_its_name():
    columns = ("port_name", "port_code", "next_port_code", "next_port_name", "state")
    make = maker(Call, columns)
    there = make(("Piraeus", "GRPIR", "GRHER", "Heraklion", "at_sea"))
    assert there.port == Place("GRPIR", "Piraeus")
    assert there.next_port == Place("GRHER", "Heraklion")
    assert there.state is State.AT_SEA
    assert make(("Piraeus", "GRPIR", None, None, "in_port")).next_port is None


def test_what_comes_from_jsonb_and_arrays_gets_its_types():
    columns = ("state", "port", "next_port", "ships", "berths")
    found = maker(Call, columns)(
        ("in_port", {"code": "GRPIR", "name": "Piraeus"}, None, [{"name": "Nereid"}], ["A", "B"])
    )
    assert found.port == Place("GRPIR", "Piraeus")
    assert found.next_port is None
    assert found.ships == (Ship("Nereid"),)
    assert found.berths == ["A", "B"]


def test_a_single_column_is_a_plain_value():
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert maker(datetime, ("at",))((at,)) == at
    assert maker(State, ("state",))(("at_sea",)) is State.AT_SEA
    assert maker(UUID, ("id",))((None,)) is None
    with pytest.raises(TypeError, match="no field for other"):
        maker(int, ("one", "other"))
