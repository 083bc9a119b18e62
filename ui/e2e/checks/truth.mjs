// Truth about machines: checks 1 to 6.
import { eventually, holds } from "../story.mjs";

const card = (page, printer) => page.locator(`#card-${printer.split("/").pop()}`);

export default [
  {
    number: 1,
    title: "a printer whose network is cut says No contact since, last seen printing; never idle or failed",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const page = await olga.open("/printers");
      await olga.touch(rook, "unplug");
      const seen = [];
      await eventually(async () => {
        const words = await card(page, rook).textContent();
        seen.push(words);
        return /No contact since \d\d:\d\d UTC, last seen printing/.test(words);
      }, "No contact since …, last seen: printing", 60);
      holds(!seen.some((words) => /idle|ready|failed/i.test(words)), `it said ${seen.join(" / ")}`);
    },
  },
  {
    number: 2,
    title: "when its network is back the card is right within 5 s, without a reload",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const page = await olga.open("/printers");
      await page.evaluate(() => (globalThis.sameDocument = true));
      await olga.touch(rook, "unplug");
      await eventually(async () => (await card(page, rook).textContent()).includes("No contact"), "No contact", 60);
      // long enough for the house's own attempts to be far apart
      await page.waitForTimeout(8000);
      await olga.touch(rook, "plug-in");
      await eventually(async () => /Printing/.test(await card(page, rook).locator(".tag").textContent()), "Printing again", 5);
      holds(!(await card(page, rook).textContent()).includes("since"), "the age note is still there");
      holds(await page.evaluate(() => globalThis.sameDocument), "the page was loaded anew");
    },
  },
  {
    number: 3,
    title: "a tab that comes back after two minutes in the background is right within 2 s",
    long: 150,
    async run({ olga }) {
      const rook = await olga.printing("Rook", "bracket.gcode", { layers: 30 });
      // Browsers let the timers of a hidden tab sleep.
      await olga.context.addInitScript(() => {
        const real = globalThis.setInterval;
        globalThis.setInterval = (act, delay) => real(act, delay * 1000);
      });
      const page = await olga.open("/");
      await hide(page, true);
      const hidden = Date.now();
      const before = await card(page, rook).textContent();
      await olga.touch(rook, 600);
      await olga.until(rook, "The bed is clear");
      await new Promise((later) => setTimeout(later, hidden + 120_000 - Date.now()));
      holds((await card(page, rook).textContent()) === before, "a hidden tab asked all the same");
      await hide(page, false);
      await eventually(async () => (await card(page, rook).textContent()).includes("The bed is clear"), "the end of the print", 2);
    },
  },
  {
    number: 4,
    title: "while the server is gone there is one quiet bar and typed text stays; afterwards all catches up alone",
    async run({ olga, house }) {
      const rook = await olga.printing("Rook", "bracket.gcode", { layers: 40 });
      const page = await olga.open(rook);
      let dialogues = 0;
      page.on("dialog", () => (dialogues += 1));
      await page.fill("#name", "Rook by the win");
      await house.down();
      await page.locator("#paused").waitFor({ state: "visible", timeout: 40_000 });
      holds((await page.locator(".paused:visible").count()) === 1, "more than one bar");
      await page.waitForTimeout(3000);
      await house.up();
      await page.locator("#paused").waitFor({ state: "hidden", timeout: 40_000 });
      // A simulated printer lives in the program: with it, it forgot its print, and the page says what the house knows.
      await eventually(async () => !(await page.textContent("main header")).includes("Printing"), "the page catches up");
      holds((await page.inputValue("#name")) === "Rook by the win", "typed text was lost");
      holds(dialogues === 0, "a dialogue opened");
    },
  },
  {
    number: 5,
    title: "a print past its estimate says how far over; nothing passes 100 % or stands at 99 % without words",
    async run({ olga }) {
      const rook = await olga.printer("Rook", { speed: 60 });
      await olga.queue("slow.gcode", { printer: rook, layers: 200, estimate: "1m 0s" });
      const page = await olga.open(rook);
      await eventually(async () => /\d+ min over what slicing said/.test(await page.textContent("main")), "how far over", 120);
      for (let i = 0; i < 20 && !(await page.textContent("main")).includes("The bed is clear"); i += 1) {
        const words = await page.textContent("main");
        const percent = Number(words.match(/(\d+) %/)?.[1] ?? 0);
        holds(percent <= 100, `${percent} %`);
        holds(percent < 99 || /over|left|finishing|Clear/.test(words), `${percent} % without words`);
        await page.waitForTimeout(300);
      }
    },
  },
  {
    number: 6,
    title: "what a printer asks stands under Needs you and in the tab's title, with its own choices as buttons",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const page = await olga.open("/");
      await olga.touch(rook, "take-spool");
      await eventually(async () => (await page.title()).startsWith("Needs you: Rook"), "the title");
      const block = page.locator("section", { has: page.getByRole("heading", { name: "Needs you" }) });
      holds((await block.textContent()).includes("The filament ran out"), "the question is not under Needs you");
      holds((await block.getByRole("button").allTextContents()).join() === "Continue,End the print", "the printer's own choices");
      await block.getByRole("button", { name: "Continue" }).click();
      await olga.until(rook, (text) => text.includes("Pause</button>"));
    },
  },
];

/** What a browser does when another tab is looked at. */
async function hide(page, hidden) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
