// What is said of a line, a port or a warning where it was clicked on the chart.

/** A title, what is said below it (texts or elements), and where it leads. */
export function popupCard(title, said, { href, text }) {
  const head = document.createElement("strong");
  head.textContent = title;
  head.dir = "auto";
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  const card = document.createElement("div");
  card.className = "popup-card";
  card.append(head, ...said.map(span), link);
  return card;
}

function span(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}
