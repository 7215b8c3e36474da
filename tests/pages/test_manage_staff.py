"""Staff and tokens in a browser: without JavaScript, by keyboard, and what somebody signed in
elsewhere notices.
"""

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages import walk
from tests.pages.looks import clean

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_TABS = 60


async def test_it_works(open_page, copy):
    """From nothing to a token, without JavaScript: add a person, sign in as her, make a token, take
    it back.
    """
    page = await open_page(java_script_enabled=False)
    await walk.sign_in(page, copy.password)
    password = await walk.add_person(page, "Maria", "maria@maritime.example", "agent")
    hers = await open_page(java_script_enabled=False)
    await walk.sign_in(hers, password, "maria@maritime.example")
    await expect(hers.locator("h1")).to_have_text("My account")

    await hers.get_by_text("Make a token").click()
    await hers.fill("[name=label]", "cash desk")
    await hers.check("[name='may-bookings.read']")
    await hers.get_by_role("button", name="Make it").click()
    await expect(hers.locator("#secret")).to_have_value(re.compile("^mt_"))
    await hers.get_by_role("link", name="I have copied it").click()
    await hers.get_by_text("Revoke", exact=True).click()
    await hers.get_by_role("button", name="Revoke this token").click()
    await expect(hers.locator(".tokens .badge").first).to_have_text("Revoked")


async def test_who_is_disabled_is_out_at_the_next_click(open_page, copy):
    page = await open_page()
    await walk.sign_in(page, copy.password)
    password = await walk.add_person(page, "Nikos", "nikos@maritime.example", "operator")
    his = await open_page()
    await walk.sign_in(his, password, "nikos@maritime.example")

    await page.get_by_role("link", name="I have copied it").click()
    await page.get_by_text("Disable", exact=True).click()
    await page.get_by_role("button", name="Disable this person").click()
    await expect(page.get_by_role("status")).to_contain_text("All sessions have ended")

    await his.get_by_role("link", name="My account").click()
    await expect(his.locator("h1")).to_have_text("Sign in")


async def test_a_password_is_changed_by_keyboard_alone(open_page, copy):
    page = await open_page()
    await walk.sign_in(page, copy.password)
    password = await walk.add_person(page, "Eleni", "eleni@maritime.example", "analyst")
    hers = await open_page()
    await walk.sign_in(hers, password, "eleni@maritime.example")

    for field, text in (
        ("present", password),
        ("new", "nine ships at sea"),
        ("again", "nine ships at sea"),
    ):
        await reach(hers, f"[name={field}]")
        await hers.keyboard.type(text)
    await hers.keyboard.press("Enter")

    await expect(hers.get_by_role("status")).to_contain_text("Your password is changed.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_refusals_and_secrets(open_page, copy, scheme):
    page = await open_page(phone=True, color_scheme=scheme)
    await walk.sign_in(page, copy.password)

    await page.goto("/admin/staff/new")
    await page.evaluate("document.querySelector('main form.card').noValidate = true")
    await page.locator("main form.card button").click()
    await expect(page.locator("[aria-invalid=true]")).to_have_count(2)  # name and address at once
    await clean(page)
    await walk.add_person(page, "Anna", f"anna-{scheme}@maritime.example", "boarding")
    await clean(page)


async def reach(page: Page, target: str) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("(target) => document.activeElement.matches(target)", target):
            return
    raise AssertionError(f"{target} cannot be reached by Tab")
