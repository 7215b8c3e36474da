// The page's configuration, and things in the words and numbers of its language.

export const config = JSON.parse(document.getElementById("config").textContent);
export const { texts } = config;
export const part = (id) => document.getElementById(id);

const language = document.documentElement.lang;
// The clock of the quay, whatever the telephone's is set to; and never "12:43 AM" on a pier.
const here = { timeZone: config.timezone };

export const filled = (text, values) => text.replace(/%(\w+)%/g, (_, name) => values[name] ?? "");
export const time = (at) =>
  new Date(at).toLocaleTimeString(language, {
    ...here,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
export const day = (at) =>
  new Date(at).toLocaleDateString(language, {
    ...here,
    weekday: "short",
    day: "numeric",
    month: "short",
  });
export const lower = (text) => text.toLocaleLowerCase(language);
export const metres = (cm) =>
  new Intl.NumberFormat(language, {
    style: "unit",
    unit: "meter",
    maximumFractionDigits: 1,
  }).format(cm / 100);

export const nameOf = (ticket) =>
  ticket.name || `${config.kinds[ticket.kind] ?? texts.vehicle} ${ticket.plate}`.trim();

/** Adult, child; or a vehicle's length and height, by which it is sent to its lane. */
export const kindOf = (ticket) =>
  ticket.length_cm
    ? `${metres(ticket.length_cm)} × ${metres(ticket.height_cm)}`
    : (config.kinds[ticket.kind] ?? "");

export const whereOf = (admission) =>
  filled(admission.quay ? texts.atQuay : texts.at, {
    ...admission,
    time: time(admission.admitted_at),
  });

export const helpOf = (ticket) =>
  [
    config.assistance[ticket.assistance],
    ticket.assistance_note,
    ticket.late_notice && texts.lateNotice,
  ]
    .filter(Boolean)
    .join(" · ");

/** What a resident has to show for the discount. */
export const proofOf = (ticket) =>
  filled(texts.proof, {
    proof: ticket.discount.proofs.map((proof) => config.proofs[proof]).join(` ${texts.or} `),
  });

/** What the whole booking has bought with its places; empty for nothing. */
export const extrasOf = (ticket) =>
  Object.entries(ticket?.extras ?? {})
    .map(
      ([kind, count]) =>
        (count > 1 ? `${count} × ` : "") + (config.extras[kind] ?? kind.replaceAll("_", " ")),
    )
    .join(", ");

/** Show these lines, unless they stand there: a list that is drawn anew takes the button from under a finger. */
export function fill(list, items) {
  const said = items.map((item) => item.dataset.key).join("\n");
  if (list.dataset.said === said) return;
  list.dataset.said = said;
  list.replaceChildren(...items);
}

/** A line of a list, with a button when there is something to do about it; lines of one key are the same. */
export function line(words, label, act, key = "") {
  const item = document.createElement("li");
  item.dataset.key = `${key} ${words}`;
  const said = document.createElement("span");
  said.textContent = words;
  item.append(said);
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-label", `${label}: ${words}`);
    button.addEventListener("click", act);
    item.append(button);
  }
  return item;
}
