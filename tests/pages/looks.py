"""How pages are looked at: in which looks, and what axe-core has to say."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
# After the rules' own names:
# https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
# What axe loads ahead (a third of its time) serves the rule of sounds that play by themselves, and
# one that is off. Letters have come, and a frame has passed in which boxes that scroll become stops
# of the keyboard.
RUN_AXE = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const preload = document.querySelector("audio, video") !== null;
  const found = await axe.run(document, { resultTypes: ["violations"], preload });
  return found.violations.map((wrong) => `${wrong.id}: ${wrong.help}: `
    + wrong.nodes.slice(0, 4).map((node) => node.html.slice(0, 160)).join(" | "));
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Languages with long words and from right to left, each where it is hardest: on a phone.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"language": "en", "color_scheme": "light"},
    "dark-phone": {"language": "de", "color_scheme": "dark", "phone": True},
    "rtl-phone": {"language": "ar", "color_scheme": "light", "phone": True},
}


async def clean(page: Page) -> None:
    """Nothing is wider than the phone and axe-core has nothing to say."""
    assert await page.evaluate(TOO_WIDE) == 0
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN_AXE) == []
