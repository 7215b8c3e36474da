// Comforts of the search form: swap the ports, keep the return after the departure, say who travels.
import { portBoxes } from "./port_box.js";

const form = document.querySelector(".search-form");
if (form) {
  const boxes = portBoxes(form);
  const narrow = () => boxes.to?.narrow(form.elements.from.value);
  form.elements.from.addEventListener("change", narrow);
  narrow();
  const swap = form.querySelector(".swap");
  const [from, to] = [form.elements.from, form.elements.to];
  swap.hidden = false;
  swap.addEventListener("click", () => {
    [from.value, to.value] = [to.value, from.value];
    for (const place of [from, to]) place.dispatchEvent(new Event("change"));
  });

  const keepOrder = () => {
    const back = form.elements.return_date;
    back.min = form.elements.date.value || form.elements.date.min;
    if (back.value && back.value < back.min) back.value = back.min;
  };
  form.elements.date.addEventListener("change", keepOrder);
  keepOrder();

  // Who travels, in the words of their fields; a cabin is there or not, a place of residence or none.
  const parts = ["adults", "children", "infants", "ages", "pets"]
    .map((name) => form.elements[name])
    .filter(Boolean);
  const { berths, resident_of: area } = form.elements;
  const said = form.querySelector("[data-party]");
  const words = (part) => part.dataset.words || part.labels[0].textContent.trim();
  const say = () => {
    said.textContent = [
      ...parts
        .filter((part) => part.value && part.value !== "0")
        .map((part) => `${words(part)} ${part.value}`),
      ...(area?.value ? [area.selectedOptions[0].textContent] : []),
      ...(berths.checked ? [berths.dataset.words] : []),
    ].join(" · ");
  };
  [...parts, berths, area].filter(Boolean).forEach((part) => part.addEventListener("input", say));
  say();
  const menus = [...form.querySelectorAll(".party-menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  // Common models are asked for when somebody wants to name one.
  const models = form.querySelector("#s-models");
  const askModels = async () => {
    const answer = await fetch("/api/v1/ferries/vehicle-models").catch(() => null);
    if (!answer?.ok || models.childElementCount) return;
    const found = await answer.json();
    for (const one of found.models) {
      const option = models.appendChild(document.createElement("option"));
      option.value = `${one.make} ${one.model} (${one.since})`;
    }
  };
  form.elements.model.addEventListener("focus", askModels, { once: true });

  // An empty return date or vehicle only makes the address longer.
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}

// The first page is one for everybody: what this browser searched last is put in here.
const lately = document.querySelector("[data-searched-here]");
if (lately && /(?:^|; )searched=/.test(document.cookie)) {
  const answer = await fetch("/ferries/searched").catch(() => null);
  if (answer?.ok) {
    lately.innerHTML = await answer.text();
    lately.hidden = false;
  }
}
