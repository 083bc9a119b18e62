// Navigation and speed: checks 22 to 26 (26 is looked at by the run itself, over all checks; 25 is in long.mjs).
import { readFile } from "node:fs/promises";
import { Person, holds, PASSWORD, toolpath } from "../story.mjs";

const helix = new URL("../../../crates/prepare/tests/models/helix.stl", import.meta.url).pathname;

export default [
  {
    number: 22,
    title: "filter the history, open something, back three times, reload: always a whole page, filters kept",
    async run({ olga }) {
      const rook = await olga.printer("Rook", { speed: 600 });
      await olga.send("/history/choice", { on: "yes" });
      await olga.queue("one.gcode", { printer: rook, layers: 3 });
      await olga.until("/history", "one.gcode");
      const page = await olga.open("/history");
      await page.selectOption("#outcome", "good");
      await page.getByRole("button", { name: "Show" }).click();
      await page.waitForURL(/outcome=good/);
      await page.selectOption("#printer", { label: "Rook" });
      await page.getByRole("button", { name: "Show" }).click();
      const filtered = page.url();
      await olga.open(rook);
      await page.goBack();
      holds(page.url() === filtered, "back leads elsewhere");
      await whole(page);
      holds((await page.inputValue("#outcome")) === "good" && (await page.locator("#printer option:checked").textContent()) === "Rook", "the filters are lost");
      for (let i = 0; i < 2; i += 1) {
        await page.goBack();
        await whole(page);
      }
      await page.reload();
      await whole(page);
    },
  },
  {
    number: 23,
    title: "every address of the house opens as a whole page in a new tab",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const model = await olga.model("helix.stl", await readFile(helix));
      const job = (await olga.text(rook)).match(/\/jobs\/\w+\/cancel/)[0];
      const links = ["/", "/models", model, "/printers", rook, "/queue", "/history", "/privacy", "/privacy/erase", "/privacy/notice", "/settings", "/console/people", "/help", "/models?search=h&sort=name", "/queue?moved=x", "/history?outcome=good", job, "/nowhere"];
      for (const link of links) {
        const page = await olga.context.newPage();
        const errors = [];
        page.on("console", (message) => message.type() === "error" && !message.text().includes("404") && errors.push(message.text()));
        await page.goto(olga.house.url + link);
        await whole(page);
        holds(errors.length === 0, `${link}: ${errors}`);
        await page.close();
      }
    },
  },
  {
    number: 24,
    title: "with scripts off: sign in, upload, queue, undo, cancel, take and erase work",
    async run({ olga, house, chromium }) {
      await olga.printer("Rook");
      const context = await chromium.newContext({ javaScriptEnabled: false });
      const plain = new Person(house, context, await context.newPage());
      const page = await plain.open("/queue");
      await page.fill("#email", "olga@example.org");
      await page.fill("#password", PASSWORD);
      await page.click("button.primary");
      holds(page.url() === `${house.url}/queue`, "signed in, and where I wanted to go");
      await plain.open("/models");
      await page.setInputFiles("#file", helix);
      await page.click("form[data-upload] button");
      await plain.until(new URL(page.url()).pathname, 'data-stage="ready"');
      for (const name of ["first.gcode", "second.gcode"]) {
        await plain.open("/queue");
        await page.setInputFiles("#file", { name, mimeType: "text/plain", buffer: toolpath({ layers: 300 }) });
        await page.click("text=Add to queue");
      }
      await plain.open("/queue");
      await page.getByRole("button", { name: "Remove: second.gcode" }).click();
      await page.getByRole("button", { name: "Undo: put second.gcode back" }).click();
      holds((await page.textContent("#jobs")).includes("second.gcode"), "it is back");
      await plain.until("/queue", "/cancel");
      await plain.open("/queue");
      await page.getByRole("link", { name: "Cancel: first.gcode" }).click();
      await page.getByRole("button", { name: "Cancel the print" }).click();
      await plain.until("/queue", (text) => !text.includes("first.gcode"));
      await plain.open("/privacy");
      holds((await page.getByRole("button", { name: /Take|Ask for/ }).count()) + (await page.getByRole("link", { name: /Take/ }).count()) > 0, "take is there");
      await page.getByRole("link", { name: "Erase my account" }).click();
      await page.fill("#name", "Olga");
      await page.fill("#password", PASSWORD);
      await page.getByRole("button", { name: "Erase my account" }).click();
      holds((await page.textContent("main")).includes("It happens on"), "the date of the erasure");
    },
  },
];

async function whole(page) {
  const parts = await page.evaluate(() => [document.doctype?.name, document.title.length > 0, document.querySelectorAll("main").length, document.querySelectorAll("header.bar").length, document.querySelectorAll("h1").length, document.styleSheets.length > 0]);
  holds(parts.join() === "html,true,1,1,1,true", `${page.url()} is no whole page: ${parts}`);
}
