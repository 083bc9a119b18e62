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
let printer;
let model;

/** Stores a real model, looks at it, and has it sliced. */
async function models(page) {
  await page.goto(`${house.url}/models`);
  await page.setInputFiles("#file", new URL("../../crates/prepare/tests/models/helix.stl", import.meta.url).pathname);
  await page.click("form[action='/models'] button");
  await until(page, "/models", "helix");
  for (let i = 0; i < 200 && !model; i += 1) {
    await page.goto(`${house.url}/models`);
    if (await page.locator("img[src$='/picture']").count()) model = await page.locator("a[href^='/models/']").first().getAttribute("href");
    else await page.waitForTimeout(300);
  }
  await page.goto(house.url + model);
  await page.click(`form[action='${model}/slice'] button`);
  await until(page, model, "Download");
}

/** Walks a print: a simulated printer, one that ends in the history, one that runs, one that waits. */
async function prints(page) {
  await page.goto(`${house.url}/printers`);
  await page.fill("form[action='/printers/simulated'] input", "Rook");
  await page.click("form[action='/printers/simulated'] button");
  printer = new URL(page.url()).pathname;
  await until(page, printer, "The bed is clear");
  await page.click("text=The bed is clear");
  await page.goto(`${house.url}/queue`);
  await page.click("text=Yes, keep a history");
  for (const name of ["bracket.gcode", "hook-for-the-hall.gcode"]) {
    await page.setInputFiles("#file", { name, mimeType: "text/plain", buffer: toolpath(name === "bracket.gcode" ? 12 : 400) });
    await page.click("text=Add to queue");
  }
  await until(page, "/history", "bracket.gcode");
  await page.goto(`${house.url}${printer}`);
  await page.click("text=The bed is clear");
  await page.goto(`${house.url}/queue`);
  await page.setInputFiles("#file", { name: "a gift.gcode", mimeType: "text/plain", buffer: toolpath(20) });
  await page.check("input[name=incognito]");
  await page.click("text=Add to queue");
  await until(page, printer, "Pause");
}

async function until(page, path, text) {
  for (let i = 0; i < 200; i += 1) {
    await page.goto(house.url + path);
    if ((await page.textContent("main")).includes(text)) return;
    await page.waitForTimeout(300);
  }
  throw new Error(`${path} never showed ${text}`);
}

function toolpath(layers) {
  let text = "; estimated printing time (normal mode) = 42m 10s\n; filament used [g] = 12.4\nG21\nG90\nM82\nM104 S205\nM140 S60\nG28\nG92 E0\n";
  let e = 0;
  for (let layer = 1; layer <= layers; layer += 1) {
    text += `;LAYER_CHANGE\nG1 Z${(layer * 0.2).toFixed(2)} F600\n`;
    for (const [x, y] of [[60, 60], [80, 60], [80, 80], [60, 80], [60, 60]]) text += `G1 X${x} Y${y} E${(e += 0.6).toFixed(2)} F1800\n`;
  }
  return Buffer.from(`${text}M104 S0\nM140 S0\nM84\n`);
}

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
  await prints(page);
  await models(page);
  const state = await context.storageState();
  await context.close();

  const paths = ["/", "/models", model, "/printers", printer, "/queue", "/history", "/privacy", "/privacy/erase", "/privacy/notice", "/settings", "/console/people", "/help", "/nowhere", ...(process.argv.slice(2))];
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      const context = await chromium.newContext({ storageState: state, colorScheme, viewport: { width, height } });
      const outsider = await chromium.newContext({ colorScheme, viewport: { width, height } });
      for (const [who, path] of [...paths.map((p) => [context, p]), [outsider, "/sign-in"]]) {
        const page = await who.newPage();
        page.on("console", (message) => message.type() === "error" && !message.text().includes("404") && fault(`${path}: console: ${message.text()}`));
        page.on("request", (request) => new URL(request.url()).origin === house.url || fault(`${path}: asked ${request.url()}`));
        await page.goto(house.url + path);
        const name = `${path === "/" ? "now" : path === printer ? "printer" : path === model ? "model" : path.slice(1).replaceAll("/", "-")}-${width}-${colorScheme}`;
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
