// How boarding stands: head-count, line, last scans, who was let aboard twice.

import { keyOf } from "./verdict.js";
import { config, fill, filled, line, metres, nameOf, part, texts, time, whereOf } from "./words.js";

export function showState(state, decisions, undo) {
  showLine(state, decisions);
  if (!state) return;
  const { count } = state;
  part("people").textContent = `${count.people} / ${count.people_expected}`;
  part("vehicles").textContent = `${count.vehicles} / ${count.vehicles_expected}`;
  part("lanes").textContent = count.vehicles_expected
    ? filled(texts.lanes, {
        metres: metres(count.lane_cm),
        of: metres(count.lane_cm_expected),
      })
    : "";
  fill(
    part("recent"),
    state.recent.map((admission) => {
      const ticket = decisions.list?.tickets.find((one) => keyOf(one) === keyOf(admission));
      const words = `${ticket ? nameOf(ticket) : admission.reference} · ${whereOf(admission)}`;
      return line(words, texts.undo, () => undo(admission.id), admission.id);
    }),
  );
  showRepeated(state.repeated);
}

function showLine(state, decisions) {
  const place = part("line");
  place.classList.toggle("away", !decisions.isConnected);
  const words = [lineWords(decisions)];
  if (state?.unsettled) words.push(filled(texts.unsettled, { count: state.unsettled }));
  else if (state?.settled_at) words.push(texts.allSettled);
  if (state?.settled_at) words.push(filled(texts.settledAt, { time: time(state.settled_at) }));
  // Said again only when it changes: a status that is read aloud every three seconds is noise.
  const said = words.join(" · ");
  if (place.textContent !== said) place.textContent = said;
}

function lineWords({ isConnected, isSignedOut, list }) {
  if (isConnected) return texts.online;
  if (isSignedOut) return texts.signedOut;
  if (config.isAuthority) return texts.noLineStop;
  return list ? filled(texts.offline, { time: time(list.made_at) }) : texts.noList;
}

function showRepeated(repeated) {
  const panel = part("repeated");
  panel.hidden = !repeated?.length;
  if (panel.hidden) return;
  fill(
    part("repeated-list"),
    repeated.map((holder) => {
      const where = holder.admissions.map(whereOf).join("; ");
      return line(`${holder.name} (${holder.reference}): ${where}`);
    }),
  );
}
