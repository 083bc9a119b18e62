// Live pages: while something is going on, the page is fetched again and what changed is morphed in. Without scripts
// the page is whole all the same, with a link to refresh it. It owns no data and builds no address.
import { Idiomorph } from "./idiomorph.js";

const main = document.querySelector("main[data-again]");
const bar = document.querySelector("#paused");
let failing = 0;

/** Whether somebody is at a form or a control here: nothing moves under their hands. */
function busy() {
  const active = document.activeElement;
  return (active && active !== document.body && main.contains(active)) || main.querySelector(":hover:is(button, a, select)");
}

async function refresh() {
  if (document.hidden || busy()) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    if (answer.redirected || !answer.ok) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.querySelector("main");
    if (!busy()) {
      Idiomorph.morph(main, next, { morphStyle: "innerHTML" });
      announce(fresh.title);
    }
    failing = 0;
  } catch {
    failing += 1;
  }
  bar.hidden = failing < 2;
}

/** Says events, not numbers: the title carries the worst state, and a change of it is read out once. */
function announce(title) {
  if (title === document.title) return;
  document.title = title;
  document.querySelector("#said").textContent = title;
}

if (main) {
  setInterval(refresh, Number(main.dataset.again) * 1000);
  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);
}
