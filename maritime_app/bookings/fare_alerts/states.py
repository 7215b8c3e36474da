"""Where an alert stands, as one table."""

from maritime_app.subscriptions.states import subscription

FARE_ALERT = subscription(
    "fare_alert",
    active="prices and places are looked at",
    paused="no mail goes out for now",
    over="no mail goes out any more",
)
