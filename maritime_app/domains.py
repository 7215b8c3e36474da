"""The only file that knows every domain: what is routed, run, repeated and followed."""

from maritime_app.accounts import routes as accounts_routes
from maritime_app.bookings import jobs as bookings_jobs, routes as bookings_routes
from maritime_app.emails import jobs as emails_jobs
from maritime_app.ferries import jobs as ferries_jobs, routes as ferries_routes
from maritime_app.jobs.runner import Cron, Task
from maritime_app.ops import jobs as ops_jobs, routes as ops_routes
from maritime_app.payments import jobs as payments_jobs
from maritime_app.payments.webhooks import routes as payments_routes
from maritime_app.ports import jobs as ports_jobs, routes as ports_routes
from maritime_app.vessels import (
    consumer as vessels_consumer,
    jobs as vessels_jobs,
    routes as vessels_routes,
)
from maritime_app.web.routing import Context, Route

ROUTES: list[Route] = [
    *ops_routes.ROUTES,
    *accounts_routes.ROUTES,
    *ports_routes.ROUTES,
    *vessels_routes.ROUTES,
    *ferries_routes.ROUTES,
    *payments_routes.ROUTES,
    *bookings_routes.ROUTES,
]

CONTEXTS: list[Context] = [*vessels_routes.CONTEXTS]

JOBS: list[Task] = [
    *ops_jobs.JOBS,
    *ports_jobs.JOBS,
    *vessels_jobs.JOBS,
    *emails_jobs.JOBS,
    *payments_jobs.JOBS,
    *ferries_jobs.JOBS,
    *bookings_jobs.JOBS,
]

CRONS: list[Cron] = [
    *ops_jobs.CRONS,
    *ports_jobs.CRONS,
    *vessels_jobs.CRONS,
    *emails_jobs.CRONS,
    *ferries_jobs.CRONS,
    *payments_jobs.CRONS,
    *bookings_jobs.CRONS,
]

STREAMS = [*vessels_consumer.STREAMS]
