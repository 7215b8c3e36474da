// A chosen cabin joins the price at once. Without JavaScript the booking page shows it, before anything is paid.
const total = document.querySelector("[data-total]");
const cabins = [...document.querySelectorAll("select[name$='-cabin']")];
const rows = total.closest("table").tBodies[0];
const money = new Intl.NumberFormat(document.documentElement.lang, {
  style: "currency",
  currency: total.dataset.currency,
});
const written = (minor) =>
  money.format(minor / 10 ** money.resolvedOptions().maximumFractionDigits);

function show() {
  rows.querySelectorAll("[data-cabin]").forEach((row) => row.remove());
  let sum = Number(total.dataset.total);
  for (const cabin of cabins) {
    const chosen = cabin.selectedOptions[0];
    if (!chosen.value) continue;
    const row = rows.insertRow();
    row.dataset.cabin = chosen.value;
    row.insertCell().textContent = chosen.textContent.split(" · ")[0];
    row.insertCell().textContent = written(Number(chosen.dataset.minor));
    sum += Number(chosen.dataset.minor);
  }
  total.textContent = written(sum);
}

cabins.forEach((cabin) => cabin.addEventListener("change", show));
if (cabins.length) show();

// After a refusal the summary is where reading begins; the part of a passenger with an error in it is open.
document.querySelector(".error-summary")?.focus();
for (const input of document.querySelectorAll("details.more [aria-invalid]"))
  input.closest("details").open = true;
