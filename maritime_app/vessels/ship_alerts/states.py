"""Where an alert stands, as one table."""

from maritime_app.subscriptions.states import subscription

SHIP_ALERT = subscription(
    "ship_alert",
    active="its area is watched",
    paused="its area is not watched for now",
    over="nothing is sent any more",
)
