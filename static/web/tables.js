// A table wider than its place scrolls; then it must be reachable by keyboard too, and only then.
const BOXES = ".table-wrap, .days, pre.block";

let soon = 0;
const lookSoon = () => {
  cancelAnimationFrame(soon);
  soon = requestAnimationFrame(look);
};
// Letters that arrive late change a table's size, and neither the window nor an element.
const sizes = new ResizeObserver(lookSoon);
const watched = new WeakSet();

function look() {
  for (const box of document.querySelectorAll(BOXES)) {
    watch(box);
    if (box.firstElementChild) watch(box.firstElementChild);
    const scrolls =
      box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// Tables come later, too. Watched again, one would be reported, and looked at, again.
function watch(element) {
  if (watched.has(element)) return;
  watched.add(element);
  sizes.observe(element);
}

look();
addEventListener("resize", lookSoon);
document.addEventListener("toggle", lookSoon, true);
new MutationObserver(lookSoon).observe(document.getElementById("main"), {
  childList: true,
  subtree: true,
});
