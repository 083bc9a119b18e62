// The main job, as a newcomer does it in a real Chromium: a house is set up; a real STL goes to the simulated printer and
// a real 3MF to a real OctoPrint, each from upload over slicing, queue and live page to its outcome and the history; the
// 3MF is printed once more incognito; then the privacy centre is opened, everything taken away and erased. Each step is
// kept as a screenshot in ui/e2e/shots, wide and narrow, light and dark, and none may scroll sideways.
import { mkdir } from "node:fs/promises";
import { browser, PASSWORD, serve } from "./house.mjs";
import { octoprint } from "./octoprint.mjs";

const shots = new URL("./shots/", import.meta.url).pathname;
const samples = new URL("../../crates/prepare/tests/models/", import.meta.url).pathname;
const modes = [1440, 390].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
let faults = 0;
let step = 0;

await mkdir(shots, { recursive: true });
const house = await serve();
const machine = await octoprint();
const chromium = await browser();
try {
  const page = await (await chromium.newContext({ acceptDownloads: true })).newPage();
  page.on("request", (request) => new URL(request.url()).origin === house.url || fault(`asked ${request.url()}`));
  await moveIn(page);
  const rook = await addSimulated(page, "Rook");
  const bishop = await pair(page, "Bishop");

  await printed(page, { file: "helix.stl", printer: rook, name: "Rook" });
  await cancelled(page, rook);
  await inHistory(page, "helix.stl", "Ended early");

  const slicing = await printed(page, { file: "torus.3mf", printer: bishop, name: "Bishop" });
  await until(page, bishop, "The bed is clear");
  await shot(page, "finished");
  await inHistory(page, "torus.3mf", "Good");

  await incognito(page, slicing, bishop);
  await takeAndErase(page);
} finally {
  await chromium.close();
  await machine.stop();
  await house.stop();
}

/** Sets the house up, signs in, and answers the one question. */
async function moveIn(page) {
  await page.goto(house.url);
  await shot(page, "set-up");
  await page.fill("#code", house.code);
  await page.fill("#name", "Ada");
  await page.fill("#email", "ada@example.org");
  await page.fill("#password", PASSWORD);
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
  const pairing = new URL(page.url()).pathname;
  await shot(page, "pairing");
  await machine.sayYes();
  await until(page, pairing, `Open ${name}`);
  await page.click(`text=Open ${name}`);
  return settled(page);
}

/** A printer's page once it is heard, by its address. */
async function settled(page) {
  const printer = new URL(page.url()).pathname;
  await until(page, printer, "The bed is clear");
  await shot(page, `printer-${await page.textContent("h1")}`);
  return printer;
}

/** From the file to the live page; returns the number of the toolpath. */
async function printed(page, { file, printer, name }) {
  await page.goto(`${house.url}/models`);
  await page.setInputFiles("#file", samples + file);
  // By the form or in parts, whichever the page does: it is in when that is answered.
  const arrived = page.waitForResponse((answer) => ["POST /models", "PATCH"].some((sent) => `${answer.request().method()} ${new URL(answer.url()).pathname}`.startsWith(sent)));
  await page.click("form[action='/models'] button");
  await arrived;
  const card = page.locator("a.model", { hasText: file });
  await untilTrue(`${file} is read`, async () => {
    await page.goto(`${house.url}/models`);
    return card.locator("img").count();
  });
  await card.click();
  const model = new URL(page.url()).pathname;
  await shot(page, `model-${file}`);
  await page.selectOption("#printer", { value: printer.split("/").pop() });
  await page.selectOption("#quality", "draft");
  await page.click(`form[action='${model}/slice'] button`);
  const print = page.locator("form[action$='/print']").first();
  await untilTrue(`${file} is sliced`, async () => {
    await page.goto(house.url + model);
    return print.count();
  });
  await shot(page, `sliced-${file}`);
  const slicing = (await print.getAttribute("action")).split("/")[2];
  await print.locator("button").click();
  await until(page, "/queue", `bed of ${name} is clear`);
  if ((await page.textContent("main")).includes("Yes, keep a history")) await page.click("text=Yes, keep a history");
  await shot(page, `queue-${file}`);
  await live(page, printer, file);
  await shot(page, `live-${file}`);
  return slicing;
}

