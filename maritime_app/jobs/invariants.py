"""What must always be true of tasks."""

from maritime_app.i18n import mark
from maritime_app.infra.invariant import Invariant
from maritime_app.jobs.store import SQL

INVARIANTS = [
    Invariant("stuck_jobs", mark("no task hangs"), SQL.stuck_jobs, patience_seconds=900.0),
    Invariant("overdue_runs", mark("what the clock starts gets done"), SQL.overdue_runs),
]
