// Telling this browser when its ship is late: asked for by one button of the booking's page, ended by the same. The
// button is there only where the browser can be told anything.

const card = document.querySelector("[data-push]");
const WHERE = "push-1"; // which booking a message is about: the worker looks it up
const asked = `push:${location.pathname}`;

if (card && "PushManager" in window && "serviceWorker" in navigator) offer(card);
else card?.remove();

function offer(part) {
  const button = part.querySelector("button");
  const words = part.querySelector("[role=status]");
  const show = () => {
    const isOn = Boolean(localStorage.getItem(asked)) && Notification.permission === "granted";
    button.setAttribute("aria-pressed", String(isOn));
    button.textContent = isOn ? part.dataset.stop : part.dataset.start;
    return isOn;
  };
  show();
  part.classList.remove("waiting");
  button.addEventListener("click", async () => {
    button.disabled = true;
    words.textContent = "";
    try {
      await (show() ? end(part) : ask(part));
      words.textContent = show() ? part.dataset.on : part.dataset.off;
    } catch (error) {
      words.textContent = error.words ?? part.dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}

async function ask(part) {
  if ((await Notification.requestPermission()) !== "granted") throw said(part.dataset.denied);
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribed(pushManager, part.dataset.push);
  const { endpoint, keys } = subscription.toJSON();
  const { id } = await post(part, "", { endpoint, ...keys });
  const cache = await caches.open(WHERE);
  await cache.put(`/bookings/push/${id}`, new Response(location.pathname));
  localStorage.setItem(asked, endpoint);
}

async function end(part) {
  await post(part, "/end", { endpoint: localStorage.getItem(asked) });
  localStorage.removeItem(asked);
}

/** A browser listens to one key: where it listens to another one of ours, it has to be asked anew. */
async function subscribed(pushManager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const known = await pushManager.getSubscription();
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    if (!known) throw error;
    await known.unsubscribe();
    return pushManager.subscribe(options);
  }
}

async function post(part, path, fields) {
  const body = new URLSearchParams({ ...fields, csrf_token: part.dataset.csrf });
  const address = `${location.pathname}/push${path}`;
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw said(part.dataset.failed);
  return answer.json();
}

function said(words) {
  return Object.assign(new Error(words), { words });
}
