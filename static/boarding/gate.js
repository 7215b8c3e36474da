// The page of a gate.

import { hasCamera, watch } from "./camera.js";
import { Decisions } from "./decisions.js";
import { Line, LineError } from "./line.js";
import { openShelf } from "./shelf.js";
import { signal } from "./signals.js";
import { keyOf } from "./verdict.js";

const STATE_MS = 3000;
const LIST_MS = 30_000;
const FOUND = 12;
const SIGNS = { admitted: "✓" };
const decoder = document.querySelector("script[data-decoder]").dataset.decoder;
const config = JSON.parse(document.getElementById("config").textContent);
const { texts } = config;
const part = (id) => document.getElementById(id);
const filled = (text, values) => text.replace(/%(\w+)%/g, (_, name) => values[name] ?? "");
const language = document.documentElement.lang;
const time = (at) =>
  new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
const day = (at) =>
  new Date(at).toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short" });

const shelf = config.isAuthority ? null : await openShelf();
const decisions = new Decisions(
  new Line(config.base),
  shelf,
  config.sailingId,
  !config.isAuthority,
);
let shownAdmission = null;

part("gate").value = localStorage.getItem("gate") ?? "1";
part("gate").addEventListener("change", (event) =>
  localStorage.setItem("gate", event.target.value.trim() || "1"),
);

const nameOf = (ticket) =>
  ticket.name || `${config.kinds[ticket.kind] ?? texts.vehicle} ${ticket.plate}`.trim();

function showVerdict(verdict) {
  const [heading, sentence] = config.outcomes[verdict.outcome];
  const good = verdict.outcome === "admitted";
  const { ticket } = verdict;
  const panel = part("verdict");
  panel.dataset.outcome = verdict.outcome;
  panel.dataset.tone = good ? "good" : "bad";
  part("outcome").dataset.sign = SIGNS[verdict.outcome] ?? "✕";
  part("outcome").textContent = heading;
  part("who").textContent = ticket ? `${nameOf(ticket)} · ${config.kinds[ticket.kind] ?? ""}` : "";
  part("latin").textContent = ticket?.latin ?? "";
  part("why").textContent = [sentence, why(verdict)].filter(Boolean).join(" ");
  showAssistance(ticket);
  shownAdmission = good ? verdict.admission_id : null;
  part("undo").hidden = !shownAdmission;
  delete panel.dataset.fresh;
  requestAnimationFrame(() => (panel.dataset.fresh = ""));
  signal(good);
}

function why({ earlier, other }) {
  if (earlier)
    return filled(earlier.quay ? texts.atQuay : texts.at, {
      ...earlier,
      time: time(earlier.admitted_at),
    });
  if (other) return filled(texts.wrongOn, { ...other, date: day(other.departs_at) });
  return "";
}

function showAssistance(ticket) {
  part("assistance").hidden = !ticket?.assistance;
  if (ticket?.assistance) part("assistance").textContent = `${texts.help}: ${helpOf(ticket)}`;
}

const helpOf = (ticket) =>
  [
    config.assistance[ticket.assistance],
    ticket.assistance_note,
    ticket.late_notice && texts.lateNotice,
  ]
    .filter(Boolean)
    .join(" · ");

function showProblem(heading, sentence) {
  const panel = part("verdict");
  panel.dataset.outcome = "stopped";
  panel.dataset.tone = "bad";
  part("outcome").dataset.sign = "✕";
  part("outcome").textContent = heading;
  for (const id of ["who", "latin"]) part(id).textContent = "";
  part("why").textContent = sentence;
  showAssistance(null);
  part("undo").hidden = true;
  signal(false);
}

function showState(state) {
  const { isConnected } = decisions;
  const line = part("line");
  line.classList.toggle("away", !isConnected);
  const words = [lineWords(isConnected)];
  if (state?.unsettled) words.push(filled(texts.unsettled, { count: state.unsettled }));
  else if (state?.settled_at) words.push(texts.allSettled);
  if (state?.settled_at) words.push(filled(texts.settledAt, { time: time(state.settled_at) }));
  // Said again only when it changes: a status that is read aloud every three seconds is noise.
  const said = words.join(" · ");
  if (line.textContent !== said) line.textContent = said;
  if (!state) return;
  part("people").textContent = `${state.count.people} / ${state.count.people_expected}`;
  part("vehicles").textContent = `${state.count.vehicles} / ${state.count.vehicles_expected}`;
  part("recent").replaceChildren(...state.recent.map(admissionLine));
  showRepeated(state.repeated);
}

function lineWords(isConnected) {
  if (isConnected) return texts.online;
  if (config.isAuthority) return texts.noLineStop;
  return decisions.list
    ? filled(texts.offline, { time: time(decisions.list.made_at) })
    : texts.noList;
}

