// A list of ports as a box to type in: by name, code, other spellings and scripts, city, island or region. The list
// stays in the form and has the choice; without this script it is the form. Editable combobox with list autocomplete:
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const MOST = 60;
const ASK_MS = 150;

const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** How well a port fits what was typed: 0 best, Infinity not at all. */
export function likeness(port, typed) {
  const wanted = fold(typed);
  if (!wanted) return 1;
  const name = fold(port.name);
  if (name.startsWith(wanted) || port.code.toLowerCase() === wanted) return 0;
  if (name.split(" ").some((word) => word.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  return fold(port.country).startsWith(wanted) ? 3 : Infinity;
}

/** The ports that fit, the best first, else in their own order. */
export const fitting = (ports, typed) =>
  ports
    .map((port) => ({ port, rank: likeness(port, typed) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ port }) => port);

/** The same ports, those that a boat reaches before the others. */
export const reachedFirst = (ports, reached) =>
  reached.size
    ? [
        ...ports.filter((port) => reached.has(port.code)),
        ...ports.filter((port) => !reached.has(port.code)),
      ]
    : ports;

async function asked(typed, signal) {
  try {
    const answer = await fetch(`/api/v1/ferries/places?q=${encodeURIComponent(typed)}`, { signal });
    return answer.ok ? (await answer.json()).places : [];
  } catch {
    return []; // without a network the list that is here is all there is
  }
}

/** A box over the list of one field. */
class PortBox {
  #field;
  #select;
  #input = document.createElement("input");
  #list = document.createElement("ul");
  #status = document.createElement("span");
  #ports;
  #shown = [];
  #active = -1;
  #timer = 0;
  #asking = new AbortController();
  #reached = new Set();

  constructor(field) {
    this.#field = field;
    this.#select = field.querySelector("select");
    this.#ports = [...this.#select.options]
      .filter((option) => option.value)
      .map((option) => ({
        code: option.value,
        name: option.textContent.trim(),
        country: option.parentElement.label ?? "",
      }));
    this.#build();
    this.#showChosen();
    this.#input.value ||= this.#field.dataset.typed; // what nothing is called stays to be mended
  }

  #build() {
    const { id, required } = this.#select;
    const list = `${id}-list`;
    for (const [name, value] of Object.entries({
      id: `${id}-box`,
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: this.#field.dataset.type,
    }))
      this.#input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"])
      if (this.#select.hasAttribute(name))
        this.#input.setAttribute(name, this.#select.getAttribute(name));
    this.#input.required = required;
    this.#select.required = false;
    this.#select.hidden = true;
    const label = this.#field.querySelector("label");
    label.htmlFor = this.#input.id;
    Object.assign(this.#list, { id: list, hidden: true, className: "port-list" });
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", label.textContent.trim());
    this.#status.className = "visually-hidden";
    this.#status.setAttribute("role", "status");
    this.#select.after(this.#input, this.#list, this.#status);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("click", () => this.#open());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#leave());
    this.#input.addEventListener("focus", () => this.#input.select());
    // Before the blur of the input, which would close the list under the finger.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(this.#shown[Number(option.dataset.number)]);
    });
    this.#select.addEventListener("change", () => this.#showChosen());
  }

  #showChosen() {
    const option = this.#select.selectedOptions[0];
    this.#input.value = option?.value ? option.textContent.trim() : "";
  }

  /** Put first what a boat from that port reaches; what takes a change can still be typed. */
  async narrow(origin) {
    this.#reached = new Set();
    if (!origin) return;
    try {
      const answer = await fetch(`/api/v1/ferries/destinations?from=${encodeURIComponent(origin)}`);
      if (!answer.ok) return;
      const { destinations } = await answer.json();
      this.#reached = new Set(destinations.map(({ place }) => place.code));
    } catch {
      // without an answer every port is as likely as the others
    }
  }

  #fitting(typed) {
    const ports = reachedFirst(this.#ports, this.#reached);
    return fitting(ports, typed);
  }

  #typed() {
    this.#select.value = "";
    this.#show(this.#fitting(this.#input.value));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(this.#input.value), ASK_MS);
  }

  /** Other spellings, scripts and areas are known to the server. */
  async #ask(typed) {
    this.#asking.abort();
    if (fold(typed).length < 2) return;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const more = await asked(typed, signal);
    if (signal.aborted || typed !== this.#input.value || document.activeElement !== this.#input)
      return;
    const here = this.#fitting(typed);
    const known = new Set(here.map((port) => port.code));
    const others = more
      .filter((port) => !known.has(port.code))
      .map((port) => this.#ports.find((one) => one.code === port.code) ?? { country: "", ...port });
    this.#show([...here, ...others]);
  }

  #open() {
    if (!this.#list.hidden) return;
    const reached = this.#ports.filter((port) => this.#reached.has(port.code));
    this.#show((reached.length ? reached : this.#ports).slice(0, MOST));
  }

  #show(ports) {
    this.#shown = ports;
    this.#list.replaceChildren(...ports.map((port, number) => this.#option(port, number)));
    this.#list.hidden = !ports.length;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#activate(-1);
    const { none, some } = this.#field.dataset;
    this.#status.textContent = ports.length ? some.replace("%count%", ports.length) : none;
  }

  #option(port, number) {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${number}`;
    option.dataset.number = String(number);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("bdi");
    name.textContent = port.name;
    const where = document.createElement("small");
    where.textContent = port.country;
    option.append(name, where);
    return option;
  }

  #activate(number) {
    const options = this.#list.children;
    options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = number;
    const option = options[number];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  #key(event) {
    const { length } = this.#shown;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.#list.hidden) this.#open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.#active < 0 && step < 0 ? 0 : this.#active;
      if (this.#shown.length)
        this.#activate((from + step + this.#shown.length) % this.#shown.length);
    } else if (event.key === "Enter" && !this.#list.hidden && length) {
      event.preventDefault();
      this.#choose(this.#shown[Math.max(this.#active, 0)]);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#close();
    }
  }

  #choose(port) {
    if (![...this.#select.options].some((option) => option.value === port.code))
      this.#select.add(new Option(port.name, port.code));
    this.#select.value = port.code;
    this.#close();
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  /** What was typed and not chosen: the likeliest port; else as it is, and the server says what it may mean. */
  #leave() {
    const typed = this.#input.value.trim();
    if (!this.#select.value && typed) {
      const [best] = this.#list.hidden ? this.#fitting(typed) : this.#shown;
      this.#choose(best ?? { code: typed, name: typed });
    }
    this.#close();
  }
}

/** Make boxes of the lists of ports in a form; returned by the name of their field. */
export function portBoxes(form) {
  const boxes = {};
  for (const field of form.querySelectorAll("[data-port-box]"))
    boxes[field.querySelector("select").name] = new PortBox(field);
  return boxes;
}
