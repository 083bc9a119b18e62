// Safety: checks 7 to 12.
import { eventually, holds } from "../story.mjs";

export default [
  {
    number: 7,
    title: "cancelling names printer, job, time and grams; the safe choice has the focus; nothing is sent before",
    async run({ olga }) {
      const rook = await olga.printing("Rook", "bracket.gcode");
      await olga.touch(rook, 60);
      await olga.until(rook, (text) => /value="[1-9]\d?"/.test(text));
      await olga.touch(rook, 1);
      const page = await olga.open(rook);
      const sent = [];
      page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
      await page.getByRole("link", { name: "Cancel the print" }).click();
      const dialogue = page.getByRole("alertdialog");
      const words = await dialogue.textContent();
      for (const named of [/bracket\.gcode/, /Rook/, /\d+ (min|h).* of printing/, /\d+ g of material/]) holds(named.test(words), `${named}: ${words}`);
      await eventually(() => page.evaluate(() => document.activeElement.textContent === "Keep printing"), "the focus on the safe choice");
      holds(sent.length === 0, `sent: ${sent}`);
      await olga.until(rook, "Pause</button>");
      await dialogue.getByRole("button", { name: "Cancel the print" }).click();
      await olga.until(rook, "The bed is clear");
    },
  },
  {
    number: 8,
    title: "on a phone scrolling and tapping stops nothing; stop is not in the header and at least 24 px from anything",
    browser: { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true },
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      const page = await olga.open(rook);
      const stop = page.getByRole("link", { name: "Cancel the print" });
      holds((await page.locator("header").getByText(/cancel|stop|pause/i).count()) === 0, "a stop in a header");
      const box = await stop.boundingBox();
      for (const other of await page.locator("main :is(a, button, input, select, summary)").all()) {
        if (!(await other.isVisible()) || (await other.textContent()).includes("Cancel the print")) continue;
        const near = await other.boundingBox();
        const gap = Math.max(near.x - box.x - box.width, box.x - near.x - near.width, near.y - box.y - box.height, box.y - near.y - near.height);
        holds(gap >= 24, `${await other.textContent()} is ${gap} px from stop`);
      }
      const sent = [];
      page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
      // Flicks and taps on everything that is no control.
      for (let round = 0; round < 8; round += 1) {
        await page.mouse.wheel(0, round % 2 ? -400 : 400);
        for (const text of await page.locator("main :is(h1, h2, p, dt, dd, .tag, progress)").all()) {
          const box = await text.boundingBox();
          if (box && box.y > 0 && box.y < 800 && !(await text.locator("a, button").count())) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
        }
      }
      holds(sent.length === 0 && page.url().endsWith(rook), `something happened: ${sent}`);
      await olga.until(rook, "Pause</button>");
    },
  },
  {
    number: 9,
    title: "after a stop at the machine the next job waits for a clear bed; when it was said so is shown (not by whom: that would tell of incognito prints)",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      await olga.queue("next.gcode", { printer: rook });
      await olga.touch(rook, "press-stop");
      await olga.until("/queue", "Somebody has to say that the bed of Rook is clear.");
      const page = await olga.open(rook);
      await page.getByRole("button", { name: "The bed is clear" }).click();
      await eventually(async () => /said to be clear on \d+ \w+ \d{4}, \d\d:\d\d/.test(await page.textContent("main")) || (await olga.text(rook)).includes("next.gcode"), "when it was said, or the next print");
      await olga.until(rook, "next.gcode");
    },
  },
  {
    number: 10,
    title: "a job that fits no printer is not sent, and the reason is in words",
    async run({ olga }) {
      const tiny = await olga.printer("Tiny", { x: "50", y: "50", z: "50" });
      const refused = await olga.queue("wide.gcode", { side: 100, layers: 3 }).then(() => "taken", (error) => error.message);
      holds(/422/.test(refused) && /outside|beyond|larger|bed/i.test(refused.replace(/<style[^]*?<\/style>/g, "")), `it was not refused in words: ${refused.slice(0, 300)}`);
      const page = await olga.open("/queue");
      holds((await page.textContent("main")).includes("The queue is empty"), "something was kept");
      holds(!(await olga.text(tiny)).includes("wide.gcode"), "it was sent");
    },
  },
  {
    number: 11,
    title: "no link acts by itself",
    async run({ olga }) {
      const rook = await olga.printing("Rook");
      await olga.queue("waits.gcode", { printer: rook, hold: true });
      const seen = new Set();
      const left = ["/", rook, "/queue", "/printers", "/history", "/models", "/privacy", "/settings", "/help", "/console/people"];
      const ids = async () => (await (await olga.open("/queue")).locator("[id^=job-]").evaluateAll((rows) => rows.map((row) => row.id))).join();
      const before = await ids();
      while (left.length > 0) {
        const path = left.shift();
        if (seen.has(path)) continue;
        seen.add(path);
        const text = await olga.text(path);
        for (const [, href] of text.matchAll(/<a[^>]+href="(\/[^"#]*)/g)) left.push(href.replaceAll("&#38;", "&").replaceAll("&amp;", "&"));
      }
      holds(seen.size > 12, `only ${seen.size} links were followed`);
      holds((await ids()) === before, "the queue changed");
      await olga.until(rook, "Pause</button>");
      holds((await olga.open("/")).url() === `${olga.house.url}/`, "a link signed out");
    },
  },
  {
    number: 12,
    title: "Undo puts a removed job back at the same place; without it, it is gone after ten seconds",
    async run({ olga }) {
      for (const name of ["one.gcode", "two.gcode", "three.gcode"]) await olga.queue(name, { hold: true });
      const page = await olga.open("/queue");
      const names = () => page.locator("#jobs > li strong").allTextContents();
      const before = (await names()).join();
      await page.getByRole("button", { name: "Remove: two.gcode" }).click();
      holds(!(await names()).includes("two.gcode"), "it is still there");
      await page.getByRole("button", { name: "Undo: put two.gcode back" }).click();
      holds((await names()).join() === before, `${await names()} instead of ${before}`);
      await page.getByRole("button", { name: "Remove: two.gcode" }).click();
      await eventually(async () => !(await page.locator("#jobs").textContent()).includes("two.gcode"), "it goes for good", 40);
      holds((await names()).join() === "one.gcode,three.gcode", "the others stay");
    },
  },
];
