// The port that is chosen on the map or in the list, marked in both, with the way to its page and its place in the
// ranking. What the pointer or the keyboard is at is marked on the map, too.

import { nameOf } from "./port_labels.js";

const words = document.getElementById("directory-words");
const rows = document.querySelectorAll("tr[data-port]");

export class ChosenPort {
  #ports;
  #texts;
  #rankedOnAPage;
  #chosen = null;
  #pointed = null;
  onMark = () => {};
  onChoose = () => {};

  constructor(features, texts, rankedOnAPage) {
    this.#ports = new Map(features.map((port) => [port.properties.code, port]));
    this.#texts = texts;
    this.#rankedOnAPage = rankedOnAPage;
    for (const row of rows) this.#follow(row);
  }

  #follow(row) {
    const code = row.dataset.port;
    row.addEventListener("pointerenter", () => this.point(code));
    row.addEventListener("pointerleave", () => this.point(null));
    row.addEventListener("focusin", () => this.point(code));
    row.addEventListener("focusout", () => this.point(null));
    row.addEventListener("click", ({ target }) => {
      if (!target.closest("a")) this.choose(code);
    });
  }

  /** Choose the port of the address, if it has one; `isShown`: the view is given, too. */
  fromAddress({ isShown }) {
    const code = new URL(location.href).searchParams.get("chosen");
    if (!this.#ports.has(code)) return;
    this.#mark(code);
    if (!isShown) this.onChoose(this.#ports.get(code));
  }

  choose(code) {
    if (!this.#ports.has(code)) return;
    this.#mark(code);
    this.onChoose(this.#ports.get(code));
    const here = new URL(location.href);
    here.searchParams.set("chosen", code);
    history.replaceState(history.state, "", here);
  }

  /** Mark what somebody looks at; null for nothing. */
  point(code) {
    if (this.#pointed === code) return;
    this.#pointed = code;
    this.#show();
  }

  #mark(code) {
    this.#chosen = code;
    for (const row of rows) {
      if (row.dataset.port === code) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    this.#show();
  }

  #show() {
    this.onMark([this.#chosen, this.#pointed].filter(Boolean));
    const port = this.#ports.get(this.#pointed ?? this.#chosen);
    words.replaceChildren(...(port ? this.#described(port.properties) : []));
  }

  #described(port) {
    const ranked = port.rank ? this.#texts.rank.replace("{n}", port.rank) : this.#texts.not_ranked;
    const index = port.connectivity ? ` (${port.connectivity.toFixed(1)})` : "";
    const name = document.createElement("bdi");
    name.textContent = nameOf(port);
    const said = [name, ` · ${port.code} · ${ranked}${index}`];
    if (port.code !== this.#chosen) return said;
    said.push(" · ", link(`/ports/${encodeURIComponent(port.code)}`, this.#texts.open));
    if (port.rank) said.push(" · ", link(this.#rankingOf(port), this.#texts.in_ranking));
    return said;
  }

  #rankingOf({ code, rank }) {
    const page = Math.ceil(rank / this.#rankedOnAPage);
    return `/ports/ranking?page=${page}#port-${encodeURIComponent(code)}`;
  }
}

function link(href, text) {
  const made = document.createElement("a");
  Object.assign(made, { href, textContent: text });
  return made;
}
