// Keyboard and assistive technology: checks 27 to 31; 32 stands with the shapes.
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { eventually, holds, sphere, toolpath, PASSWORD, Person } from "../story.mjs";

/** Goes on by Tab until the focus is on something called so, and looks each time whether it can be seen. */
async function tabTo(page, name, most = 120) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press("Tab");
    const at = await focus(page);
    holds(at.visible, `the focus on «${at.name}» cannot be seen`);
    if (at.name.includes(name)) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

const focus = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const middle = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, box.x + box.width / 2)), Math.min(innerHeight - 1, Math.max(0, box.y + box.height / 2)));
    const uncovered = at === document.body || at.contains(middle) || middle?.contains(at);
    const label = at.labels?.[0]?.textContent ?? "";
    return { name: at.getAttribute("aria-label") || label.trim() || at.textContent.trim(), visible: at === document.body || (uncovered && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) };
  });

export default [
  {
    number: 27,
    title: "the whole story by keyboard (add, prepare, queue, move, cancel, erase); the focus is always visible",
    long: 30,
    async run({ olga, house }) {
      const page = await olga.open("/");
      await page.keyboard.press("Tab");
      holds((await focus(page)).name === "To the content", "the first Tab is the way past the bar");
      const shape = join(house.folder, "ball.stl");
      const path = join(house.folder, "ball.gcode");
      await writeFile(shape, sphere(20));
      await writeFile(path, toolpath({ layers: 300 }));
      await page.keyboard.press("g");
      await page.keyboard.press("m");
      await page.waitForURL("**/models");
      await tabTo(page, "Files");
      await page.setInputFiles("#file", shape);
      await tabTo(page, "Add");
      await page.keyboard.press("Enter");
      await page.locator("#sending a").waitFor();
      await tabTo(page, "Open ball.stl");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/models/*");
      await tabTo(page, "Slice");
      await page.keyboard.press("Enter");
      await eventually(async () => (await page.textContent("#toolpaths")).includes("Print"), "it is sliced", 300);
      for (const name of ["one.gcode", "two.gcode"]) await olga.queue(name, { hold: true });
      await olga.open("/queue");
      await tabTo(page, "Up: two.gcode");
      await page.keyboard.press("Enter");
      await page.waitForURL(/moved=/);
      holds((await page.locator("#jobs strong").allTextContents()).join() === "two.gcode,one.gcode", "it moved");
      await tabTo(page, "Remove: two.gcode");
      await page.keyboard.press("Enter");
      await page.locator("main").getByText("Removed: two.gcode").waitFor();
      await tabTo(page, "Undo: put two.gcode back");
      await page.keyboard.press("Enter");
      await eventually(async () => (await page.locator("#jobs strong").count()) === 2, "it is back");
      await olga.send("/jobs/" + (await page.locator("[id^=job-]").first().getAttribute("id")).slice(4) + "/remove");
      const rook = await olga.printing("Rook", "long.gcode");
      await olga.open(rook);
      await tabTo(page, "Cancel the print");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/cancel");
      await tabTo(page, "Cancel the print");
      await page.keyboard.press("Enter");
      await olga.until(rook, "The bed is clear");
      await olga.open("/privacy/erase");
      await tabTo(page, "Your name");
      await page.keyboard.type("Olga");
      await page.keyboard.press("Tab");
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press("Enter");
      await eventually(async () => (await page.textContent("main")).includes("It happens on"), "the erasure is asked for");
    },
  },
  {
    number: 28,
    title: "a live update leaves focus, caret and typed text where they are",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const page = await olga.open("/printers");
      const link = page.getByRole("link", { name: "Rook" });
      await link.focus();
      await olga.touch(rook, "take-spool");
      await eventually(async () => (await page.textContent("main")).includes("The filament ran out"), "the card changes");
      holds(await link.evaluate((at) => at === document.activeElement), "the focus left the card");
      await olga.open(rook);
      await page.fill("#name", "Rook by the window");
      await page.locator("#name").evaluate((field) => field.setSelectionRange(4, 7));
      await page.getByRole("button", { name: "Continue" }).evaluate(() => {});
      await olga.send(`${rook}/duty`);
      await eventually(async () => (await page.textContent("main header")).includes("Off duty"), "the page changes");
      const field = await page.locator("#name").evaluate((at) => [at.value, at.selectionStart, at.selectionEnd, at === document.activeElement].join());
      holds(field === "Rook by the window,4,7,true", `the field: ${field}`);
    },
  },
  {
    number: 29,
    title: "a print from start to finish is spoken as events: each once, no percentages",
    long: 45,
    async run({ olga }) {
      const rook = await olga.printer("Rook");
      const page = await olga.open("/printers");
      await page.evaluate(() => {
        globalThis.spoken = [];
        const live = document.querySelector("#said");
        new MutationObserver(() => live.textContent && globalThis.spoken.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
      });
      await olga.queue("bracket.gcode", { printer: rook, layers: 60 });
      await eventually(() => page.evaluate(() => globalThis.spoken.some((words) => words === "Rook: Printing")), "Printing is spoken", 90);
      await page.waitForTimeout(11_000);
      await olga.touch(rook, 600);
      await eventually(() => page.evaluate(() => globalThis.spoken.at(-1) === "Rook: Clear the bed"), "its end is spoken", 120);
      const spoken = await page.evaluate(() => globalThis.spoken);
      holds(new Set(spoken).size === spoken.length, `repeated: ${spoken}`);
      holds(spoken.every((words) => !/%|\d/.test(words)), `numbers: ${spoken}`);
      holds(spoken.length <= 4, `too much: ${spoken}`);
      holds((await page.locator("main [aria-live], main progress[role=status]").count()) === 0, "something else speaks too");
    },
  },
  {
    number: 30,
    title: "the queue is put in order without dragging, by keys and by touch; the new place is announced",
    async run({ olga, house, chromium }) {
      for (const name of ["one.gcode", "two.gcode", "three.gcode"]) await olga.queue(name, { hold: true });
      const page = await olga.open("/queue");
      const names = (page) => page.locator("#jobs strong").allTextContents();
      await page.getByRole("button", { name: "Up: three.gcode" }).focus();
      await page.keyboard.press("Alt+ArrowUp");
      await page.waitForURL(/moved=/);
      holds((await names(page)).join() === "one.gcode,three.gcode,two.gcode", `${await names(page)}`);
      await eventually(async () => (await page.textContent("#said")) === "three.gcode is number 2 of 3 that wait.", "its place is announced");
      holds((await focus(page)).name === "Up: three.gcode", `the focus is on ${(await focus(page)).name}`);
      const state = await olga.context.storageState();
      const context = await chromium.newContext({ storageState: state, viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true });
      const phone = new Person(house, context, await context.newPage());
      const touched = await phone.open("/queue");
      await touched.getByRole("button", { name: "To top: two.gcode" }).tap();
      await touched.waitForURL(/moved=/);
      holds((await names(touched)).join() === "two.gcode,one.gcode,three.gcode", `${await names(touched)}`);
      holds((await touched.textContent("#done")).includes("two.gcode is number 1 of 3"), "its place is said");
    },
  },
  {
    number: 31,
    title: "each form sent wrongly: the focus is on a summary that links to the field; nothing typed is lost but secrets",
    async run({ olga, house, chromium }) {
      const rook = await olga.printer("Rook");
      const forms = [
        ["/settings", "/settings/name", { name: "" }],
        ["/settings", "/settings/email", { email: "olga at home" }],
        ["/settings", "/settings/password", { password: PASSWORD, new_password: "short" }],
        ["/settings", "/settings/keys", { key_name: "" }],
        ["/printers", "/printers/simulated", { name: "", x: "120" }],
        ["/printers", "/printers/octoprint", { octo_name: "Octo", address: "not an address", user: "printkeep" }],
        [rook, `${rook}/rename`, { name: "" }],
        ["/queue", "/queue", {}],
        ["/privacy/erase", "/privacy/erase", { name: "Olaf", password: "wrong" }],
      ];
      for (const [place, action, typed] of forms) await wrongly(await olga.open(place), action, typed);
      const context = await chromium.newContext();
      const nobody = new Person(house, context, await context.newPage());
      const page = await nobody.open("/sign-in");
      await wrongly(page, "/sign-in", { email: "olga@example.org", password: "not this one" }, false);
    },
  },
];

/** Sends a form with this in it, and looks at what comes back. */
async function wrongly(page, action, typed, links = true) {
  const form = page.locator(`form[action="${action}"]`);
  for (const [id, text] of Object.entries(typed)) await form.locator(`#${id}`).evaluate((field, text) => (field.value = text), text);
  await form.locator("button:not([type=button])").last().click();
  const summary = page.locator("#problem");
  await summary.waitFor();
  await eventually(() => summary.evaluate((at) => at === document.activeElement), `${action}: the focus on the summary`);
  holds((await summary.textContent()).trim().length > 15, `${action}: how to mend it`);
  if (links) {
    const target = await summary.locator("a").first().getAttribute("href");
    await summary.locator("a").first().click();
    holds(await page.locator(target).evaluate((at) => at === document.activeElement), `${action}: the link does not lead to ${target}`);
  }
  for (const [id, text] of Object.entries(typed)) {
    const now = await page.locator(`form[action="${action}"] #${id}`).evaluate((field) => [field.type, field.value]);
    holds(now[0] === "password" ? now[1] === "" : now[1] === text, `${action}: ${id} is now ${now}`);
  }
}
