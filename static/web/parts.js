// Parts of a page that belong to another domain, fetched by their address:
// <section data-part="/weather?..." hidden> with an element [data-part-here] inside.

const RETRY_MS = 5_000;
const TRIES = 4;

/** Fill every place that names a part; one for which there is none stays empty and hidden. */
export function showParts(root = document) {
  for (const place of root.querySelectorAll("[data-part]")) load(place, TRIES);
}

async function load(place, tries) {
  try {
    const response = await fetch(place.dataset.part, { signal: AbortSignal.timeout(10_000) });
    if (response.status === 202 && tries > 1) {
      setTimeout(() => load(place, tries - 1), RETRY_MS);
      return;
    }
    if (response.status !== 200) return;
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    place.querySelector("[data-part-here]").replaceChildren(...part.body.childNodes);
    place.hidden = false;
  } catch {
    // Without the network the page is as good as it was.
  }
}

showParts();