/** Says that the bed is clear, and waits until the page shows the print going on. */
async function live(page, printer, file) {
  await page.goto(house.url + printer);
  await page.click("text=The bed is clear");
  await untilTrue(`${file} is seen printing`, async () => {
    await page.goto(house.url + printer);
    const text = await page.textContent("main");
    return text.includes(file) && text.includes("Pause") && (await page.locator("progress").count());
  });
}

/** Ends the print by the ladder: what is lost is said before anything is sent. */
async function cancelled(page, printer) {
  await page.goto(house.url + printer);
  await page.click("text=Cancel the print …");
  await shot(page, "cancel");
  await page.click("button:text('Cancel the print')");
  await until(page, printer, "The bed is clear");
}

async function inHistory(page, file, outcome) {
  const row = page.locator("tr", { hasText: file });
  await untilTrue(`${file} in the history`, async () => {
    await page.goto(`${house.url}/history`);
    return row.count();
  });
  if (!(await row.first().textContent()).includes(outcome)) fault(`${file} did not end as «${outcome}»`);
  await shot(page, `history-${file}`);
}

/** Prints the same toolpath once more without a trace: neither here nor over there is anything left of it. */
async function incognito(page, slicing, printer) {
  await page.goto(`${house.url}/models`);
  await page.locator("a.model", { hasText: "torus.3mf" }).click();
  const form = page.locator(`form[action='/slicings/${slicing}/print']`);
  await form.locator("input[name=incognito]").check();
  await form.locator("button").click();
  await until(page, "/queue", "Incognito");
  await shot(page, "queue-incognito");
  await live(page, printer, "torus.3mf");
  await until(page, printer, "The bed is clear");
  await untilTrue("the file is gone from OctoPrint", async () => (await machine.toolpaths()).length === 0);
  await until(page, "/queue", "The queue is empty");
  await page.goto(`${house.url}/history`);
  const kept = await page.locator("tbody tr").count();
  if (kept !== 2) fault(`the history holds ${kept} prints, and an incognito one is among them`);
}

async function takeAndErase(page) {
  await page.goto(`${house.url}/privacy`);
  await shot(page, "privacy");
  const [taken] = await Promise.all([page.waitForEvent("download"), page.click("text=Take my data")]);
  let archive = "";
  for await (const piece of await taken.createReadStream()) archive += piece;
  for (const file of ["helix.stl", "torus.3mf"]) if (!archive.includes(file)) fault(`${file} was not taken along`);
  await page.goto(`${house.url}/privacy/erase`);
  await page.fill("#name", "Ada");
  await page.fill("#password", PASSWORD);
  await page.check("input[name=now]");
  await shot(page, "erase");
  await page.click("button:text('Erase my account')");
  await page.waitForSelector("text=No backup can bring anything back");
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
    await page.screenshot({ path: `${shots}${file}.png`, fullPage: true });
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) fault(`${file}: scrolls sideways`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function until(page, path, text) {
  await untilTrue(`${path} shows «${text}»`, async () => {
    await page.goto(house.url + path);
    return (await page.textContent("main")).includes(text);
  });
}

/** Waits for at most five minutes. */
async function untilTrue(what, holds) {
  for (const began = Date.now(); !(await holds()); ) {
    if (Date.now() - began > 300_000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function fault(what) {
  faults += 1;
  console.error(what);
}

console.log(faults === 0 ? "1 passed, 0 failed" : `0 passed, ${faults} failed`);
process.exit(faults === 0 ? 0 : 1);
