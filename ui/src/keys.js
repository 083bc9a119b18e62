// Keys: `?` for help, `/` to search, `g` and a letter to go somewhere, Alt and an arrow to move a job. No key acts while
// somebody types, and they can be switched off on the help page, for this device.
import { forget, keep, kept } from "./kept.js";

const PLACES = { n: "/", p: "/printers", q: "/queue", m: "/models", h: "/history", y: "/privacy", s: "/settings" };
const OFF = "keys-off";
/** How long after `g` a letter still belongs to it. */
const TOGETHER = 1500;

let going = -TOGETHER;

/** Listens, and lets the help page switch it off. */
export function listenToKeys() {
  document.addEventListener("keydown", onKey);
  const box = document.querySelector("#keys-on");
  if (!box) return;
  document.querySelector("#keys-choice").hidden = false;
  box.checked = !kept(OFF);
  box.addEventListener("change", () => (box.checked ? forget(OFF) : keep(OFF, "1")));
}

function onKey(event) {
  const at = event.target;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || kept(OFF)) return;
  if (event.altKey) return moveJob(event);
  if (at.closest("input, select, textarea, [contenteditable], [data-own-keys]")) return;
  if (event.timeStamp - going < TOGETHER && PLACES[event.key]) return go(PLACES[event.key]);
  going = event.key === "g" ? event.timeStamp : -TOGETHER;
  if (event.key === "?") go("/help#keys");
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) event.preventDefault();
    search?.focus();
  }
}

function go(place) {
  // To a person who has not signed in, only the help is there.
  if (place.startsWith("/help") || document.querySelector("nav")) location.href = place;
}

function moveJob(event) {
  const control = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const button = control && event.target.closest("[id^=job-]")?.querySelector(`[id^=${control}-]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}
