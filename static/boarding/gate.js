// The page of a gate: scans by camera, by a scanner that types, by hand; the rest of the page follows.

import { hasCamera, prepare, watch } from "./camera.js";
import { onClosing, showClosing } from "./closing.js";
import { keepPage } from "./copies.js";
import { Decisions } from "./decisions.js";
import { Line, LineError, Refused } from "./line.js";
import { showFound, showHelp, showMissing } from "./lists.js";
import { say, showProblem, shownAdmission, showUndone, showVerdict } from "./panel.js";
import { openShelf } from "./shelf.js";
import { showState } from "./standing.js";
import { config, part, texts } from "./words.js";

const STATE_MS = 3000;
const LIST_MS = 30_000;
const decoder = document.querySelector("script[data-decoder]").dataset.decoder;
const shelf = config.isAuthority ? null : await openShelf();
const decisions = new Decisions(
  new Line(config.base),
  shelf,
  config.sailingId,
  !config.isAuthority,
);

const gateName = () => part("gate").value.trim() || "1";
part("gate").value = localStorage.getItem("gate") ?? "1";
part("gate").addEventListener("change", () => localStorage.setItem("gate", gateName()));

async function show(state) {
  showState(state, decisions, takeBack);
  showClosing(state, decisions.isConnected);
  if (part("missing").open) showMissing(await decisions.missing());
}

async function check(asked) {
  part("found").hidden = true;
  try {
    const { verdict, state } = await decisions.scan({ gate: gateName(), ...asked });
    showVerdict(verdict);
    await show(state);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    showProblem(texts.noLine, config.isAuthority ? texts.noLineStop : texts.noList);
    await show(null);
  }
}

async function takeBack(id) {
  try {
    await decisions.undo(id);
    showUndone(id, texts.undone, true);
  } catch (error) {
    if (!(error instanceof LineError || error instanceof Refused)) throw error;
    showUndone(id, (error instanceof Refused && error.message) || texts.undoFailed, false);
  }
  await show(await decisions.state());
}

part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("code").value.trim();
  part("code").value = "";
  if (!text) return;
  if (/^FW\d+\./.test(text)) check({ code: text });
  else showFound(text, decisions.list, (chosen) => check({ chosen }));
});
// A scanner that types may begin while the focus is on a button or nowhere.
document.addEventListener("keydown", (event) => {
  const isTyped = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isTyped && event.key !== " " && !event.target.matches("input")) part("code").focus();
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
    else say(texts.noCamera);
  }
  part("camera").textContent = stopCamera ? texts.cameraOff : texts.cameraOn;
});

onClosing(async (what, count) => {
  try {
    await show(await decisions[what](count));
  } catch (error) {
    if (!(error instanceof LineError || error instanceof Refused)) throw error;
    say((error instanceof Refused && error.message) || texts.noLine);
    await show(await decisions.state());
  }
});
part("missing").addEventListener("toggle", async () => {
  if (!part("missing").open) return;
  await decisions.refresh();
  showMissing(await decisions.missing());
});

async function refresh() {
  await decisions.refresh();
  showHelp(decisions.list);
}

async function follow() {
  if (!config.isAuthority && decisions.isConnected) await decisions.handIn();
  await show(await decisions.state());
  setTimeout(follow, STATE_MS);
}

say(texts.ready);
await refresh();
await follow();
setInterval(refresh, LIST_MS);
await prepare(decoder);
// A page that cannot be kept still works while there is a network.
await keepPage(config.worker).catch(() => {});
document.body.dataset.ready = "";
