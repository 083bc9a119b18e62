// Models and 3D: checks 18 to 21.
import { readFile } from "node:fs/promises";
import { eventually, holds, sphere } from "../story.mjs";

const helix = await readFile(new URL("../../../crates/prepare/tests/models/helix.stl", import.meta.url));
const LIBRARY = 200;

/** Counts the 3D contexts of a page, from its beginning. */
const counting = (context) =>
  context.addInitScript(() => {
    globalThis.contexts = { made: 0, open: 0 };
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      const made = real.call(this, kind, ...rest);
      if (/webgl/.test(kind) && made && !this.counted) {
        this.counted = true;
        globalThis.contexts.made += 1;
        globalThis.contexts.open += 1;
        this.addEventListener("webglcontextlost", () => (globalThis.contexts.open -= 1));
      }
      return made;
    };
  });

/** Notes the longest time in which a page did not come to its timer. */
const longest = () => {
  globalThis.longest = 0;
  let last = performance.now();
  setInterval(() => {
    globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
    last = performance.now();
  }, 20);
};

/** How long a frame takes while a page is scrolled: of a hundred, the one in the middle. */
const scrolling = async () => {
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 100; i += 1) {
    scrollTo(0, (i * 300) % document.body.scrollHeight);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times.sort((a, b) => a - b)[50];
};

/** Opens the 3D view of the model that the page shows. */
async function view(page) {
  await page.getByRole("button", { name: "Open in 3D" }).click();
  await page.locator("canvas").waitFor();
}

export default [
  {
    number: 18,
    title: `a library of ${LIBRARY} models shows plain pictures, makes no 3D context and scrolls smoothly`,
    long: 100,
    async run({ olga }) {
      await counting(olga.context);
      const ball = sphere(6);
      for (let i = 0; i < LIBRARY; i += 20) {
        const files = Array.from({ length: 20 }, (_, k) => ({ name: `part-${i + k}.stl`, mimeType: "model/stl", buffer: ball }));
        await Promise.all(files.map((file) => olga.send("/models", { file }, true)));
      }
      await olga.until("/models", (text) => text.split('class="model"').length === LIBRARY + 1 && !text.includes("On the way in"), 400);
      const page = await olga.open("/models");
      holds((await page.locator(".shelf img").count()) === LIBRARY, "a picture for each");
      const slow = await page.evaluate(scrolling);
      // The same on a page without a picture tells how busy the machine itself is.
      const usual = await (await olga.open("/privacy/notice")).evaluate(scrolling);
      holds(slow < 100 + 4 * usual, `a frame takes ${slow} ms, on a page of text ${usual} ms`);
      await olga.open("/models");
      holds((await page.evaluate(() => globalThis.contexts.made)) === 0, "a 3D context was made");
      holds((await page.locator("canvas").count()) === 0, "a canvas");
    },
  },
  {
    number: 19,
    title: "a mesh of 150 MB opens in 3D while the page answers; progress and cancel are there",
    alone: true,
    async run({ olga }) {
      const model = await olga.model("huge.stl", sphere(866));
      const page = await olga.open(model);
      // An idle page beside it tells how busy the machine itself is.
      const idle = await olga.context.newPage();
      await idle.goto(`${olga.house.url}/help`);
      await page.bringToFront();
      for (const watched of [page, idle]) await watched.evaluate(longest);
      await page.getByRole("button", { name: "Open in 3D" }).click();
      await page.locator("#view-3d progress").waitFor();
      // By key: a pointer would have to wait until the row under the picture stands still.
      await page.getByRole("button", { name: "Cancel" }).press("Enter");
      holds(await page.locator("img.picture").isVisible(), "after Cancel the picture stays");
      await page.getByRole("button", { name: "Open in 3D" }).click();
      await page.locator("#view-3d progress").waitFor();
      await page.locator("canvas, #view-3d progress[value]").first().waitFor();
      const [loading, usual] = [await page.evaluate(() => globalThis.longest), await idle.evaluate(() => globalThis.longest)];
      holds(loading < 500 + 2 * usual, `the page did not answer for ${loading} ms while it loaded; an idle one for ${usual}`);
      await page.locator("canvas").waitFor({ timeout: 180_000 });
      await page.keyboard.press("ArrowLeft");
      await page.getByRole("button", { name: "Close the 3D view" }).click();
      await page.locator("img.picture").waitFor();
    },
  },
  {
    number: 20,
    title: "ten models opened and closed: one 3D context at most, and memory returns",
    long: 40,
    async run({ olga }) {
      await counting(olga.context);
      const model = await olga.model("helix.stl", helix);
      const page = await olga.open(model);
      const devtools = await olga.context.newCDPSession(page);
      const heap = async () => {
        await devtools.send("HeapProfiler.collectGarbage");
        return page.evaluate(() => performance.memory.usedJSHeapSize);
      };
      let start;
      for (let round = 0; round < 10; round += 1) {
        await view(page);
        const open = await page.evaluate(() => globalThis.contexts.open);
        holds(open === 1, `${open} contexts at once`);
        await page.keyboard.press("Escape");
        await page.locator("img.picture").waitFor();
        await eventually(() => page.evaluate(() => globalThis.contexts.open === 0), "the context is given back");
        // The first time also loads the program that draws.
        if (round === 0) start = await heap();
      }
      const end = await heap();
      holds(end < start * 1.3 + 2e6, `memory went from ${start} to ${end} bytes`);
    },
  },
  {
    number: 21,
    title: "without 3D in the browser the picture and the facts stay, with a sentence and without an error",
    async run({ olga }) {
      await olga.context.addInitScript(() => {
        HTMLCanvasElement.prototype.getContext = () => null;
      });
      const model = await olga.model("helix.stl", helix);
      const page = await olga.open(model);
      const errors = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.getByRole("button", { name: "Open in 3D" }).click();
      await page.getByText("This browser shows no 3D.").waitFor();
      holds(await page.locator("img.picture").isVisible(), "the picture is gone");
      holds((await page.locator("#facts + dl").textContent()).includes("mm"), "the facts are gone");
      holds(errors.length === 0, errors.join());
    },
  },
];
