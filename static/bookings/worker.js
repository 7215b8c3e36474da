// The pages of a booking without a network: as they were seen last. What is kept was asked for by the booking's own page,
// in a cache of its own for each booking, so that forgetting one leaves nothing of it behind.

const PREFIX = "booking-1:";
const FILES = "booking-files-1";
const MOST_FILES = 80;
const MOST_BOOKINGS = 10;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { keep: addresses, forget, base } = event.data ?? {};
  if (forget) event.waitUntil(caches.delete(PREFIX + forget));
  else if (addresses) event.waitUntil(keep(addresses, PREFIX + base));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin } = new URL(request.url);
  if (request.method === "GET" && origin === location.origin) {
    event.respondWith(freshElseKept(request));
  }
});

async function keep(addresses, name) {
  const [pages, files] = [await caches.open(name), await caches.open(FILES)];
  for (const address of addresses) {
    const { pathname } = new URL(address, location.origin);
    const cache = pathname.startsWith("/static/") ? files : pages;
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(address, answer);
  }
  // Addresses had a token in them once; the pages are kept under clean ones now.
  for (const kept of await pages.keys()) if (kept.url.includes("token=")) await pages.delete(kept);
  await drop(files, MOST_FILES);
  const bookings = (await caches.keys()).filter((known) => known.startsWith(PREFIX));
  for (const oldest of bookings.slice(0, -MOST_BOOKINGS)) await caches.delete(oldest);
}

async function drop(cache, most) {
  for (const oldest of (await cache.keys()).slice(0, -most)) await cache.delete(oldest);
}

async function freshElseKept(request) {
  const kept = await keptCopy(request);
  try {
    const answer = await fetch(request);
    if (kept?.name.startsWith(PREFIX) && answer.status === 404 && request.mode === "navigate") {
      await caches.delete(kept.name); // closed on this device from another one
    }
    if (kept && answer.ok && !answer.redirected) await kept.cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept.answer;
    throw error;
  }
}

/** What is kept of it, and where. Other words in the address (?new=1, another proof) are the same page. */
async function keptCopy(request) {
  const ignoreSearch = request.mode === "navigate" || request.headers.get("Accept") === "text/html";
  for (const name of await caches.keys()) {
    if (name !== FILES && !name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    const answer = await cache.match(request, { ignoreSearch, ignoreVary: true });
    if (answer) return { name, cache, answer };
  }
  return null;
}
