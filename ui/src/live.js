// Live pages: the page is fetched again and what changed is morphed in. Nothing moves under the pointer or the focus,
// and no form is touched that somebody is in. It owns no data and builds no address.
import { Idiomorph } from "idiomorph";

const PATIENCE = 8000;
/** At most one announcement in so many milliseconds. */
const QUIET = 10_000;

const main = document.querySelector("main");
const bar = document.querySelector("#paused");
const changed = document.querySelector("#changed");
let failing = 0;
let asking = false;
let states = new Map();
let pending = new Map();
let spoke = -QUIET;

/** Keeps this page current if something is going on in it. */
export function keepCurrent() {
  if (!main.dataset.again) return;
  states = statesIn(document);
  setInterval(refresh, Number(main.dataset.again) * 1000);
  setInterval(speak, 500);
  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);
  addEventListener("pageshow", refresh);
  changed.querySelector("button").addEventListener("click", () => {
    changed.hidden = true;
    refresh(true);
  });
}

/** Fetches the page again. `all`: also what would move under somebody's hands. */
export async function refresh(all = false) {
  if (document.hidden || asking) return;
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected || !answer.ok) throw new Error("not the page");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    morph(fresh.querySelector("main"), all === true);
    announce(fresh);
    failing = 0;
  } catch {
    failing += 1;
  } finally {
    asking = false;
  }
  bar.hidden = failing < 2;
  if (failing === 1) setTimeout(refresh, 1500);
}

function morph(next, all) {
  Idiomorph.morph(main, next, {
    morphStyle: "outerHTML",
    callbacks: {
      beforeNodeMorphed: (old, fresh) => !(old instanceof Element) || (!isIsland(old) && !isInUse(old) && (all || !wouldMove(old, fresh))),
      beforeNodeRemoved: (old) => !(old instanceof Element) || (!isIsland(old) && !isInUse(old)),
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
    },
  });
}

/** What a script of ours keeps by itself. */
const isIsland = (node) => node.hasAttribute("data-island");

/** A form into which somebody typed, or in which they are. */
const isInUse = (node) => node.tagName === "FORM" && (node.contains(typing()) || [...node.elements].some(isTouched));

function typing() {
  const active = document.activeElement;
  return active?.matches("input, select, textarea") ? active : null;
}

function isTouched(field) {
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  return field.tagName !== "BUTTON" && field.type !== "hidden" && field.value !== field.defaultValue;
}

/** A list in another order than before, while the pointer or the focus is in it: the change is offered, not made. */
function wouldMove(old, fresh) {
  if (!old.hasAttribute("data-still") || !(old.matches(":hover") || old.contains(document.activeElement))) return false;
  const order = (list) => [...list.children].map((row) => row.id).join();
  if (order(old) === order(fresh)) return false;
  changed.hidden = false;
  return true;
}

/** Says events, not numbers: the title carries the worst state, and each change of a printer's state is read out once. */
function announce(fresh) {
  document.title = fresh.title;
  for (const [id, says] of statesIn(fresh)) {
    if (states.has(id) && states.get(id) !== says) pending.set(id, says);
    states.set(id, says);
  }
}

function statesIn(root) {
  return new Map([...root.querySelectorAll("[data-says]")].map((card) => [card.id, card.dataset.says]));
}

function speak() {
  if (pending.size === 0 || performance.now() - spoke < QUIET) return;
  document.querySelector("#said").textContent = [...pending.values()].join(". ");
  pending.clear();
  spoke = performance.now();
}
