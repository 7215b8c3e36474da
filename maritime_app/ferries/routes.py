"""Every route of ferries."""

from maritime_app.ferries.search import home_routes, reach_routes, routes as search_routes
from maritime_app.ferries.search.calendar import routes as calendar_routes
from maritime_app.ferries.timetables import routes as timetable_routes
from maritime_app.ferries.timetables.editions import routes as editions_routes
from maritime_app.ferries.vehicle_models import routes as vehicle_models_routes
from maritime_app.web.routing import Route

ROUTES: list[Route] = [
    *home_routes.ROUTES,
    *search_routes.ROUTES,
    *calendar_routes.ROUTES,
    *reach_routes.ROUTES,
    *vehicle_models_routes.ROUTES,
    *timetable_routes.ROUTES,
    *editions_routes.ROUTES,
]
