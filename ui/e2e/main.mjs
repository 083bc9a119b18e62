// The browser suite: the checks of ui/e2e/checks in a real Chromium, each in a fresh house of its own, a few at a time.
//   node ui/e2e/main.mjs          all of them
//   node ui/e2e/main.mjs 7 12     these
import { browser, serve } from "./house.mjs";
import { operator } from "./story.mjs";
import truth from "./checks/truth.mjs";
import safety from "./checks/safety.mjs";
import work from "./checks/work.mjs";
import models from "./checks/models.mjs";
import long from "./checks/long.mjs";
import navigation from "./checks/navigation.mjs";
import keyboard from "./checks/keyboard.mjs";
import shapes from "./checks/shapes.mjs";
import privacy from "./checks/privacy.mjs";
import comingIn from "./checks/coming-in.mjs";

const AT_ONCE = 2;
/** The longest that one may take, in milliseconds. */
const LONGEST = 900_000;

const wanted = process.argv.slice(2).map(Number);
const all = [truth, safety, work, models, long, navigation, keyboard, shapes, privacy, comingIn].flat();
// The longest first, so that they do not run alone at the end.
const chosen = all.filter((check) => wanted.length === 0 || wanted.includes(check.number)).sort((a, b) => (b.long ?? 0) - (a.long ?? 0));
const chromium = await browser();
/** What pages asked of whom, over the whole run: check 26 looks at it. */
const asked = new Set();
const failed = [];

async function run(check) {
  const began = Date.now();
  const house = await serve();
  const contexts = [];
  const watched = watch(contexts);
  try {
    const olga = await operator(house, watched, check.browser);
    await within(check.run({ olga, house, chromium: watched }));
    console.log(`ok ${check.number} ${check.title} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failed.push(check.number);
    console.log(`FAIL ${check.number} ${check.title}\n  ${String(error.stack).split("\n").slice(0, 12).join("\n  ")}`);
  } finally {
    await Promise.all(contexts.map((context) => context.close().catch(() => {})));
    await house.stop();
  }
}

/** The browser for one check: what its pages ask is noted, and its contexts end with it. */
function watch(contexts) {
  return {
    async newContext(options) {
      const context = await chromium.newContext(options);
      context.setDefaultTimeout(60_000);
      context.on("request", (request) => asked.add(["127.0.0.1", "localhost"].includes(new URL(request.url()).hostname) ? "house" : request.url()));
      contexts.push(context);
      return context;
    },
  };
}

function within(work) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("it took too long")), LONGEST)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const began = Date.now();
// One that measures how a page answers does not share the machine with the others.
for (const check of chosen.filter((check) => check.alone)) await run(check);
const queue = chosen.filter((check) => !check.alone);
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (let check = queue.shift(); check; check = queue.shift()) await run(check);
}));
// On a busy machine a browser can be too slow for one: it is run once more, alone, and said to have been.
for (const number of failed.splice(0)) {
  console.log(`once more, alone: ${number}`);
  await run(chosen.find((check) => check.number === number));
}
if (wanted.length === 0 || wanted.includes(26)) {
  const others = [...asked].filter((origin) => origin !== "house" && !/^(blob|data|file):/.test(origin));
  const good = asked.has("house") && others.length === 0;
  if (!good) failed.push(26);
  console.log(`${good ? "ok" : "FAIL"} 26 in the whole run no request leaves the house${good ? "" : `\n  ${others.join("\n  ")}`}`);
}
await chromium.close();
console.log(`${chosen.length - failed.length} passed, ${failed.length} failed${failed.length ? `: ${failed.sort((a, b) => a - b).join(", ")}` : ""} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
process.exit(failed.length === 0 ? 0 : 1);
