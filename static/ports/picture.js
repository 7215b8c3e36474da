// Pictures as PNG: the SVG of the link, drawn on a canvas at twice its size and saved as a file.

const SCALE = 2;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-png]");
  if (!button) return;
  button.disabled = true;
  save(button.dataset.png).finally(() => {
    button.disabled = false;
  });
});
show(document);
// Parts of the page that arrive later bring pictures of their own.
const news = (records) => records.forEach(({ target }) => show(target));
new MutationObserver(news).observe(document.getElementById("main"), {
  childList: true,
  subtree: true,
});

/** A button does nothing without this script: it is shown from here on. */
function show(within) {
  for (const button of within.querySelectorAll("button[data-png][hidden]")) button.hidden = false;
}

async function save(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * SCALE;
  canvas.height = image.naturalHeight * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = url
    .split("?")[0]
    .split("/")
    .slice(-2)
    .join("-")
    .replace(/\.svg$/, ".png");
  link.click();
  URL.revokeObjectURL(link.href);
}
