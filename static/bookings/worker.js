// The pages of a booking without a network: as they were seen last. What is kept was asked for by the booking's own page,
// in a cache of its own for each booking, so that forgetting one leaves nothing of it behind.

const PREFIX = "booking-1:";
const FILES = "booking-files-1";
const PUSHED = "push-1"; // which booking a message is about: written by push.js
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

self.addEventListener("push", (event) => {
  const { title, ...options } = event.data?.json() ?? {};
  // `to` stays with the message: it leads to the booking when it is clicked.
  if (title)
    event.waitUntil(self.registration.showNotification(title, { ...options, data: options.to }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openBooking(event.notification.data));
});

async function openBooking(to) {
  const where = await (await caches.open(PUSHED)).match(`/bookings/push/${to}`);
  const address = where ? await where.text() : "/bookings/find";
  for (const open of await self.clients.matchAll({ type: "window" })) {
    if (new URL(open.url).pathname === address) return open.focus();
  }
  return self.clients.openWindow(address);
}
