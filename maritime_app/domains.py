"""The only file that knows every domain: what is routed, run, repeated and kept open."""

from typing import Any

from maritime_app.accounts import routes as accounts_routes
from maritime_app.accounts.notices import mails as accounts_mails
from maritime_app.accounts.passwords import HASHING
from maritime_app.agents import routes as agents_routes
from maritime_app.boarding import routes as boarding_routes
from maritime_app.bookings import (
    invariants as bookings_invariants,
    jobs as bookings_jobs,
    routes as bookings_routes,
)
from maritime_app.bookings.changes import jobs as changes_jobs
from maritime_app.bookings.compensation import jobs as compensation_jobs
from maritime_app.bookings.disruptions import jobs as disruptions_jobs
from maritime_app.bookings.disruptions.writers import WRITING
from maritime_app.bookings.fare_alerts import jobs as fare_alerts_jobs, mails as fare_alerts_mails
from maritime_app.bookings.holds.batch import HOLDS
from maritime_app.bookings.mailing import mails as bookings_mails
from maritime_app.bookings.mandates import jobs as mandates_jobs, mails as mandates_mails
from maritime_app.bookings.pricing import operator_calls
from maritime_app.bookings.push import jobs as push_jobs
from maritime_app.bookings.reconciliation import jobs as reconciliation_jobs
from maritime_app.bookings.reminders import jobs as reminders_jobs
from maritime_app.bookings.ship_changes import jobs as ship_changes_jobs
from maritime_app.bookings.unpaid.batch import BUDGETS
from maritime_app.bookings.waiting import jobs as waiting_jobs, mails as waiting_mails
from maritime_app.bookings.wallet.service import WALLETS
from maritime_app.emails import (
    invariants as emails_invariants,
    jobs as emails_jobs,
    months as emails_months,
)
from maritime_app.emails.model import MailKind
from maritime_app.ferries import jobs as ferries_jobs, routes as ferries_routes
from maritime_app.ferries.extra_kinds.names import ADDED_NAMES
from maritime_app.ferries.operators.service import REMOTE_OPERATORS
from maritime_app.ferries.sailings.catalogue import CATALOGUE
from maritime_app.ferries.search.journeys.remote_sailings import REMOTE_SAILINGS
from maritime_app.ferries.search.offers.arrivals import ARRIVALS
from maritime_app.infra.history.months import MonthlyTable
from maritime_app.infra.invariant import Invariant
from maritime_app.jobs import invariants as jobs_invariants, months as jobs_months
from maritime_app.jobs.model import Cron, Task
from maritime_app.jobs.monitor import routes as jobs_routes
from maritime_app.jobs.outbox import OUTBOX
from maritime_app.ops import jobs as ops_jobs, routes as ops_routes
from maritime_app.ops.figures import FIGURES
from maritime_app.ops.notices import jobs as notices_jobs, mails as notices_mails
from maritime_app.ops.readiness import READINESS
from maritime_app.ops.trends.service import TRENDS
from maritime_app.payments import (
    invariants as payments_invariants,
    jobs as payments_jobs,
    months as payments_months,
)
from maritime_app.payments.gateway import STRIPE
from maritime_app.payments.webhooks import routes as payments_routes
from maritime_app.payments.webhooks.service import INBOX
from maritime_app.ports import jobs as ports_jobs, routes as ports_routes
from maritime_app.ports.daily_calls.gateway import PORTWATCH_SERVICE
from maritime_app.ports.gazetteer.script_names import SCRIPT_NAMES
from maritime_app.resources import Part
from maritime_app.vessels import jobs as vessels_jobs, routes as vessels_routes
from maritime_app.vessels.ship_alerts import mails as ship_alerts_mails
from maritime_app.weather import jobs as weather_jobs, routes as weather_routes
from maritime_app.web.limits import BUCKETS
from maritime_app.web.limits.adjusted import ADJUSTED
from maritime_app.web.routing import Context, Route

# Built in this order when a process starts, closed in the reverse one.
PARTS: list[Part[Any]] = [
    OUTBOX,
    BUCKETS,
    ADJUSTED,
    HASHING,
    STRIPE,
    INBOX,
    CATALOGUE,
    REMOTE_OPERATORS,
    HOLDS,
    BUDGETS,
    WRITING,
    WALLETS,
    READINESS,
    FIGURES,
    TRENDS,
    ARRIVALS,
    REMOTE_SAILINGS,
    PORTWATCH_SERVICE,
    SCRIPT_NAMES,
    ADDED_NAMES,
]

# Every kind of mail that goes out.
MAILS: list[MailKind[Any]] = [
    *accounts_mails.MAILS,
    *bookings_mails.MAILS,
    *waiting_mails.MAILS,
    *fare_alerts_mails.MAILS,
    *mandates_mails.MAILS,
    *notices_mails.MAILS,
    *ship_alerts_mails.MAILS,
]

# What must always be true, looked at every few minutes and shown on the dashboard.
INVARIANTS: list[Invariant] = [
    *bookings_invariants.INVARIANTS,
    *payments_invariants.INVARIANTS,
    *emails_invariants.INVARIANTS,
    *jobs_invariants.INVARIANTS,
]

# What grows without end is kept by months, and archived by age.
MONTHLY: list[MonthlyTable] = [
    *jobs_months.MONTHLY,
    *payments_months.MONTHLY,
    *emails_months.MONTHLY,
    *operator_calls.MONTHLY,
]

ROUTES: list[Route] = [
    *ops_routes.ROUTES,
    *jobs_routes.ROUTES,
    *accounts_routes.ROUTES,
    *ports_routes.ROUTES,
    *vessels_routes.ROUTES,
    *weather_routes.ROUTES,
    *ferries_routes.ROUTES,
    *payments_routes.ROUTES,
    *bookings_routes.ROUTES,
    *boarding_routes.ROUTES,
    *agents_routes.ROUTES,
]

CONTEXTS: list[Context] = [*vessels_routes.CONTEXTS]

TASKS: list[Task] = [
    *ops_jobs.TASKS,
    ops_jobs.checking_task(INVARIANTS),
    ops_jobs.keeping_task(MONTHLY),
    *notices_jobs.TASKS,
    *ports_jobs.TASKS,
    *vessels_jobs.TASKS,
    *weather_jobs.TASKS,
    *emails_jobs.TASKS,
    *emails_jobs.sending_tasks(MAILS),
    *payments_jobs.TASKS,
    *ferries_jobs.TASKS,
    *bookings_jobs.TASKS,
    *changes_jobs.TASKS,
    *disruptions_jobs.TASKS,
    *compensation_jobs.TASKS,
    *push_jobs.TASKS,
    *ship_changes_jobs.TASKS,
    *reminders_jobs.TASKS,
    *waiting_jobs.TASKS,
    *fare_alerts_jobs.TASKS,
    *mandates_jobs.TASKS,
    *reconciliation_jobs.TASKS,
]

CRONS: list[Cron] = [
    *ops_jobs.CRONS,
    *notices_jobs.CRONS,
    *ports_jobs.CRONS,
    *vessels_jobs.CRONS,
    *weather_jobs.CRONS,
    *emails_jobs.CRONS,
    *ferries_jobs.CRONS,
    *payments_jobs.CRONS,
    *bookings_jobs.CRONS,
    *changes_jobs.CRONS,
    *disruptions_jobs.CRONS,
    *compensation_jobs.CRONS,
    *reminders_jobs.CRONS,
    *waiting_jobs.CRONS,
    *fare_alerts_jobs.CRONS,
    *mandates_jobs.CRONS,
    *reconciliation_jobs.CRONS,
]
