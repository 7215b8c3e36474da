"""A replay of the map, of hours before this copy's first start."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from maritime_app import clock
from tests.pages.looks import LOOKS, clean

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=60_000)
SAID = {
    "en": "Nothing was recorded at this time",
    "de": "Zu dieser Zeit wurde nichts aufgezeichnet",
    "ar": "لم يُسجَّل شيء في هذا الوقت",
}


@pytest.mark.parametrize("look", LOOKS)
async def test_it_says_that_nothing_was_recorded_then(open_page, look):
    page = await open_page(**LOOKS[look])
    at = clock.now() - timedelta(hours=20)
    await page.goto(f"/vessels?at={at:%Y-%m-%dT%H:%M:%SZ}")
    said = page.get_by_role("status").filter(has_text=SAID[LOOKS[look]["language"]])
    await expect(said).to_be_visible()
    await clean(page)
    await page.locator("#replay-time").fill("0")
    await expect(page.locator("[data-replay=unheard]")).to_have_text("")
