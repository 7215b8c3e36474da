"""The one alert of ships in a test's database."""

from maritime_app import signed_links
from maritime_app.vessels.ship_alerts import mails


async def address_of_alert(resources):
    """Return the address of its page, as its mails have it."""
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from ship_alert")
    return f"/vessels/alerts/{signed_links.token(resources.settings, mails.PURPOSE, alert_id)}"
