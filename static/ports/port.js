// The port page: departures of this port from the ferries pages, and the index as a chart that can be read by pointer.
import uPlot from "uplot";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function loadDepartures() {
  const place = document.querySelector("#departures-here");
  if (!place) return;
  try {
    const answer = await fetch(`${place.dataset.src}&fragment=1`);
    if (!answer.ok) throw new Error(answer.status);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The first few; the rest is one click away. Day headings span the table and do not count.
    let left = Number(place.dataset.rows);
    for (const row of part.querySelectorAll("tbody tr")) {
      if (left <= 0) row.remove();
      else if (!row.querySelector("[colspan]")) left -= 1;
    }
    place.replaceChildren(...part.body.childNodes);
  } catch {
    place.remove(); // the link below leads to the same
  }
}

function drawIndex() {
  const box = document.querySelector(".chart[data-table]");
  const table = box && document.getElementById(box.dataset.table);
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")];
  const times = rows.map((row) => Date.parse(row.cells[0].dataset.start) / 1000);
  const values = rows.map((row) => Number(row.cells[1].dataset.value));
  const labels = new Map(times.map((time, index) => [time, rows[index].cells[0].textContent]));
  const drawing = box.querySelector("svg");
  const height = Math.max(240, drawing.getBoundingClientRect().height);
  let chart = null;

  function draw() {
    chart?.destroy();
    // light-dark() is resolved by an element's own style, so the colours are read from one.
    const probe = box.appendChild(document.createElement("i"));
    const colour = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
    const [line, area, grid, ink] = ["--sea", "--sea-tint", "--line", "--ink-faint"].map(colour);
    probe.remove();
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: `12px ${css("--text")}` };
    drawing.style.display = "none";
    chart = new uPlot({
      width: box.clientWidth, height,
      cursor: { y: false, points: { size: 8 } },
      scales: { y: { range: (_, low, high) => [0, high * 1.05] } },
      series: [
        { label: table.tHead.rows[0].cells[0].textContent, value: (_, time) => labels.get(time) ?? "–" },
        { label: box.dataset.title, stroke: line, fill: area, width: 2, value: (_, value) => value?.toFixed(2) ?? "–" },
      ],
      axes: [axis, { ...axis, size: 56 }],
    }, [times, values], box);
    chart.root.setAttribute("aria-hidden", "true"); // the table below says the same in words
  }

  draw();
  let waiting = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => box.clientWidth && chart.setSize({ width: box.clientWidth, height }));
  }).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

loadDepartures();
drawIndex();
