// The verdict, large: in words, colour, sign, sound.

import { signal } from "./signals.js";
import {
  config,
  day,
  extrasOf,
  filled,
  helpOf,
  kindOf,
  nameOf,
  part,
  proofOf,
  texts,
  whereOf,
} from "./words.js";

/** The admission that the button takes back; null when the last scan was none. */
export let shownAdmission = null;

export function showVerdict(verdict) {
  const { ticket } = verdict;
  const isGood = verdict.outcome === "admitted";
  shownAdmission = isGood ? verdict.admission_id : null;
  show(verdict.outcome, isGood, ...config.outcomes[verdict.outcome], why(verdict));
  part("who").textContent = ticket
    ? [nameOf(ticket), kindOf(ticket)].filter(Boolean).join(" · ")
    : "";
  part("latin").textContent = ticket?.latin ?? "";
  part("assistance").hidden = !ticket?.assistance;
  if (ticket?.assistance) part("assistance").textContent = `${texts.help}: ${helpOf(ticket)}`;
  part("proof").hidden = !ticket?.discount;
  if (ticket?.discount) part("proof").textContent = proofOf(ticket);
  const extras = extrasOf(ticket);
  part("extras").hidden = !extras;
  if (extras) part("extras").textContent = filled(texts.extras, { extras });
}

/** Nobody decided: why not. */
export function showProblem(heading, sentence) {
  shownAdmission = null;
  show("stopped", false, heading, sentence, "");
  for (const id of ["who", "latin"]) part(id).textContent = "";
  for (const id of ["assistance", "proof", "extras"]) part(id).hidden = true;
}

/** What became of taking an admission back. */
export function showUndone(id, words, isDone) {
  part("why").textContent = words;
  if (!isDone || id !== shownAdmission) return;
  shownAdmission = null;
  part("undo").hidden = true;
  Object.assign(part("verdict").dataset, { outcome: "ready", tone: "" });
  part("outcome").dataset.sign = "";
}

export const say = (words) => (part("why").textContent = words);

function show(outcome, isGood, heading, sentence, more) {
  const panel = part("verdict");
  Object.assign(panel.dataset, { outcome, tone: isGood ? "good" : "bad" });
  part("outcome").dataset.sign = isGood ? "✓" : "✕";
  part("outcome").textContent = heading;
  part("why").textContent = [sentence, more].filter(Boolean).join(" ");
  part("undo").hidden = !shownAdmission;
  delete panel.dataset.fresh;
  requestAnimationFrame(() => (panel.dataset.fresh = ""));
  signal(isGood);
}

function why({ earlier, other }) {
  const said = [];
  if (other) said.push(filled(texts.wrongOn, { ...other, date: day(other.departs_at) }));
  if (earlier) said.push(filled(texts.aboardSince, { where: whereOf(earlier) }));
  return said.join(" ");
}
