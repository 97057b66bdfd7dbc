// Asks before the link of an invitation closes on this device. How long that is only the server knows: another tab may be
// in use, and a device that slept missed its timers.

const dialog = document.getElementById("still-there");
const [stay] = dialog.querySelectorAll("form");
const failed = dialog.querySelector("[role=alert]");
const askBefore = Number(dialog.dataset.askBefore);
let timer;

function plan(seconds) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(1, seconds > askBefore ? seconds - askBefore : seconds) * 1000);
}

async function look() {
  let seconds;
  try {
    ({ seconds } = await (await fetch(stay.action)).json());
  } catch {
    plan(30);
    return;
  }
  if (seconds === 0) leave();
  else {
    if (seconds > askBefore) dialog.close();
    else if (!dialog.open) dialog.showModal();
    plan(seconds);
  }
}

// What was chosen on this page and not sent waits with the server for the owner of the link.
function leave() {
  const form = document.querySelector("main form.form");
  if (form) HTMLFormElement.prototype.submit.call(form);
  else window.location.reload();
}

async function press() {
  try {
    const { seconds } = await (await fetch(stay.action, { method: "POST", body: new FormData(stay) })).json();
    if (seconds === 0) leave();
    else {
      failed.hidden = true;
      dialog.close();
      plan(seconds);
    }
  } catch {
    failed.hidden = false;
  }
}

stay.addEventListener("submit", (event) => {
  event.preventDefault();
  press();
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  press();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
plan(Number(dialog.dataset.seconds));
