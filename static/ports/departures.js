// The next departures of a port, as a part of the ferries' own page.

/** Fill `place` with the first `data-rows` departures of `data-src`; remove it without any. */
export async function loadDepartures(place) {
  if (!place) return;
  try {
    const response = await fetch(`${place.dataset.src}&fragment=1`);
    if (!response.ok) throw new Error(response.status);
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    removeAfter(part.querySelectorAll("tbody tr"), Number(place.dataset.rows));
    place.replaceChildren(...part.body.childNodes);
  } catch {
    place.remove(); // the link below leads to the same
  }
}

// Day headings span the table and do not count.
function removeAfter(rows, limit) {
  let remaining = limit;
  for (const row of rows) {
    if (remaining <= 0) row.remove();
    else if (!row.querySelector("[colspan]")) remaining -= 1;
  }
}
