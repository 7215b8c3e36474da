// A copy of this page and of all that it is made of, so that it opens where there is no network.

const NAME = "boarding-1"; // worker.js reads from it

/** Register the worker, and keep what this page has loaded: it was loaded before the worker was. */
export async function keepPage(worker) {
  if (!worker || !("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(worker, { scope: "/boarding/" });
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const ours = loaded.filter(
    (url) => url.origin === location.origin && url.pathname.startsWith("/static/"),
  );
  const cache = await caches.open(NAME);
  await cache.addAll([location.pathname, ...new Set(ours.map((url) => url.href))]);
}
