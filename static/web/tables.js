// A table wider than its place scrolls; then it must be reachable by keyboard too, and only then.
const BOXES = ".table-wrap, .days, pre.block";

function look() {
  for (const box of document.querySelectorAll(BOXES)) {
    const scrolls =
      box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

let soon = 0;
const lookSoon = () => {
  cancelAnimationFrame(soon);
  soon = requestAnimationFrame(look);
};
// Letters that arrive late change a table's size, and neither the window nor an element.
const sizes = new ResizeObserver(lookSoon);
for (const box of document.querySelectorAll(BOXES)) {
  sizes.observe(box);
  if (box.firstElementChild) sizes.observe(box.firstElementChild);
}
look();
addEventListener("resize", lookSoon);
document.addEventListener("toggle", lookSoon, true);
new MutationObserver(lookSoon).observe(document.getElementById("main"), {
  childList: true,
  subtree: true,
});
