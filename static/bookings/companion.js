// The journey on a telephone: kept for the time without a network, codes full screen with the screen kept awake.

const page = document.querySelector("[data-keep]");

const line = document.querySelector("[data-kept]");

if (page && "serviceWorker" in navigator) keepOffline(page);
else line?.remove();
prepareCodes(document);
document.addEventListener("partrenewed", ({ detail }) => prepareCodes(detail));

/** Ask the worker to keep the booking's pages with the files that they are made of, or to forget them. */
async function keepOffline({ dataset }) {
  await navigator.serviceWorker.register("/bookings/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const pages = JSON.parse(dataset.keep);
  const files = [...document.querySelectorAll("link[href], script[src], img[src]")]
    .map((part) => part.href || part.src)
    .filter((address) => address.startsWith(`${location.origin}/static/`));
  const base = location.pathname;
  active.postMessage(pages.length ? { keep: [...pages, ...files], base } : { forget: base });
  for (const form of document.querySelectorAll("[data-forgets]")) {
    form.addEventListener("submit", () => active.postMessage({ forget: form.dataset.forgets }));
  }
  if (!line) return;
  line.classList.remove("waiting");
  line.querySelector("button").addEventListener("click", () => {
    active.postMessage({ forget: base });
    line.hidden = true;
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
}

/** The button exists only where it works. */
function prepareCodes(root) {
  for (const codes of root.querySelectorAll("[data-codes]")) {
    const button = codes.querySelector("[data-full-screen]");
    if (!codes.requestFullscreen) return;
    button.hidden = false;
    button.addEventListener("click", () => fillScreen(codes));
  }
}

async function fillScreen(codes) {
  if (document.fullscreenElement) return document.exitFullscreen();
  await codes.requestFullscreen();
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  document.addEventListener("fullscreenchange", () => lock?.release(), { once: true });
}
