// Results that follow: the page has our own sailings, and each operator's as it answers.

const WAIT_MS = 2000;
const status = document.querySelector("[data-arriving]");
const results = document.getElementById("results");

/** Put the newest results in, and leave the reader where he is: focus, choices, what is open. */
export function replace(place, html) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const chosen = [...place.querySelectorAll("input:checked")].map((input) => [
    input.name,
    input.value,
  ]);
  const isOpen = place.querySelector("details")?.open;
  const strips = [...place.querySelectorAll(".days")].map((strip) => strip.scrollLeft);
  place.innerHTML = html;
  const details = place.querySelector("details");
  if (details && isOpen !== undefined) {
    details.open = isOpen;
    details.dataset.set = "";
  }
  for (const [n, strip] of place.querySelectorAll(".days").entries())
    strip.scrollLeft = strips[n] ?? 0;
  for (const [name, value] of chosen) {
    const input = place.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
    if (input) input.checked = true;
  }
  if (!focused) return;
  const { name, value } = focused;
  const again = name
    ? place.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`)
    : place.querySelector(`a[href="${CSS.escape(focused.getAttribute("href") ?? "")}"]`);
  again?.focus({ preventScroll: true });
}

/** Act, but not while something in it is pressed: a button that is replaced between press and release is not clicked. */
function whenReleased(place, act) {
  if (!place.matches(":active")) return act();
  const heard = new AbortController();
  const released = () => {
    heard.abort();
    setTimeout(() => whenReleased(place, act)); // the click comes right after
  };
  for (const name of ["pointerup", "pointercancel", "keyup"])
    document.addEventListener(name, released, { signal: heard.signal });
}

if (status) {
  const source = new EventSource(status.dataset.arriving);
  const end = () => {
    source.close();
    status.hidden = true;
  };
  source.addEventListener("results", (event) => {
    const { html, words } = JSON.parse(event.data);
    whenReleased(results, () => replace(results, html));
    if (words) status.querySelector("[data-words]").textContent = words;
  });
  source.addEventListener("done", end);
  // By then the whole answer is kept on the server, or the page says why there is none.
  const again = () => {
    end();
    setTimeout(() => location.reload(), WAIT_MS);
  };
  source.addEventListener("failed", again);
  source.addEventListener("error", again);
}
