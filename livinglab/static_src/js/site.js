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

// Beside a text stands how much of its room is used, counted as the server counts: code points of composed letters.
// Whoever only listens hears of it when it is too long, and when it fits again.
for (const count of document.querySelectorAll("[data-counts]")) {
  const area = document.getElementById(count.dataset.counts);
  const most = Number(count.dataset.most);
  const heard = document.createElement("span");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  const seen = document.createElement("span");
  seen.setAttribute("aria-hidden", "true");
  count.replaceChildren(seen, heard);
  const show = () => {
    const n = [...area.value.normalize("NFC").trim()].length;
    const sentence = n > most ? count.dataset.tooMany : count.dataset.fits;
    seen.textContent = sentence.replace("{n}", n).replace("{most}", most).replace("{over}", n - most);
    count.classList.toggle("error", n > most);
    area.setAttribute("aria-invalid", n > most);
    if (n > most !== (heard.textContent !== "")) heard.textContent = n > most ? seen.textContent : "";
  };
  area.addEventListener("input", show);
  show();
}

// What is saved by itself says so beside the field being written, waits for the network, and is not sent twice at once.
for (const saver of document.querySelectorAll("[data-autosave]")) {
  const form = saver.closest("form");
  const told = document.querySelector(saver.getAttribute("hx-target"));
  let sending = false;
  let waiting;
  const again = () => {
    clearTimeout(waiting);
    htmx.trigger(saver, "again");
  };
  const wait = () => {
    told.textContent = saver.dataset.waits;
    clearTimeout(waiting);
    waiting = setTimeout(again, 10000);
  };
  form.addEventListener("input", (event) => event.target.closest(".field")?.append(told));
  saver.addEventListener("htmx:beforeRequest", () => { sending = true; });
  saver.addEventListener("htmx:afterRequest", () => { sending = false; });
  saver.addEventListener("htmx:sendError", wait);
  saver.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) wait();
  });
  addEventListener("online", () => { if (waiting) again(); });
  // A press of a button goes after what is on its way, and knows what it stored.
  form.addEventListener("submit", (event) => {
    if (!sending || event.defaultPrevented) return;
    event.preventDefault();
    saver.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
  });
}

// Whoever leaves with words that were neither sent nor saved is asked first.
const unsent = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && event.target.matches("textarea, input:not([type=hidden])")) unsent.add(form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) unsent.delete(event.target);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) unsent.delete(event.target.closest("form"));
});
addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});
