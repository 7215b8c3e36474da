"""What of the mails is kept by months."""

from maritime_app.infra.history.months import MonthlyTable

MONTHLY = [MonthlyTable("mail", "t.erased_at is null", is_personal=True)]
