// A chosen cabin changes the price at once; without JavaScript a button does it.
for (const button of document.querySelectorAll("button[name=update]")) {
  button.hidden = true;
  button.parentElement.querySelector("select").addEventListener("change", () => {
    sessionStorage.setItem("scroll", String(scrollY));
    button.form.requestSubmit(button);
  });
}
const before = sessionStorage.getItem("scroll");
if (before !== null) {
  sessionStorage.removeItem("scroll");
  scrollTo(0, Number(before));
}
