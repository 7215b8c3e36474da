"""The second factor in a browser: without JavaScript, by keyboard, on a phone, in the dark and from
right to left.
"""

import time

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.pages import walk
from tests.pages.looks import LOOKS, clean

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_it_works(open_page, copy):
    """Switched on, signed in with a code and with a recovery code, switched off: without
    JavaScript.
    """
    password = await hire(open_page, copy, "sofia@maritime.example")
    page = await open_page(java_script_enabled=False)
    await walk.sign_in(page, password, "sofia@maritime.example")
    secret = await begin(page, password)
    await page.fill("[name=code]", code(secret))
    await page.get_by_role("button", name="Switch on").click()
    codes = await page.locator(".recovery code").all_inner_texts()
    assert len(codes) == 10
    await page.get_by_role("link", name="I have kept them").click()

    hers = await open_page(java_script_enabled=False)
    for given in (code(secret, 1), codes[0]):
        await give_password(hers, "sofia@maritime.example", password)
        await hers.fill("[name=code]", given)
        await hers.locator("main form button").click()
        await expect(hers.locator("h1")).to_have_text("My account")

    await hers.get_by_text("New recovery codes, or switch off").click()
    await hers.locator("form[action$=codes] [name=password]").fill(password)
    await hers.fill("[name=code]", codes[1])
    await hers.get_by_role("button", name="Switch off").click()
    await expect(hers.get_by_role("status")).to_contain_text("Your second factor is off.")


async def test_the_code_by_keyboard_alone(open_page, copy):
    """The field has the focus; a refusal leaves one there again."""
    password = await hire(open_page, copy, "petros@maritime.example")
    page = await open_page()
    await walk.sign_in(page, password, "petros@maritime.example")
    secret = await begin(page, password)
    await page.fill("[name=code]", code(secret))
    await page.keyboard.press("Enter")
    await page.locator(".recovery").wait_for()

    his = await open_page()
    await give_password(his, "petros@maritime.example", password)
    await expect(his.locator("[name=code]")).to_be_focused()
    await his.keyboard.type("no code")
    await his.keyboard.press("Enter")
    await expect(his.get_by_role("alert")).to_contain_text("That code does not fit.")
    await expect(his.locator("[name=code]")).to_be_focused()
    await his.keyboard.type(code(secret, 1))
    await his.keyboard.press("Enter")
    await expect(his.locator("h1")).to_have_text("My account")


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_and_all_fits(open_page, copy, look):
    email = f"{look}@maritime.example"
    password = await hire(open_page, copy, email)
    page = await open_page(**LOOKS[look])
    await walk.sign_in(page, password, email)

    secret = await begin(page, password)
    await clean(page)
    await page.fill("[name=code]", "1")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    await clean(page)
    await page.fill("[name=code]", code(secret))
    await page.keyboard.press("Enter")
    await page.locator(".recovery").wait_for()
    await clean(page)
    await page.goto("/admin/account")
    await page.locator("section[aria-labelledby=h-factor] summary").click()
    await clean(page)

    again = await open_page(**LOOKS[look])
    await give_password(again, email, password)
    await clean(again)


async def hire(open_page, copy, email: str) -> str:
    """Somebody new; the password that is shown."""
    page = await open_page()
    await walk.sign_in(page, copy.password)
    return await walk.add_person(page, email.partition("@")[0].title(), email, "agent")


async def begin(page: Page, password: str) -> str:
    """From the own account to the QR code; the secret beside it."""
    form = page.locator("form[action$=second-factor]")
    await form.locator("[name=password]").fill(password)
    await form.locator("button").click()
    await expect(page.locator(".qr svg")).to_be_visible()
    return (await page.locator("#secret").inner_text()).replace(" ", "")


async def give_password(page: Page, email: str, password: str) -> None:
    """The first step of signing in, up to the field for the code."""
    await page.goto("/sign-in")
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", password)
    await page.locator("main form button[type=submit]").click()
    await expect(page.locator("[name=code]")).to_be_focused()


def code(secret: str, beside: int = 0) -> str:
    """What an app shows now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * beside)
