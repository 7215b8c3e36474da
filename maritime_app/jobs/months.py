"""What of the task ledger is kept by months."""

from maritime_app.infra.months import MonthlyTable

MONTHLY = [
    # Whoever looks for a dead one may run it again.
    MonthlyTable("job", "t.state in ('queued', 'running', 'dead')"),
    # After its jobs: those of a month that are still wanted stand elsewhere by then.
    MonthlyTable("job_attempt", "exists (select from job j where j.id = t.job_id)"),
]
