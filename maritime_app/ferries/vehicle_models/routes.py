"""The list of common vehicles, for programs that fill in a form of their own."""

from aiohttp import web

from maritime_app.ferries.vehicle_models import service
from maritime_app.ferries.vehicle_models.model import VehicleModelRequest, VehicleModelsResponse
from maritime_app.web.forms import query
from maritime_app.web.render import json
from maritime_app.web.routing import PUBLIC, Route, get


async def vehicle_models(request: web.Request) -> web.StreamResponse:
    """Answer the models that the words may mean, with what they measure."""
    wanted = query(request, VehicleModelRequest)
    found = VehicleModelsResponse(service.matching(wanted.q, wanted.kind), service.SOURCE)
    return json(request, found, headers={"Cache-Control": "public, max-age=3600"})


ROUTES: list[Route] = [
    get(
        "/api/v1/ferries/vehicle-models",
        vehicle_models,
        access=PUBLIC,
        query=VehicleModelRequest,
        answer=VehicleModelsResponse,
        summary="Common vehicles with the measures that a booking needs",
        limit="search",
    ),
]
