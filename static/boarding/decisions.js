// Who decides about a scan: the line while there is one; without it this browser, from its copy of the list, if it may.
// What it decides alone is on its shelf before anybody hears of it, and handed in when the line is back.

import { LineError, Refused } from "./line.js";
import { CodeBook, keyOf } from "./verdict.js";

const MOST = 200;
const SHOWN = 12;
const SIGNED_OUT = [401, 403];

/** One gate's decisions, one after the other. */
export class Decisions {
  #line;
  #shelf;
  #sailing;
  #mayDecide;
  #book = null;
  #last = Promise.resolve();

  constructor(line, shelf, sailing, mayDecide) {
    this.#line = line;
    this.#shelf = shelf;
    this.#sailing = sailing;
    this.#mayDecide = mayDecide;
    this.isConnected = false;
    this.isSignedOut = false;
    this.repeated = [];
  }

  get list() {
    return this.#book?.list ?? null;
  }

  /** Read the list: from the line, else the copy that is kept. */
  async refresh() {
    const kept = this.#book ? null : await this.#shelf?.list(this.#sailing);
    if (kept) this.#book = new CodeBook(kept);
    const list = await this.#asked(() => this.#line.list());
    if (!list) return;
    this.#book = new CodeBook(list);
    await this.#shelf?.keepList(list);
  }

  /** The verdict on {code} or {chosen}; throws LineError when nobody may decide. */
  scan(asked) {
    const deciding = this.#last.then(() => this.#scan(asked));
    this.#last = deciding.catch(() => {});
    return deciding;
  }

  async #scan(asked) {
    const request = { id: crypto.randomUUID(), ...asked };
    const answer = await this.#asked(() => this.#line.scan(request));
    if (answer) {
      await this.#keep(request, answer.verdict, true);
      return answer;
    }
    if (!this.#mayDecide || !this.#book) throw new LineError("nobody decides");
    const admitted = await this.#admitted();
    const verdict = request.chosen
      ? this.#book.verdictOf(request.chosen, admitted)
      : await this.#book.verdict(request.code, admitted);
    await this.#keep(request, verdict, false);
    return {
      verdict: { ...verdict, admission_id: request.id },
      state: await this.#ownState(),
    };
  }

  /** Put an admission on the shelf: without a line, this browser knows whom it has let aboard. */
  async #keep({ id, gate }, verdict, settled) {
    if (verdict.outcome !== "admitted" || !this.#shelf) return;
    const { reference, leg, holder } = verdict.ticket;
    const at = { admitted_at: new Date().toISOString(), undone_at: null };
    const admission = { id, reference, leg, holder, gate, quay: "", ...at };
    await this.#shelf.keep({ ...admission, settled, sailing: this.#sailing });
  }

  #own = async () => (await this.#shelf?.admissions(this.#sailing)) ?? [];

  /** Take an admission back. Throws Refused with the reason; LineError when it is not this browser's. */
  async undo(id) {
    const own = (await this.#own()).find((one) => one.id === id && !one.undone_at);
    const answer = await this.#asked(() => this.#line.undo(id)).catch((error) => {
      // Not handed in yet: the line does not know it, and it is taken back here.
      if (own && error instanceof Refused && error.cause === 404) return null;
      throw error;
    });
    if (!answer && !own) throw new LineError("not this browser's");
    const undone = { undone_at: new Date().toISOString(), settled: Boolean(answer) };
    if (own) await this.#shelf.keep({ ...own, ...undone });
  }

  /** Close boarding with the count that was seen, or open it again: only the line can. */
  async close(count) {
    return this.#must(await this.#asked(() => this.#line.close(count)));
  }

  async reopen() {
    return this.#must(await this.#asked(() => this.#line.reopen()));
  }

  #must(answer) {
    if (!answer) throw new LineError("nobody to declare to");
    return answer;
  }

  /** Hand in what was decided here. */
  async handIn() {
    const waiting = (await this.#own()).filter((one) => !one.settled);
    for (let first = 0; first < waiting.length; first += MOST) {
      const batch = waiting.slice(first, first + MOST);
      const plain = batch.map(
        ({ sailing: _sailing, settled: _settled, ...admission }) => admission,
      );
      const answer = await this.#asked(() => this.#line.settle(plain));
      if (!answer) return;
      this.repeated = answer.repeated;
      for (const one of batch) await this.#shelf.settle(one);
    }
  }

  /** How boarding stands: by the line, else as far as this browser knows. */
  async state() {
    const told = await this.#asked(() => this.#line.state());
    if (!told) return this.#ownState();
    const waiting = (await this.#own()).filter((one) => !one.settled).length;
    this.repeated = told.repeated;
    return { ...told, unsettled: told.unsettled || waiting };
  }

  async #ownState() {
    if (!this.#book) return null;
    const admitted = await this.#admitted();
    const valid = this.list.tickets.filter((ticket) => ticket.standing === "valid");
    const people = (some) => some.filter((one) => one.holder.startsWith("p")).length;
    const lane = (some) => some.reduce((sum, one) => sum + (one.length_cm ?? 0), 0);
    const aboard = [...admitted.values()];
    return {
      count: {
        people: people(aboard),
        people_expected: people(valid),
        vehicles: aboard.length - people(aboard),
        vehicles_expected: valid.length - people(valid),
        lane_cm: lane(this.list.tickets.filter((ticket) => admitted.has(keyOf(ticket)))),
        lane_cm_expected: lane(valid),
      },
      recent: aboard
        .sort((one, other) => other.admitted_at.localeCompare(one.admitted_at))
        .slice(0, SHOWN),
      unsettled: (await this.#own()).filter((one) => !one.settled).length,
      settled_at: null,
      list_made_at: this.list.made_at,
      repeated: this.repeated,
      closing: this.list.closing ?? null,
    };
  }

  /** Tickets that count and whose holders are not aboard, as far as this browser knows. */
  async missing() {
    if (!this.#book) return [];
    const admitted = await this.#admitted();
    return this.list.tickets.filter(
      (ticket) => ticket.standing === "valid" && !admitted.has(keyOf(ticket)),
    );
  }

  /** Who is aboard, by ticket: what the server told, and what was decided here. */
  async #admitted() {
    const known = new Map(this.list.admitted.map((one) => [one.id, one]));
    for (const own of await this.#own()) {
      // Taken back at another gate: the list knows it, this shelf does not.
      if (!known.get(own.id)?.undone_at) known.set(own.id, own);
    }
    const standing = [...known.values()].filter((one) => !one.undone_at);
    return new Map(standing.map((one) => [keyOf(one), one]));
  }

  /** The line's answer; null when there is none. */
  async #asked(question) {
    try {
      const answer = await question();
      this.isConnected = true;
      this.isSignedOut = false;
      return answer;
    } catch (error) {
      this.isConnected = error instanceof Refused;
      if (!(error instanceof LineError)) throw error;
      this.isSignedOut = SIGNED_OUT.includes(error.cause);
      return null;
    }
  }
}
