// The connectivity index as a chart that can be read by pointer, drawn from the table below it.

import uPlot from "uplot";

const MIN_HEIGHT_PX = 240;

/** Put an interactive chart in place of the drawing inside `box`; nothing without its table. */
export function drawIndex(box) {
  const table = box && document.getElementById(box.dataset.table);
  if (!table) return;
  const drawing = box.querySelector("svg");
  const height = Math.max(MIN_HEIGHT_PX, drawing.getBoundingClientRect().height);
  const data = read(table);
  const formats = legendFormats(data);
  let chart = null;

  function draw() {
    chart?.destroy();
    drawing.style.display = "none";
    const size = { width: box.clientWidth, height };
    chart = new uPlot(options(box, table, formats, size), [data.times, data.values], box);
    chart.root.setAttribute("aria-hidden", "true"); // the table says the same in words
  }

  draw();
  resizeWith(box, () => chart.setSize({ width: box.clientWidth, height }));
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

function read(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const times = rows.map((row) => Date.parse(row.cells[0].dataset.start) / 1000);
  return {
    times,
    values: rows.map((row) => valueOf(row.cells[1].dataset.value)),
    labels: new Map(times.map((time, index) => [time, rows[index].cells[0].textContent])),
  };
}

// A quarter without a figure is a gap, which the chart leaves open.
function valueOf(text) {
  return text === "" ? null : Number(text);
}

/** What the legend says: the period at the pointer, without one the newest that has a figure. */
export function legendFormats({ times, values, labels }) {
  const newest = values.findLastIndex((value) => value !== null);
  const shown = (index) => index ?? newest;
  return {
    period: (_chart, _time, _series, index) => labels.get(times[shown(index)]) ?? "–",
    figure: (_chart, _value, _series, index) => values[shown(index)]?.toFixed(2) ?? "–",
  };
}

function options(box, table, formats, size) {
  const [line, area, grid, ink] = colours(box, "--sea", "--sea-tint", "--line", "--ink-faint");
  const axis = {
    stroke: ink,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1 },
    font: `12px ${getComputedStyle(document.documentElement).getPropertyValue("--text").trim()}`,
  };
  const period = table.tHead.rows[0].cells[0].textContent;
  return {
    ...size,
    cursor: { y: false, points: { size: 8 } },
    scales: { y: { range: (_, low, high) => [0, high * 1.05] } },
    series: [
      { label: period, value: formats.period },
      {
        label: box.dataset.title,
        stroke: line,
        fill: area,
        width: 2,
        value: formats.figure,
      },
    ],
    axes: [axis, { ...axis, size: 56 }],
  };
}

// light-dark() is resolved by an element's own style, so the colours are read from one.
function colours(box, ...names) {
  const probe = box.appendChild(document.createElement("i"));
  const found = names.map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return found;
}

function resizeWith(box, resize) {
  let handle = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(handle);
    handle = requestAnimationFrame(() => box.clientWidth && resize());
  }).observe(box);
}
