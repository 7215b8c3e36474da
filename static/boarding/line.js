// The line to whoever decides: our server, or the laptop at the quay. Every question has an end.

const SECONDS = 4;

/** No answer: out of reach, too slow, or broken. */
export class LineError extends Error {}

/** An answer that says no, in words. */
export class Refused extends Error {}

// Answers about what was asked; every other failure means that nobody decided.
const ANSWERS = [404, 409, 422];

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
  close = (count) => this.#ask("POST", "close", count);
  reopen = () => this.#ask("POST", "reopen", {});

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
    if (!ANSWERS.includes(answer.status))
      throw new LineError(`answer ${answer.status}`, { cause: answer.status });
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(problem.detail ?? "", { cause: answer.status });
  }
}
