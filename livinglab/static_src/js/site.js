// Everything works without this file; it only saves steps.

document.documentElement.classList.add("js");
const toasts = document.getElementById("toasts");

function tell(sentence) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = sentence;
  toasts.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

// After a refused form the reader stands at the summary of what to correct.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Open menus close on Escape and on a press elsewhere.
const menus = () => document.querySelectorAll("details.menu[open], details.display[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("htmx:sendError", () => tell(toasts.dataset.failed));
document.addEventListener("htmx:responseError", (event) => {
  tell(event.detail.xhr.status === 403 ? toasts.dataset.refused : toasts.dataset.failed);
});
// A whole page where a part was expected: the session has ended, and this is the sign-in page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (/^\s*<!doctype html/i.test(xhr.response)) {
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL);
  }
});

// A press on the map fills in latitude and longitude; typing them moves the mark.
for (const map of document.querySelectorAll("svg[data-latitude]")) {
  const latitude = document.getElementById(map.dataset.latitude);
  const longitude = document.getElementById(map.dataset.longitude);
  const mark = map.querySelector(".picked");
  const [west, north, across, down] = map.dataset.frame.split(" ").map(Number);

  const show = () => {
    const known = latitude.value !== "" && longitude.value !== "";
    mark.toggleAttribute("hidden", !known);
    if (!known) return;
    mark.setAttribute("cx", (longitude.value - west) * across);
    mark.setAttribute("cy", (north - latitude.value) * down);
  };
  map.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    latitude.value = (north - at.y / down).toFixed(5);
    longitude.value = (west + at.x / across).toFixed(5);
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  });
  latitude.addEventListener("input", show);
  longitude.addEventListener("input", show);
  show();
}

// Beside a long answer stands how much of its room is used. Whoever only listens hears of it when it is too long.
for (const area of document.querySelectorAll("textarea[data-most]")) {
  const count = document.createElement("p");
  count.className = "muted small";
  count.setAttribute("aria-hidden", "true");
  const show = () => { count.textContent = `${[...area.value].length} / ${area.dataset.most}`; };
  area.after(count);
  area.addEventListener("input", show);
  show();
}
