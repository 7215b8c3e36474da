// Whether a code is let aboard, for a browser that is offline. maritime_app/boarding/verdict.py says the same;
// tests/boarding/verdicts.json holds the two together.

const REFUSED = {
  cancelled: "cancelled",
  suspended: "suspended",
  no_place: "no_place",
  unpaid: "unpaid",
};

/** The fingerprint of a code: the first 128 bits of its SHA-256, URL-safe. */
export async function fingerprint(code) {
  const bytes = new TextEncoder().encode(code.trim());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 16);
  return btoa(String.fromCharCode(...digest))
    .replace(/[+]/g, "-")
    .replace(/[/]/g, "_")
    .replace(/=/g, "");
}

/** How a ticket is told apart: booking, leg, holder. */
export const keyOf = (ticket) => `${ticket.reference}/${ticket.leg}/${ticket.holder}`;

/** The codes of a boarding list, found at once. */
export class CodeBook {
  #current = new Map();
  #old = new Map();
  #others = new Map();

  constructor(list) {
    this.list = list;
    for (const ticket of list.tickets) {
      for (const code of ticket.codes) this.#current.set(code, ticket);
      for (const code of ticket.old_codes ?? []) this.#old.set(code, ticket);
    }
    for (const other of list.others) for (const code of other.codes) this.#others.set(code, other);
  }

  /** What a gate says of a code; `admitted` are the admissions that stand, by the key of their ticket. */
  async verdict(code, admitted) {
    const found = await fingerprint(code);
    const ticket = this.#current.get(found) ?? this.#old.get(found);
    if (!ticket) {
      const other = this.#others.get(found) ?? null;
      return { outcome: other ? "wrong_sailing" : "unknown", ticket: null, other, earlier: null };
    }
    return this.#judge(ticket, admitted, this.#current.has(found));
  }

  /** The same of a ticket that somebody at the gate chose from the list. */
  verdictOf(chosen, admitted) {
    const ticket = this.list.tickets.find((one) => keyOf(one) === keyOf(chosen));
    if (ticket) return this.#judge(ticket, admitted, true);
    return { outcome: "unknown", ticket: null, other: null, earlier: null };
  }

  #judge(ticket, admitted, isCurrent) {
    const earlier = admitted.get(keyOf(ticket)) ?? null;
    const said = (outcome) => ({ outcome, ticket, other: null, earlier });
    if (this.list.sailing.status === "cancelled") return said("sailing_cancelled");
    if (REFUSED[ticket.standing]) return said(REFUSED[ticket.standing]);
    if (!isCurrent) return said("changed");
    if (earlier) return said("duplicate");
    return said(this.list.closing ? "closed" : "admitted");
  }
}
