// Privacy: checks 36, 38 and 39.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { eventually, holds, member, PASSWORD, signedIn, sphere } from "../story.mjs";

export default [
  {
    number: 36,
    title: "Take and Erase are two presses from every page; yes and no are equal; everything optional starts off",
    async run({ olga }) {
      const rook = await olga.printer("Rook");
      for (const path of ["/", "/models", rook, "/printers", "/queue", "/history", "/settings", "/console/people", "/help", "/privacy/notice"]) {
        const page = await olga.open(path);
        await page.locator("header.bar").getByRole("link", { name: "Privacy" }).click();
        for (const act of ["Take", "Erase"]) {
          const card = page.locator(".card", { has: page.getByRole("heading", { name: act, exact: true }) });
          holds((await card.locator("button, a.button").count()) > 0, `${path}: no ${act} at the second press`);
        }
        if (path === "/") {
          await page.getByRole("link", { name: /^Erase/ }).click();
          holds(page.url().endsWith("/privacy/erase"), "Erase does not lead to the plan");
        }
      }
      const page = await olga.open("/queue");
      const look = (name) =>
        page.getByRole("button", { name }).evaluate((at) => {
          const style = getComputedStyle(at);
          return [at.className, style.fontSize, style.fontWeight, style.color, style.backgroundColor, style.borderColor, Math.round(at.getBoundingClientRect().height)].join();
        });
      holds((await look("Yes, keep a history")) === (await look("No, keep none")), "yes and no do not look alike");
      holds((await olga.text("/history")).includes("Keep a history?"), "it was on before anybody was asked");
      const ticked = await page.locator("input[type=checkbox]:checked").count();
      holds(ticked === 0, `${ticked} options are on from the beginning`);
      await page.getByRole("button", { name: "No, keep none" }).click();
      await olga.open("/queue");
      holds((await page.getByRole("button", { name: "Yes, keep a history" }).count()) === 0, "a no is asked again");
    },
  },
  {
    number: 38,
    title: "when the operator looks at people, each sees it under Who looked at once (the purpose stands for the reason: none is typed)",
    async run({ olga, chromium }) {
      const mia = await member(olga, chromium);
      await olga.open("/console/people");
      holds((await olga.page.textContent("main header")).includes("people can see that you looked"), "the operator is told");
      const page = await mia.open("/privacy");
      const looked = page.locator("section", { has: page.getByRole("heading", { name: "Who looked" }) });
      holds((await looked.locator("tbody tr").count()) > 0, "nothing under Who looked");
      holds(/the operator.*to \w+/s.test(await looked.textContent()), "who, and to what end");
    },
  },
  {
    number: 39,
    title: "erasing: the plan, the way back, and afterwards nothing that names the person is found in the house",
    long: 30,
    async run({ olga, house, chromium }) {
      const zelda = await member(olga, chromium, "Zeldaquist");
      await zelda.model("zeldasvase.stl", sphere(12));
      await zelda.queue("zeldasring.gcode", { hold: true });
      const page = await zelda.open("/privacy/erase");
      const plan = await page.textContent("main");
      for (const words of ["What goes", "What stays", "cannot be called back"]) holds(plan.includes(words), words);
      await confirm(page);
      await page.getByRole("button", { name: "Keep my account" }).click();
      holds((await zelda.text("/queue")).includes("zeldasring") && (await zelda.text("/models")).includes("zeldasvase"), "all is as before");
      await zelda.open("/privacy/erase");
      await page.check("input[name=now]");
      await confirm(page);
      const receipt = await page.textContent("main");
      holds(/Unreadable since/.test(receipt) && !/zelda/i.test(receipt), `the receipt: ${receipt}`);
      let refused = false;
      await signedIn(house, chromium, "zeldaquist@example.org").catch((error) => (refused = /401/.test(error.message)));
      holds(refused, "she can still sign in");
      await eventually(async () => (await found(house.folder, /zelda(quist|svase|sring)/i)).length === 0, "nothing of hers is found", 15);
    },
  },
];

async function confirm(page) {
  await page.fill("#name", "Zeldaquist");
  await page.fill("#password", PASSWORD);
  await page.getByRole("button", { name: "Erase my account" }).click();
}

/** The files of the house that hold these words. */
async function found(folder, words) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hits = await Promise.all(files.map(async (file) => [file, words.test((await readFile(file).catch(() => Buffer.alloc(0))).toString("latin1"))]));
  return hits.filter(([, hit]) => hit).map(([file]) => file);
}
