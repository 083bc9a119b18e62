// What every page has, if scripts run: it stays current, and answers to a few keys. What few pages need is fetched only
// there. Without scripts each page is whole all the same.
import { keepCurrent } from "./live.js";
import { forget, names } from "./kept.js";
import { listenToKeys } from "./keys.js";

keepCurrent();
listenToKeys();

// A page may say what was just done; what is there from the beginning is not read out by itself.
const done = document.querySelector("#done, [id^=job-] [role=status]");
if (done) setTimeout(() => (document.querySelector("#said").textContent = done.textContent.trim()), 100);

// Who signs out leaves nothing of theirs in this browser.
document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => {
  for (const name of names("upload-")) forget(name);
});

const buttons = document.querySelectorAll("[data-passkey]");
if (buttons.length) import("./passkey.js").then((island) => buttons.forEach(island.offer));
if (document.querySelector("form[data-upload]")) import("./upload.js").then((island) => island.start());
for (const place of document.querySelectorAll("[data-view]")) import("./viewer/offer.js").then((island) => island.offer(place));
