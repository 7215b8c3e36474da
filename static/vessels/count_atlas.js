// The numbers on clusters, drawn once: 16 columns and 24 rows of cells.

const COLUMNS = 16;
const ROWS = 24;
const CELL = { width: 64, height: 44 };
const EXACT = 100;

/** "7", "250", "3.2k": two digits are enough far out. Pure. */
export function countText(count) {
  if (count < EXACT) return String(count);
  if (count < 1_000) return String(Math.round(count / 10) * 10);
  const thousands = count / 1_000;
  return thousands < 10 ? `${thousands.toFixed(1)}k` : `${Math.round(thousands)}k`;
}

/** The cell in which the number of a count is. Pure. */
export function cellOf(count) {
  if (count < EXACT) return count;
  if (count < 995) return EXACT + Math.round(count / 10) - 10;
  if (count < 9_950) return 190 + Math.round(count / 100) - 10;
  return 280 + Math.min(99, Math.round(count / 1_000)) - 10;
}

/** A canvas with every number in its cell. */
export function drawAtlas() {
  const canvas = document.createElement("canvas");
  canvas.width = COLUMNS * CELL.width;
  canvas.height = ROWS * CELL.height;
  const pen = canvas.getContext("2d");
  pen.font = "600 24px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = "#fff";
  const drawn = new Set();
  for (const count of everyCount()) {
    const cell = cellOf(count);
    if (drawn.has(cell)) continue;
    drawn.add(cell);
    const x = ((cell % COLUMNS) + 0.5) * CELL.width;
    const y = (Math.floor(cell / COLUMNS) + 0.53) * CELL.height;
    pen.fillText(countText(count), x, y);
  }
  return canvas;
}

function* everyCount() {
  for (let count = 2; count < EXACT; count++) yield count;
  for (let count = 100; count < 1_000; count += 10) yield count;
  for (let count = 1_000; count < 10_000; count += 100) yield count;
  for (let count = 10_000; count < 100_000; count += 1_000) yield count;
}
