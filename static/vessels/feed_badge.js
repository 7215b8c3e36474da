// The badge that says whether positions are coming in, and how old the last one is.

const OLD_MS = 5_000;
const COUNT_MS = 1_000;
const DOTS = {
  live: "",
  connecting: "stale",
  silent: "stale",
  unusable: "stale",
  recorded: "stale",
};

export class FeedBadge {
  constructor(element, texts) {
    this.element = element;
    this.label = element.querySelector("span:last-child");
    this.dot = element.querySelector(".live-dot");
    this.texts = texts;
    this.linked = false;
    this.tick = null;
    this.tickAtMs = 0;
    setInterval(() => this.render(), COUNT_MS);
  }

  /** Whether the socket stands. */
  setLinked(linked) {
    if (this.linked === linked) return;
    this.linked = linked;
    this.render();
  }

  /** The newest tick of the server. */
  setTick(tick) {
    this.tick = tick;
    this.tickAtMs = performance.now();
    this.render();
  }

  render() {
    const state = this.linked ? (this.tick?.state ?? "connecting") : "offline";
    // An age goes on by itself, whether anything is heard or not.
    const age = this.tick?.ageMs ?? null;
    const ageMs = age === null ? null : age + performance.now() - this.tickAtMs;
    const text = feedText(state, ageMs, this.texts);
    this.element.dataset.state = state;
    // A screen reader repeats a live region that is written again.
    if (this.label.textContent !== text) this.label.textContent = text;
    this.dot.className = `live-dot ${DOTS[state] ?? "off"}`;
  }
}

/** "Live", or with the age of the last position once it is older than five seconds. Pure. */
export function feedText(state, ageMs, texts) {
  const label = texts.states[state];
  if (state === "offline" || ageMs === null || ageMs <= OLD_MS) return label;
  return `${label} · ${texts.age.replace("{s}", Math.round(ageMs / 1000))}`;
}
