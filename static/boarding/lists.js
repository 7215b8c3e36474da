// The list in parts: those of a reference or name, those who need help, those who are not aboard yet.

import { fill, helpOf, kindOf, line, lower, nameOf, part, texts } from "./words.js";

const MOST_FOUND = 12;

/** Somebody without a code: those of a reference, name or plate, to be chosen with them in sight. */
export function showFound(text, list, choose) {
  const wanted = lower(text);
  const matches = (list?.tickets ?? []).filter((ticket) =>
    [ticket.reference, ticket.name, ticket.latin, ticket.plate].some((word) =>
      lower(word).includes(wanted),
    ),
  );
  const items = matches.slice(0, MOST_FOUND).map((ticket) => {
    const { reference, leg, holder } = ticket;
    const words = `${nameOf(ticket)} · ${reference}`;
    return line(words, texts.letAboard, () => choose({ reference, leg, holder }));
  });
  fill(part("found"), items.length ? items : [line(texts.nothingFound)]);
  part("found").hidden = false;
}

export function showHelp(list) {
  const helped = (list?.tickets ?? []).filter(
    (ticket) => ticket.assistance && ticket.standing === "valid",
  );
  part("helped").hidden = !helped.length;
  part("help-count").textContent = `(${helped.length})`;
  fill(
    part("help-list"),
    helped.map((ticket) => line(`${nameOf(ticket)} · ${helpOf(ticket)}`)),
  );
}

/** Who is called out before boarding ends. */
export function showMissing(tickets) {
  part("missing-count").textContent = `(${tickets.length})`;
  fill(
    part("missing-list"),
    tickets.map((ticket) =>
      line(
        [nameOf(ticket), kindOf(ticket), ticket.reference, ticket.latin]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
}
