"""What of Stripe's events is kept by months."""

from maritime_app.infra.history.months import MonthlyTable

MONTHLY = [MonthlyTable("stripe_event", "t.erased_at is null", is_personal=True)]
