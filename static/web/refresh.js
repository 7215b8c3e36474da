// Keeps parts of a page fresh: <section id="x" data-refresh="15"> is fetched again every 15 s from the page's own address
// (or from data-refresh-url) and replaced while the page is looked at. A part that comes back without data-refresh is
// final; one with data-then leads there.
const parser = new DOMParser();

async function renew(part) {
  const answer = await fetch(part.dataset.refreshUrl || location.href, {
    headers: { Accept: "text/html" },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) return part;
  const fresh = parser.parseFromString(await answer.text(), "text/html").getElementById(part.id);
  if (!fresh) {
    location.reload();
    return null;
  }
  // Whoever types in it or presses a button of it keeps it.
  if (part.contains(document.activeElement) || part.matches(":active")) return part;
  part.replaceWith(document.adoptNode(fresh));
  document.dispatchEvent(new CustomEvent("partrenewed", { detail: fresh }));
  return fresh;
}

function follow(part) {
  const seconds = Number(part?.dataset.refresh);
  if (!seconds) return;
  setTimeout(async () => {
    let next = part;
    if (!document.hidden)
      try {
        next = await renew(part);
      } catch {
        /* offline for a moment: try again later */
      }
    if (next?.dataset.then) location.assign(next.dataset.then);
    else follow(next);
  }, seconds * 1000);
}

document.querySelectorAll("[data-refresh]").forEach(follow);
