// The main job, as a newcomer does it in a real Chromium: a house is set up; a real STL goes to the simulated printer and
// a real 3MF to a real OctoPrint, each from upload over slicing, queue and live page to its outcome and the history; the
// 3MF is printed once more incognito; then the privacy centre is opened, everything taken away and erased. Each step is
// kept as a screenshot in ui/e2e/shots, wide and narrow, light and dark, and none may scroll sideways. What a page shows
// by itself while somebody watches is waited for without opening the page again.
import { mkdir, readFile } from "node:fs/promises";
import { unpacked } from "./archive.mjs";
import { browser, PASSWORD, serve } from "./house.mjs";
import { octoprint } from "./octoprint.mjs";
import { eventually } from "./story.mjs";

const shots = new URL("./shots/", import.meta.url).pathname;
const samples = new URL("../../crates/prepare/tests/models/", import.meta.url).pathname;
const modes = [1440, 390].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
/** The longest that one thing may take, in milliseconds. */
const LONGEST = 180_000;
let faults = 0;
let step = 0;

await mkdir(shots, { recursive: true });
const began = Date.now();
const house = await serve();
const [machine, chromium] = await Promise.all([octoprint(), browser()]);
try {
  const page = await (await chromium.newContext({ acceptDownloads: true })).newPage();
  page.on("request", (request) => [house.url, "null"].includes(new URL(request.url()).origin) || fault(`asked ${request.url()}`));
  page.on("pageerror", (error) => fault(`${page.url()}: ${error}`));
  await moveIn(page);
  const rook = await addSimulated(page, "Rook");
  const bishop = await pair(page, "Bishop");

  await printed(page, { file: "helix.stl", printer: rook, name: "Rook" });
  // Its hours are over in a minute once somebody stands beside the machine that is simulated.
  await page.getByRole("button", { name: "600 ×" }).click();
  await finished(page, "helix.stl");

  const slicing = await printed(page, { file: "torus.3mf", printer: bishop, name: "Bishop" });
  await finished(page, "torus.3mf");

  await incognito(page, slicing, bishop);
  await takeAndErase(page);
} catch (error) {
  fault(String(error.stack));
} finally {
  await chromium.close();
  await machine.stop();
  await house.stop();
}

/** Sets the house up, signs in, and answers the one question. */
async function moveIn(page) {
  await page.goto(house.url);
  await page.fill("#code", house.code);
  await page.fill("#name", "Ada");
  await page.fill("#email", "ada@example.org");
  await page.fill("#password", PASSWORD);
  await page.check("input[name=accepts]");
  await shot(page, "set-up");
  await page.click("button.primary");
  await page.waitForURL("**/sign-in*");
  await page.fill("#email", "ada@example.org");
  await page.fill("#password", PASSWORD);
  await page.click("button.primary");
  await page.waitForURL(`${house.url}/`);
  await shot(page, "now-empty");
}

async function addSimulated(page, name) {
  await page.goto(`${house.url}/printers`);
  await page.fill("form[action='/printers/simulated'] input", name);
  await page.click("form[action='/printers/simulated'] button");
  return settled(page);
}

/** Pairs with the real OctoPrint, whose own user says yes over there while our page waits. */
async function pair(page, name) {
  await page.goto(`${house.url}/printers`);
  const form = page.locator("form[action='/printers/octoprint']");
  await form.locator("#octo_name").fill(name);
  await form.locator("#address").fill(machine.url);
  await form.locator("#user").fill("house");
  await form.locator("button").click();
  await page.waitForURL("**/printers/pairing/*");
  await shot(page, "pairing");
  await machine.sayYes();
  const open = page.getByRole("link", { name: `Open ${name}` });
  await open.waitFor({ timeout: LONGEST });
  await shot(page, "paired");
  await open.click();
  return settled(page);
}

/** A printer's page once it is heard, by its address. */
async function settled(page) {
  await page.waitForURL(/\/printers\/[0-9a-f-]{20,}$/);
  const printer = new URL(page.url()).pathname;
  await shows(page, "The bed is clear");
  await shot(page, `printer-${await page.textContent("h1")}`);
  return printer;
}

/** From the file to the live page; returns the number of the toolpath. */
async function printed(page, { file, printer, name }) {
  await page.goto(`${house.url}/models`);
  await page.setInputFiles("#file", samples + file);
  await page.click("form[data-upload] button");
  await page.getByRole("link", { name: `Open ${file}` }).click({ timeout: LONGEST });
  await page.waitForURL("**/models/*");
  const model = new URL(page.url()).pathname;
  await page.locator("[data-stage=ready]").waitFor({ timeout: LONGEST });
  await shot(page, `model-${file}`);
  await page.selectOption("#printer", { value: printer.split("/").pop() });
  await page.selectOption("#quality", "draft");
  await page.click(`form[action='${model}/slice'] button`);
  const print = page.locator("form[action$='/print']").first();
  await print.waitFor({ timeout: LONGEST });
  await shot(page, `sliced-${file}`);
  const slicing = (await print.getAttribute("action")).split("/")[2];
  await print.locator("button").click();
  await page.waitForURL("**/queue*");
  await shows(page, `bed of ${name} is clear`);
  const keep = page.getByRole("button", { name: "Yes, keep a history" });
  if (await keep.count()) await keep.click();
  await shot(page, `queue-${file}`);
  await live(page, printer, file);
  await shot(page, `live-${file}`);
  return slicing;
}