function admissionLine(admission) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const ticket = decisions.list?.tickets.find((one) => keyOf(one) === keyOf(admission));
  const at = filled(admission.quay ? texts.atQuay : texts.at, {
    ...admission,
    time: time(admission.admitted_at),
  });
  words.textContent = `${ticket ? nameOf(ticket) : admission.reference} · ${at}`;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.textContent = texts.undo;
  undo.setAttribute("aria-label", `${texts.undo}: ${words.textContent}`);
  undo.addEventListener("click", () => takeBack(admission.id));
  item.append(words, undo);
  return item;
}

function showRepeated(repeated) {
  const panel = part("repeated");
  panel.hidden = !repeated?.length;
  if (panel.hidden) return;
  const heading = document.createElement("h2");
  heading.textContent = texts.repeated;
  const items = document.createElement("ul");
  for (const holder of repeated) {
    const item = document.createElement("li");
    const where = holder.admissions.map((one) =>
      filled(one.quay ? texts.atQuay : texts.at, { ...one, time: time(one.admitted_at) }),
    );
    item.textContent = `${holder.name} (${holder.reference}): ${where.join("; ")}`;
    items.append(item);
  }
  panel.replaceChildren(heading, items);
}

async function takeBack(id) {
  const done = await decisions.undo(id);
  if (done && id === shownAdmission) part("undo").hidden = true;
  part("why").textContent = done ? texts.undone : texts.undoFailed;
  showState(await decisions.state());
}

async function check(asked) {
  part("found").hidden = true;
  try {
    const { verdict, state } = await decisions.scan({
      gate: part("gate").value.trim() || "1",
      ...asked,
    });
    showVerdict(verdict);
    showState(state);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    showProblem(texts.noLine, config.isAuthority ? texts.noLineStop : texts.noList);
    showState(null);
  }
}

/** Somebody without a code: those of a reference or name, to be chosen with their holder in sight. */
function lookUp(text) {
  const wanted = text.toLocaleLowerCase(language);
  const matches = (decisions.list?.tickets ?? []).filter((ticket) =>
    [ticket.reference, ticket.name, ticket.latin, ticket.plate].some((word) =>
      word.toLocaleLowerCase(language).includes(wanted),
    ),
  );
  const items = matches.slice(0, FOUND).map((ticket) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = `${nameOf(ticket)} · ${ticket.reference}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.letAboard;
    button.setAttribute("aria-label", `${texts.letAboard}: ${words.textContent}`);
    const { reference, leg, holder } = ticket;
    button.addEventListener("click", () => check({ chosen: { reference, leg, holder } }));
    item.append(words, button);
    return item;
  });
  if (!items.length) {
    const item = document.createElement("li");
    item.textContent = texts.nothingFound;
    items.push(item);
  }
  part("found").replaceChildren(...items);
  part("found").hidden = false;
}

function showHelp() {
  const helped = (decisions.list?.tickets ?? []).filter(
    (one) => one.assistance && one.standing === "valid",
  );
  part("help-count").textContent = `(${helped.length})`;
  part("help-list").replaceChildren(
    ...helped.map((ticket) => {
      const item = document.createElement("li");
      item.textContent = `${nameOf(ticket)} · ${helpOf(ticket)}`;
      return item;
    }),
  );
}

part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("code").value.trim();
  part("code").value = "";
  if (!text) return;
  if (/^FW\d+\./.test(text)) check({ code: text });
  else lookUp(text);
});
part("undo").addEventListener("click", () => shownAdmission && takeBack(shownAdmission));

let stopCamera = null;
part("camera").addEventListener("click", async () => {
  if (stopCamera) {
    stopCamera();
    stopCamera = null;
  } else {
    const started =
      hasCamera() &&
      (await watch(part("view"), decoder, (code) => check({ code })).catch(() => null));
    if (started) stopCamera = started;
    else part("why").textContent = texts.noCamera;
  }
  part("camera").textContent = stopCamera ? texts.cameraOff : texts.cameraOn;
});

async function refresh() {
  await decisions.refresh();
  showHelp();
}

async function follow() {
  if (!config.isAuthority && decisions.isConnected) await decisions.handIn();
  showState(await decisions.state());
  setTimeout(follow, STATE_MS);
}

if (config.worker && "serviceWorker" in navigator)
  navigator.serviceWorker.register(config.worker, { scope: "/boarding/" }).catch(() => {});
part("why").textContent = texts.ready;
await refresh();
await follow();
setInterval(refresh, LIST_MS);
document.body.dataset.ready = "";
