// The line to whoever decides: our server, or the laptop at the quay. Every question has an end.

const SECONDS = 4;

/** No answer: out of reach, too slow, or broken. */
export class LineError extends Error {}

/** The calls under one address. */
export class Line {
  constructor(base) {
    this.base = base;
  }

  list = () => this.#ask("GET", "list", undefined, 20);
  state = () => this.#ask("GET", "state");
  scan = (asked) => this.#ask("POST", "scan", asked);
  undo = (id) => this.#ask("POST", "undo", { id });
  settle = (admissions) => this.#ask("POST", "admissions", { admissions });

  async #ask(method, path, body, seconds = SECONDS) {
    let answer;
    try {
      answer = await fetch(`${this.base}/${path}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(seconds * 1000),
        cache: "no-store",
      });
      if (answer.ok) return await answer.json();
    } catch (error) {
      throw new LineError(String(error));
    }
    // 404 is an answer ("no such admission"); everything else means that nobody decided.
    if (answer.status === 404) throw new Error("not found");
    throw new LineError(`answer ${answer.status}`);
  }
}
