// On a phone the filters start closed: the sailings come first.
const filters = document.querySelector(".filters");
if (filters && matchMedia("(max-width: 60rem)").matches) filters.closest("details").open = false;
