// Walks the house in a real Chromium: sets it up, opens every page in both themes and both widths, checks each with
// axe, and keeps a screenshot of each in ui/e2e/shots.
import { mkdir, readFile } from "node:fs/promises";
import { browser, PASSWORD, serve } from "./house.mjs";

const shots = new URL("./shots/", import.meta.url).pathname;
await mkdir(shots, { recursive: true });
const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const house = await serve();
const chromium = await browser();
let faults = 0;

try {
  const context = await chromium.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(house.url);
  await page.screenshot({ path: `${shots}setup.png`, fullPage: true });
  await page.fill("#code", house.code);
  await page.fill("#name", "Ada");
  await page.fill("#email", "ada@example.org");
  await page.fill("#password", PASSWORD);
  await page.click("button.primary");
  await page.fill("#email", "ada@example.org");
  await page.fill("#password", PASSWORD);
  await page.click("button.primary");
  await page.waitForURL(`${house.url}/`);
  const state = await context.storageState();
  await context.close();

  const paths = ["/", "/privacy", "/privacy/erase", "/privacy/notice", "/settings", "/console/people", "/help", "/nowhere", ...(process.argv.slice(2))];
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      const context = await chromium.newContext({ storageState: state, colorScheme, viewport: { width, height } });
      const outsider = await chromium.newContext({ colorScheme, viewport: { width, height } });
      for (const [who, path] of [...paths.map((p) => [context, p]), [outsider, "/sign-in"]]) {
        const page = await who.newPage();
        page.on("console", (message) => message.type() === "error" && !message.text().includes("404") && fault(`${path}: console: ${message.text()}`));
        page.on("request", (request) => new URL(request.url()).origin === house.url || fault(`${path}: asked ${request.url()}`));
        await page.goto(house.url + path);
        const name = `${path === "/" ? "now" : path.slice(1).replaceAll("/", "-")}-${width}-${colorScheme}`;
        await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        if (wide) fault(`${name}: scrolls sideways`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
        if (found.passes.length < 10) fault(`${name}: axe looked at nothing`);
        for (const violation of found.violations) fault(`${name}: ${violation.id}: ${violation.nodes.map((n) => n.target).join(" ")}`);
        await page.close();
      }
      await context.close();
      await outsider.close();
    }
  }
} finally {
  await chromium.close();
  await house.stop();
}

function fault(what) {
  faults += 1;
  console.error(what);
}

console.log(faults === 0 ? "1 passed, 0 failed" : `0 passed, ${faults} failed`);
process.exit(faults === 0 ? 0 : 1);
