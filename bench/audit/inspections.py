"""What is looked for at every page and state of the walk."""

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, Request

from bench.running_copy import ROOT, Copy

MOST_SHIFT = 0.02  # Core Web Vitals call 0.1 good
_AXE = (ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js").read_text()
# Every rule of WCAG 2 A and AA and best practice, by axe's own defaults; the same names as
# https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
_RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((wrong) => `axe ${wrong.id}: `
    + wrong.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | "));
}"""
# Shifts within half a second of an input are the answer to it (Layout Instability, section 2.3).
WATCH_SHIFTS = """
window.shifted = { sum: 0, who: [] };
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (shift.hadRecentInput) continue;
    window.shifted.sum += shift.value;
    window.shifted.who.push(...shift.sources.map((one) => one.node?.outerHTML?.slice(0, 80) ?? ""));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


async def watch(context: BrowserContext, copy: Copy, faults: list[str]) -> None:
    """Note from now on what shifts, and every request that leaves the copy and its sandbox."""
    ours = {urlsplit(address).netloc for address in (copy.url, copy.sandbox)}

    def asked(request: Request) -> None:
        host = urlsplit(request.url).netloc
        if request.url.startswith("http") and host not in ours:
            faults.append(f"asks another: {request.url[:120]}")

    context.on("request", asked)
    await context.add_init_script(WATCH_SHIFTS)


async def accessibility(page: Page) -> list[str]:
    """Return what axe-core finds wrong."""
    await page.evaluate(_AXE)
    found: list[str] = await page.evaluate(_RUN_AXE)
    return found


async def stability(page: Page) -> list[str]:
    """Return how far the page has shifted, when that is too far."""
    shifted = await page.evaluate("window.shifted")
    if not shifted or shifted["sum"] <= MOST_SHIFT:
        return []
    return [f"layout shift {shifted['sum']:.3f}: {shifted['who'][:3]}"]
