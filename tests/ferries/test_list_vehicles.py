"""The list of common vehicles: measures that every ship would take for what they are."""

import pytest

from maritime_app.ferries import vehicles
from maritime_app.ferries.model import Vehicle, VehicleKind
from maritime_app.ferries.vehicle_models import service


async def test_it_works(client):
    """By words in any order, case and accents, and by kind; with whose figures they are."""
    async with client.get("/api/v1/ferries/vehicle-models", params={"q": "octavia SKODA"}) as found:
        answer = await found.json()
    assert answer["models"] == [
        {
            "kind": "car",
            "make": "Škoda",
            "model": "Octavia Estate",
            "since": 2020,
            "length_cm": 470,
            "width_cm": 185,
            "height_cm": 150,
            "weight_kg": 1500,
        }
    ]
    assert "data sheets" in answer["source"]
    async with client.get("/api/v1/ferries/vehicle-models", params={"kind": "camper"}) as found:
        assert {one["kind"] for one in (await found.json())["models"]} == {"camper"}


@pytest.mark.parametrize("model", service.models(), ids=lambda model: model.name)
def test_every_model_is_a_vehicle_of_its_kind(model):
    """And nothing that is driven is longer than it is wide by less, or wider than a lane."""
    vehicles.check([Vehicle(model.kind, model.length_cm, model.height_cm, model.weight_kg)])
    assert 60 <= model.width_cm <= 255 < model.length_cm or model.kind is VehicleKind.MOTORCYCLE
    assert model.length_cm % 5 == model.width_cm % 5 == model.height_cm % 5 == 0
    assert model.weight_kg % 50 == 0


def test_names_are_found_as_people_write_them():
    names = [model.name for model in service.models()]
    assert len(set(names)) == len(names) > 100
    assert all(service.named(name) for name in names)
    golf = service.named("Volkswagen Golf (2019)")
    assert service.named("  volkswagen   GOLF ") == golf
    assert service.named("renault megane e-tech") == service.named("Renault Mégane E-Tech (2022)")
    assert service.named("Golf") is None
    assert service.named("") is None
