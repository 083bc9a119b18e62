// Shapes and themes: checks 32 to 34. Every page in both themes and both widths is looked at by axe, and a picture of
// each is kept in ui/e2e/shots.
import { mkdir, readFile } from "node:fs/promises";
import { serve } from "../house.mjs";
import { PASSWORD, Person, eventually, holds, member } from "../story.mjs";

const shots = new URL("../shots/", import.meta.url).pathname;
const axe = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const helix = await readFile(new URL("../../../crates/prepare/tests/models/helix.stl", import.meta.url));
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A house in which every page has something to show; returns the addresses. */
async function lived(olga, chromium) {
  const model = await olga.model("helix.stl", helix);
  await olga.send(`${model}/slice`, { quality: "standard", material: "PLA" });
  await olga.send("/history/choice", { on: "yes" });
  const finch = await olga.printer("Finch", { speed: 600 });
  await olga.queue("bracket.gcode", { printer: finch, layers: 6 });
  await olga.until("/history", "bracket.gcode");
  const rook = await olga.printing("Rook", "hook-for-the-hall.gcode");
  await olga.printing("Wren", "lamp.gcode").then((wren) => olga.touch(wren, "take-spool"));
  const lost = await olga.printing("Kestrel", "gear.gcode");
  await olga.touch(lost, "unplug");
  await olga.queue("a gift.gcode", { incognito: true, hold: true });
  await olga.queue("clip.gcode", { printer: rook });
  await olga.until(model, "Download</a>", 300);
  const mia = await member(olga, chromium);
  const person = (await olga.text("/console/people")).match(/"(\/console\/people\/[^"]+)">Open<span[^>]*> the record of Mia/)[1];
  await olga.send(person, { reason: "asked-for-help" });
  await mia.send("/history/choice", { on: "no" });
  await mia.send("/privacy/requests", { matter: "restriction", words: "Until the mistake in my address is mended.", region: "eea" });
  const request = (await olga.text("/console/requests")).match(/\/console\/requests\/\w{32}/)[0];
  await olga.send(request, { deed: "refuse", ground: "no-such-right", words: "The address was mended today." });
  await olga.send("/privacy/requests", { matter: "complaint", words: "The queue is hard to read on a phone.", region: "eea" });
  const [open] = (await olga.text("/console/requests")).match(/\/console\/requests\/\w{32}/);
  const about = person.replace("people/", "disclosures/about/");
  await olga.send(about, { kind: "court-order", issuer: "District Court of Testing", reference: "7 C 1234/26", provision: "§ 142 ZPO", dated: "2025-11-20", category: "account.name" });
  const [demand] = (await olga.text("/console/disclosures")).match(/\/console\/disclosures\/\w{32}/);
  const minute = new Date().toISOString().slice(0, 16);
  const breach = await olga.send("/console/breaches", { what: "database", aware_at: minute, from: minute, until: minute, nature: "A laptop with a copy of the database was lost on a train." });
  await olga.send(breach, { deed: "assessed", risk: "high", words: "Nobody knows who has it." });
  for (const topic of ["consequences", "measures"]) await olga.send(breach, { deed: "learned", topic, words: "Names and files are sealed. Laptops hold no copies any more." });
  await olga.send(breach, { deed: "told-people" });
  const job = (await olga.text(rook)).match(/\/jobs\/\w+\/cancel/)[0];
  return { now: "/", models: "/models", model, printers: "/printers", printer: rook, remove: `${rook}/remove`, queue: "/queue", cancel: job, history: "/history", privacy: "/privacy", uses: "/privacy/uses", erase: "/privacy/erase", notice: "/privacy/notice", versions: "/privacy/versions", version: "/privacy/versions/1", changes: "/privacy/changes", settings: "/settings", prove: "/prove", console: "/console", "access-log": "/console/access-log", people: "/console/people", person, disclosures: "/console/disclosures", acquisitions: "/console/acquisitions", "new-demand": about, demand, breaches: "/console/breaches", breach, "my-breaches": "/privacy/breaches", "my-requests": "/privacy/requests", restriction: "/privacy/restriction", requests: "/console/requests", request: open, refused: request, map: "/privacy/map", help: "/help", nowhere: "/nowhere" };
}

/** A picture of a whole page, for people to look at. Chromium sometimes says that it has none to give: the page is checked all the same. */
async function shoot(page, path) {
  await page.screenshot({ path, fullPage: true, animations: "disabled", timeout: 10_000 }).catch((error) => console.log(`  no picture: ${path}: ${String(error).split("\n")[0]}`));
}

/** What people see who have not signed in: whole addresses, and a house that nobody has set up, to be stopped. */
async function doors(olga, chromium) {
  const nils = await member(olga, chromium, "Nils");
  const receipt = await nils.send("/privacy/erase", { name: "Nils", password: PASSWORD, now: "1" });
  await olga.open("/console/people");
  await olga.page.selectOption("#role", "member");
  await olga.page.click("text=Make an invitation");
  const invite = (await olga.page.textContent(".once")).trim();
  const followed = await nils.send("/ask", { matter: "access", words: "Everything since June.", region: "ch", email: "nina@example.org", called: "Nina" });
  const empty = await serve();
  return [{ ask: `${olga.house.url}/ask`, follow: olga.house.url + followed, "sign-in": `${olga.house.url}/sign-in`, receipt: olga.house.url + receipt, invite, setup: `${empty.url}/setup` }, empty];
}

