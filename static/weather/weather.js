// The weather at a place, or on the way, as a part of the page that names it:
// <section data-weather="/weather?..." hidden> with an element [data-weather-here] inside.

const RETRY_MS = 5_000;
const TRIES = 4;

/** Fill every place that wants weather; one for which there is none stays empty and hidden. */
export function showWeather(root = document) {
  for (const place of root.querySelectorAll("[data-weather]")) load(place, TRIES);
}

async function load(place, tries) {
  try {
    const response = await fetch(place.dataset.weather, { signal: AbortSignal.timeout(10_000) });
    if (response.status === 202 && tries > 1) {
      setTimeout(() => load(place, tries - 1), RETRY_MS);
      return;
    }
    if (response.status !== 200) return;
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    place.querySelector("[data-weather-here]").replaceChildren(...part.body.childNodes);
    place.hidden = false;
  } catch {
    // Without the network the page is as good as it was.
  }
}

showWeather();
