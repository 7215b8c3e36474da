// The booking form while it is filled in: kept on the server, its price and the cabins that fit at every step.
// Without JavaScript its buttons do the same, and the price is worked out when the form is sent.
const form = document.querySelector("#booking-form");
const KEEP_AFTER_MS = 500;
const PRICED =
  /^(?:pets|promo_code|.*-(?:birth_date|resident_of|cabin_\w+|extra_\w+|fewer_berths|kind|model|length_cm|height_cm|weight_kg))$/;
let waiting = 0; // the timer of what is to be kept
let part = ""; // "draft" or "price": what is to be asked for then
let asked = new AbortController();

const fields = (what) => {
  const sent = new URLSearchParams(new FormData(form));
  sent.set("part", what);
  return sent;
};

async function ask() {
  clearTimeout(waiting);
  const what = part;
  part = "";
  if (!what) return;
  if (what === "price") {
    asked.abort();
    asked = new AbortController();
  }
  try {
    const answer = await fetch("/bookings/draft", {
      method: "POST",
      body: fields(what),
      signal: what === "price" ? asked.signal : null,
    });
    if (what === "price" && answer.status === 200) show(await answer.text());
  } catch {
    // Without the network the form is as good as it was: the server prices it when it is sent.
  }
}

function show(text) {
  const parts = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of parts.querySelectorAll("[data-live]")) {
    const place = document.querySelector(`[data-live="${fresh.dataset.live}"]`);
    if (!place || place.innerHTML === fresh.innerHTML) continue;
    const held = place.contains(document.activeElement) && document.activeElement;
    place.replaceChildren(...fresh.childNodes);
    // Whoever has just pressed a button here stays on it.
    if (held)
      [...place.querySelectorAll(held.localName)]
        .find((one) => one.name === held.name && one.value === held.value)
        ?.focus();
  }
}

function later(name) {
  if (PRICED.test(name)) part = "price";
  else part ||= "draft";
  clearTimeout(waiting);
  waiting = setTimeout(ask, KEEP_AFTER_MS);
}

/** Fill in what a model measures, when one was chosen out of the list. */
function measure(input) {
  const model = [...document.querySelectorAll("#vehicle-models option")].find(
    (option) => option.value === input.value,
  );
  const row = input.name.replace(/model$/, "");
  form.elements[`${row}model_was`].value = input.value;
  if (!model) return;
  form.elements[`${row}kind`].value = model.dataset.kind;
  const measures = model.dataset.measures.split(" ");
  ["length_cm", "height_cm", "weight_kg"].forEach((name, place) => {
    form.elements[row + name].value = measures[place];
  });
}

/** Take proposed cabins: "cabins:0:inside2=1,inside4=1". */
function choose(act) {
  const [, leg, cabins] = act.split(":");
  const counts = Object.fromEntries(cabins.split(",").map((pair) => pair.split("=")));
  const start = `legs-${leg}-cabin_`;
  for (const input of form.querySelectorAll(`[name^="${start}"]`))
    input.value = counts[input.name.slice(start.length)] ?? "";
  const leave = form.elements[`legs-${leg}-fewer_berths`];
  if (leave) leave.checked = false;
}

form.addEventListener("input", (event) => later(event.target.name));
form.addEventListener("change", (event) => {
  if (event.target.matches("[name$='-model']")) measure(event.target);
  later(event.target.name);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button.proposal");
  if (!button) return;
  event.preventDefault();
  choose(button.value);
  part = "price";
  ask();
});
// Whoever leaves in the middle of a word finds it again.
addEventListener("pagehide", () => {
  if (part) navigator.sendBeacon("/bookings/draft", fields("draft"));
});
// Going on sends everything itself.
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  part = "";
});

// The part of a passenger with an error in it is open.
for (const input of document.querySelectorAll("details.more [aria-invalid]"))
  input.closest("details").open = true;
