"""No table of the staff's pages is clipped on a desktop, in any language."""

import pytest

from maritime_app.settings.file import load
from tests.pages.looks import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STAFF_PAGES = (
    "/admin", "/admin/tasks", "/admin/tasks/workers", "/admin/bookings", "/admin/bookings/sales",
    "/admin/boarding", "/admin/reconciliation", "/admin/sailings", "/admin/sailings/plan",
    "/admin/sailings/sales", "/admin/sailings/fares", "/admin/sailings/extras",
    "/admin/sailings/promotions", "/admin/timetables", "/admin/staff", "/admin/tokens",
    "/admin/audit",
)  # fmt: skip
CLIPPED = """() => [...document.querySelectorAll(".table-wrap")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.textContent.trim().slice(0, 60)}: ${box.scrollWidth - box.clientWidth}`)"""


@pytest.mark.parametrize("language", load().web.languages)
async def test_it_works(open_page, administrator, language):
    page = await open_page(language, storage_state=administrator)
    found = {}
    for path in STAFF_PAGES:
        answer = await page.goto(path)
        assert answer.status == 200, path
        for closed in await page.locator("main details > summary").all():
            if await closed.is_visible():
                await closed.click()
        clipped = await page.evaluate(CLIPPED)
        if await page.evaluate(TOO_WIDE) or clipped:
            found[path] = clipped
    assert found == {}


async def test_a_table_that_is_too_wide_is_found(open_page, administrator):
    """The control: the same page with a longer word."""
    page = await open_page(storage_state=administrator)
    await page.goto("/admin")
    word = "document.querySelector('.table-wrap td').textContent = 'x'.repeat(400)"
    await page.evaluate(
        f"{word}; document.querySelector('.table-wrap td').style.whiteSpace = 'pre'"
    )
    assert await page.evaluate(CLIPPED) != []
