// Runs before the first paint, so that a chosen theme never flashes; without it the system's choice holds.
(() => {
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  if (stored() === "light" || stored() === "dark") root.dataset.theme = stored();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    if (!button) return;
    const isDark = () =>
      root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
    const say = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try {
        localStorage.setItem("theme", root.dataset.theme);
      } catch {
        /* private mode: it lasts for this page */
      }
      say();
      document.dispatchEvent(new CustomEvent("themechange"));
    });
  });
})();
