// The end of boarding: the count that is on the screen, declared; and opened again for who comes late.

import { config, filled, part, texts, time } from "./words.js";

let shown = null;

/** Show where boarding stands; with nobody to declare to (no line), closing waits. */
export function showClosing(state, isConnected) {
  if (!state) return;
  shown = state.count;
  const { closing } = state;
  part("closed").hidden = !closing;
  // A quay without internet has nobody to declare its count to: our server's pages have.
  part("close").hidden = config.isAuthority || Boolean(closing);
  part("reopen").hidden = config.isAuthority;
  part("close").disabled = !isConnected;
  part("reopen").disabled = !isConnected;
  if (!closing) return;
  const people = closing.adults + closing.children + closing.infants;
  part("closed-words").textContent = filled(texts.closedWith, {
    ...closing,
    people,
    time: time(closing.closed_at),
    by: closing.closed_by,
  });
}

/** Call back with what is to be done: ("close", the count that was seen) or ("reopen"). */
export function onClosing(act) {
  part("close").addEventListener("click", () => {
    if (!shown || !confirm(filled(texts.closeSure, shown))) return;
    act("close", { people: shown.people, vehicles: shown.vehicles });
  });
  part("reopen").addEventListener("click", () => act("reopen"));
}
