// Parts of a page that belong to another domain, fetched by their address:
// <section class="needs-script" data-part="/weather?..."> with an element [data-part-here] inside, which keeps the
// place until the part comes; with `hidden` where there usually is none.

const RETRY_MS = 5_000;
const TRIES = 4;

/** Fill every place that names a part; one for which there is none is hidden. */
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
    place.hidden = response.status !== 200;
    if (place.hidden) return;
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    place.querySelector("[data-part-here]").replaceChildren(...part.body.childNodes);
  } catch {
    place.hidden = true; // without the network the rest of the page is as good as it was
  }
}

showParts();