/** Says that the bed is clear, and waits until the page shows the print going on. */
async function live(page, printer, file) {
  await page.goto(house.url + printer);
  await page.getByRole("button", { name: "The bed is clear" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor({ timeout: LONGEST });
  await page.locator("main progress").waitFor({ timeout: LONGEST });
  await shows(page, file);
}

/** The page that watches the print goes on to its end by itself, and the history has it. */
async function finished(page, file) {
  await page.getByRole("button", { name: "The bed is clear" }).waitFor({ timeout: LONGEST });
  await shot(page, `finished-${file}`);
  await inHistory(page, file, "Good");
}

async function inHistory(page, file, outcome) {
  await page.goto(`${house.url}/history`);
  const row = page.locator("tbody tr", { hasText: file });
  await row.first().waitFor();
  if (!(await row.first().textContent()).includes(outcome)) fault(`${file} did not end as «${outcome}»`);
  await shot(page, `history-${file}`);
}

/** Prints the same toolpath once more without a trace: neither here nor over there is anything left of it. */
async function incognito(page, slicing, printer) {
  await page.goto(`${house.url}/models`);
  await page.locator("a.model", { hasText: "torus.3mf" }).click();
  await page.waitForURL("**/models/*");
  const form = page.locator(`form[action='/slicings/${slicing}/print']`);
  await form.locator("input[name=incognito]").check();
  await form.locator("button").click();
  await page.waitForURL("**/queue*");
  await shows(page, "bed of Bishop is clear");
  await shot(page, "queue-incognito");
  await live(page, printer, "torus.3mf");
  await page.getByRole("button", { name: "The bed is clear" }).waitFor({ timeout: LONGEST });
  await eventually(async () => (await machine.toolpaths()).length === 0, "the file is gone from OctoPrint", LONGEST / 1000);
  await page.goto(`${house.url}/queue`);
  await shows(page, "The queue is empty");
  await page.goto(`${house.url}/history`);
  const kept = await page.locator("tbody tr").count();
  if (kept !== 2) fault(`the history holds ${kept} prints, and an incognito one is among them`);
}

async function takeAndErase(page) {
  await page.goto(`${house.url}/privacy`);
  await shot(page, "privacy");
  const [taken] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Take my data" }).click()]);
  const archive = await unpacked(await readFile(await taken.path()), `${house.folder}/taken`);
  await page.context().setOffline(true);
  await page.goto(archive.start);
  await shot(page, "taken");
  await page.context().setOffline(false);
  const told = Object.values(archive.data).map((rows) => JSON.stringify(rows)).join();
  for (const file of ["helix.stl", "torus.3mf"]) if (!told.includes(file)) fault(`${file} was not taken along`);
  for (const kind of ["model-source", "toolpath", "record-toolpath"]) if (!archive.files.some((path) => path.startsWith(`files/${kind}`))) fault(`no ${kind} was taken along: ${archive.files}`);
  await page.goto(`${house.url}/privacy/erase`);
  await page.fill("#name", "Ada");
  await page.fill("#password", PASSWORD);
  await page.check("input[name=now]");
  await shot(page, "erase");
  await page.click("button:text('Erase my account')");
  await page.waitForSelector("text=No backup from before is brought back");
  await shot(page, "receipt");
  await page.goto(`${house.url}/models`);
  if (!new URL(page.url()).pathname.startsWith("/s")) fault("whoever was erased is still signed in");
}

/** Keeps the page as it is now, in every mode. */
async function shot(page, name) {
  step += 1;
  for (const { width, colorScheme } of modes) {
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
    await page.emulateMedia({ colorScheme });
    const file = `job-${`${step}`.padStart(2, "0")}-${name}-${width}-${colorScheme}`;
    await page.screenshot({ path: `${shots}${file}.png`, fullPage: true, animations: "disabled" });
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) fault(`${file}: scrolls sideways`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** The page comes to say so by itself. */
function shows(page, text) {
  return page.locator("main", { hasText: text }).waitFor({ timeout: LONGEST });
}

function fault(what) {
  faults += 1;
  console.error(what);
}

console.log(`${faults === 0 ? "1 passed, 0 failed" : `0 passed, ${faults} failed`} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
process.exit(faults === 0 ? 0 : 1);
