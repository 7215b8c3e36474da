// Asking until there is an answer: the network may be away just when a page asks.

const PAUSES_MS = [2_000, 5_000, 15_000, 60_000];

/** The JSON at an address, asked for again and again while there is none; sooner once online again. */
export async function untilAnswered(url, headers = {}, pause = aPause) {
  for (let times = 0; ; times++) {
    const found = await answer(url, headers);
    if (found !== null) return found;
    await pause(PAUSES_MS[Math.min(times, PAUSES_MS.length - 1)]);
  }
}

async function answer(url, headers) {
  try {
    const response = await fetch(url, { headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the network has gone
  }
}

function aPause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(go, ms);
    addEventListener("online", go);
    function go() {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    }
  });
}
