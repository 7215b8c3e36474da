// Boarding pages without a network: the page of a sailing as it was seen last, and the files it is made of. The list
// itself is on the page's own shelf; calls are never answered from here.

const NAME = "boarding-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/"))
    return;
  if (pathname.startsWith("/boarding/") || pathname.startsWith("/static/"))
    event.respondWith(freshElseKept(request));
});

async function freshElseKept(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    // A sign-in page that came instead is not what was asked for.
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, {
      ignoreSearch: request.mode === "navigate",
      ignoreVary: true,
    });
    if (kept) return kept;
    throw error;
  }
}
