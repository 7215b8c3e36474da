"""What of the task ledger is kept by months."""

from maritime_app.infra.history.months import MonthlyTable

MONTHLY = [
    # Whoever looks for a dead one may run it again. Written so that each state has its own index.
    MonthlyTable("job", "t.state = 'queued' or t.state = 'running' or t.state = 'dead'"),
    # After its jobs: those of a month that are still wanted stand there by then. Found from the few
    # jobs, not by reading every attempt while everybody waits for the table.
    MonthlyTable("job_attempt", "t.job_id in (select id from job_other)"),
]
