"""Weather over HTTP: as JSON, and as a part of other pages."""

from aiohttp import web

from maritime_app.weather import service
from maritime_app.weather.grid import routes as grid_routes
from maritime_app.weather.requests import CrossingWeatherRequest, MarineWeatherRequest
from maritime_app.weather.responses import CrossingWeatherResponse, WeatherResponse
from maritime_app.weather.service import NotYet
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


async def marine_weather(request: web.Request) -> web.Response:
    """Answer with the weather at a place; 202 while it is pulled for the first time."""
    query = forms.query(request, MarineWeatherRequest)
    weather = await service.weather_at(resources(request), *query.place(), query.at)
    return _answer(request, weather)


async def crossing_weather(request: web.Request) -> web.Response:
    """Answer with the weather on the way; 202 while it is pulled for the first time."""
    query = forms.query(request, CrossingWeatherRequest)
    return _answer(request, await service.weather_along(resources(request), query.crossing()))


async def show(request: web.Request) -> web.Response:
    """Show the weather at a place as a part of another page."""
    query = forms.query(request, MarineWeatherRequest)
    weather = await service.weather_at(resources(request), *query.place(), query.at)
    return _part(request, "weather/place.html", weather)


async def show_crossing(request: web.Request) -> web.Response:
    """Show the weather on the way as a part of another page."""
    query = forms.query(request, CrossingWeatherRequest)
    weather = await service.weather_along(resources(request), query.crossing())
    return _part(request, "weather/crossing.html", weather)


def _answer(
    request: web.Request, weather: WeatherResponse | CrossingWeatherResponse | NotYet
) -> web.Response:
    if not isinstance(weather, NotYet):
        return render.json(request, weather, headers=_FOR_A_MINUTE)
    headers = {"Retry-After": str(weather.retry_after_seconds)}
    answer = {"status": "pending", "retry_after_seconds": weather.retry_after_seconds}
    return render.json(request, answer, status=202, headers=headers)


def _part(
    request: web.Request,
    template: str,
    weather: WeatherResponse | CrossingWeatherResponse | NotYet,
) -> web.Response:
    if isinstance(weather, NotYet):
        return render.page(request, template, {"weather": None}, status=202)
    return render.page(request, template, {"weather": weather})


ROUTES = [
    *grid_routes.ROUTES,
    get(
        "/api/vessels/marine-weather/",
        marine_weather,
        access=PUBLIC,
        summary="Waves and wind at a place",
        query=MarineWeatherRequest,
        answer=WeatherResponse,
        limit="search",
        pulled=True,
    ),
    get(
        "/api/v1/weather/crossing",
        crossing_weather,
        access=PUBLIC,
        summary="Waves and wind on a crossing, by the hours of its places",
        query=CrossingWeatherRequest,
        answer=CrossingWeatherResponse,
        limit="search",
        pulled=True,
    ),
    get("/weather", show, access=PUBLIC, limit="search"),
    get("/weather/crossing", show_crossing, access=PUBLIC, limit="search"),
]