export default [
  {
    number: 32,
    title: "every page passes axe in both themes and both widths, with no error in its console",
    long: 110,
    async run({ olga, house, chromium }) {
      await mkdir(shots, { recursive: true });
      const inside = await lived(olga, chromium);
      const [outside, empty] = await doors(olga, chromium);
      const pages = Object.entries(inside).map(([name, path]) => [name, house.url + path]);
      const state = await olga.context.storageState();
      const faults = [];
      const looks = [["light", 1440, 900], ["dark", 390, 844], ["light", 390, 844], ["dark", 1440, 900]];
      await Promise.all([0, 1].map(async (half) => {
        for (const [colorScheme, width, height] of looks.filter((_, i) => i % 2 === half)) {
          const context = await chromium.newContext({ storageState: state, colorScheme, viewport: { width, height } });
          const outsider = await chromium.newContext({ colorScheme, viewport: { width, height } });
          for (const [name, address] of [...pages, ...Object.entries(outside)]) {
            const page = await (name in outside ? outsider : context).newPage();
            const called = `${name}-${width}-${colorScheme}`;
            page.on("console", (message) => message.type() === "error" && !message.text().includes("404") && faults.push(`${called}: console: ${message.text()}`));
            await page.goto(address);
            await shoot(page, `${shots}${called}.png`);
            await page.evaluate(axe);
            // How a page is built does not hang on its colours: in the second theme of a width they alone are looked at.
            const whole = looks.findIndex(([, w]) => w === width) === looks.findIndex(([scheme, w]) => w === width && scheme === colorScheme);
            const found = await page.evaluate((rules) => globalThis.axe.run({ runOnly: rules }), whole ? RULES : { type: "rule", values: ["color-contrast"] });
            if (found.passes.length < (whole ? 10 : 1)) faults.push(`${called}: axe looked at nothing`);
            for (const violation of found.violations) faults.push(`${called}: ${violation.id}: ${violation.nodes.map((node) => node.target).join(" ")}`);
            await page.close();
          }
          await context.close();
          await outsider.close();
        }
      }));
      await empty.stop();
      holds(faults.length === 0, faults.join("\n  "));
    },
  },
  {
    number: 33,
    title: "at 320 px and at 400 % no page scrolls sideways, nothing is cut, and what matters most can be reached",
    long: 60,
    async run({ olga, house, chromium }) {
      const pages = await lived(olga, chromium);
      const context = await chromium.newContext({ storageState: await olga.context.storageState(), viewport: { width: 320, height: 640 } });
      const narrow = new Person(house, context, await context.newPage());
      // 1280 px at 400 % are 320 px in a short window.
      for (const height of [640, 256]) {
        await narrow.page.setViewportSize({ width: 320, height });
        for (const [name, path] of Object.entries(pages)) {
          const page = await narrow.open(path);
          const wide = await page.evaluate(() => {
            if (document.documentElement.scrollWidth <= innerWidth) return [];
            return [...document.querySelectorAll("main *")].filter((at) => at.getBoundingClientRect().right > innerWidth + 1).map((at) => at.outerHTML.slice(0, 80)).slice(0, 3);
          });
          holds((await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)), `${name} scrolls sideways: ${wide.join(" | ")}`);
          const cut = await page.evaluate(() => [...document.querySelectorAll("main :is(button, a.button, h1, h2)")].filter((at) => at.scrollWidth > at.clientWidth + 1 && getComputedStyle(at).overflow !== "visible").map((at) => at.textContent));
          holds(cut.length === 0, `${name}: cut: ${cut}`);
          const first = page.locator("main .primary").first();
          if (await first.count()) {
            await first.scrollIntoViewIfNeeded();
            const box = await first.boundingBox();
            holds(box.x >= 0 && box.x + box.width <= 320 && box.height >= 24, `${name}: its first act cannot be reached`);
          }
        }
      }
    },
  },
  {
    number: 34,
    title: "dark, light, high contrast and forced colours: no flash on load, and states differ without colour",
    async run({ olga, house, chromium }) {
      await lived(olga, chromium);
      const state = await olga.context.storageState();
      for (const [look, ground, scheme] of [["dark", "rgb(15, 20, 23)", "light"], ["light", "rgb(247, 247, 244)", "dark"], ["contrast", "rgb(0, 0, 0)", "light"]]) {
        await olga.send("/settings/look", { look });
        const context = await chromium.newContext({ storageState: state, colorScheme: scheme });
        await context.addInitScript(() => {
          globalThis.grounds = [];
          const look = () => {
            if (document.body) globalThis.grounds.push(getComputedStyle(document.documentElement).backgroundColor);
            if (globalThis.grounds.length < 60) requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        });
        const page = await new Person(house, context, await context.newPage()).open("/printers");
        await page.waitForFunction(() => globalThis.grounds.length > 10);
        const grounds = new Set(await page.evaluate(() => globalThis.grounds));
        holds(grounds.size === 1 && grounds.has(ground), `${look}: ${[...grounds]}`);
        if (look === "contrast") await page.screenshot({ path: `${shots}printers-contrast.png`, fullPage: true });
        await context.close();
      }
      await olga.send("/settings/look", { look: "" });
      const context = await chromium.newContext({ storageState: state, forcedColors: "active" });
      const page = await new Person(house, context, await context.newPage()).open("/printers");
      await eventually(async () => (await page.locator(".card .tag").count()) === 4, "four printers");
      // Word and shape of each state, as somebody sees who sees no colour.
      const signs = await page.locator(".card .tag").evaluateAll((tags) => tags.map((tag) => `${getComputedStyle(tag, "::before").content} ${tag.textContent}`));
      holds(new Set(signs).size === signs.length && signs.every((sign) => /["“]?\S["”]?.* \w/.test(sign)), `signs: ${signs}`);
      const edges = await page.locator(".card .tag").evaluateAll((tags) => tags.every((tag) => getComputedStyle(tag).borderTopStyle === "solid"));
      holds(edges, "a state has no edge");
      await page.screenshot({ path: `${shots}printers-forced.png`, fullPage: true });
    },
  },
];
