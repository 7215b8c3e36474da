"""Every route of ferries."""

from maritime_app.ferries.search import home_routes, routes as search_routes
from maritime_app.ferries.timetables import routes as timetable_routes
from maritime_app.web.routing import Route

ROUTES: list[Route] = [*home_routes.ROUTES, *search_routes.ROUTES, *timetable_routes.ROUTES]
