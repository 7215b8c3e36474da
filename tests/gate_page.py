"""A gate's page as a crew uses it."""


async def scan(page, code):
    """Type a code as a hand scanner does, wherever the focus is; returns the outcome."""
    await page.locator("#verdict").evaluate("(panel) => delete panel.dataset.fresh")
    await page.fill("#code", code)
    await page.press("#code", "Enter")
    await page.locator("#verdict[data-fresh]").wait_for()
    return await page.locator("#verdict").get_attribute("data-outcome")
