// Long work: checks 13 to 17.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, holds, signedIn, sphere } from "../story.mjs";

const big = (megabytes) => Buffer.concat([Buffer.alloc(80), Buffer.from(Uint32Array.of(megabytes * 20_000).buffer), Buffer.alloc(megabytes * 1_000_000)]);

const choose = (page, name, buffer) => page.setInputFiles("form[data-upload] input[type=file]", { name, mimeType: "model/stl", buffer });
const row = (page) => page.locator("#sending li").first();

export default [
  {
    number: 13,
    title: "an upload of 200 MB whose network goes at half goes on from there; after a reload with the same file too",
    long: 60,
    async run({ olga, house }) {
      const page = await olga.open("/models");
      const file = join(house.folder, "cut.stl");
      await writeFile(file, big(200));
      const parts = [];
      page.on("request", (request) => request.method() === "PATCH" && parts.push(Number(request.headers()["upload-offset"])));
      // Of 24 parts of 8 MiB the thirteenth meets a cut network.
      const half = 12 * (8 << 20);
      await page.route("**/uploads/*", (route) => (route.request().method() === "PATCH" && parts.length === 13 ? route.abort("connectionreset") : route.continue()));
      const slow = await throttle(page, 25e6);
      await page.setInputFiles("form[data-upload] input[type=file]", file);
      await page.click("form[data-upload] button.primary");
      await eventually(() => parts.length >= 14, "it goes on after the cut", 120);
      holds(parts[13] >= half, `it began again from ${parts[13]}`);
      const warned = page.waitForEvent("dialog", { timeout: 20_000 });
      page.once("dialog", (dialog) => dialog.accept());
      await page.reload().catch(() => {});
      await warned;
      await page.unrouteAll();
      await slow(0);
      const unfinished = page.locator("[data-unfinished]");
      const there = Number(await unfinished.getAttribute("data-received"));
      holds(there >= half, `only ${there} bytes were kept`);
      parts.length = 0;
      await page.setInputFiles("form[data-upload] input[type=file]", file);
      await page.click("form[data-upload] button.primary");
      await eventually(() => parts.length > 0, "it goes on after a reload");
      holds(parts[0] >= there, `it went on from ${parts[0]}, not from ${there}`);
    },
  },
  {
    number: 14,
    title: "all bytes sent is not called done; stages follow until Ready",
    async run({ olga }) {
      const page = await olga.open("/models");
      await page.evaluate(() => {
        globalThis.said = [];
        new MutationObserver(() => {
          const words = document.querySelector("#sending [role=status], #sending .wrong")?.textContent;
          if (words && globalThis.said.at(-1) !== words) globalThis.said.push(words);
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      await choose(page, "ball.stl", sphere(300));
      await page.click("form[data-upload] button.primary");
      await page.locator("#sending a", { hasText: "Open" }).waitFor();
      const said = await page.evaluate(() => globalThis.said);
      holds(said.some((words) => /Sent .* Waiting to be read/.test(words)), `no word at the last byte: ${said}`);
      holds(!said.some((words) => /100 %|done/i.test(words)), `said too early: ${said}`);
      holds(said.indexOf("Ready") === said.length - 1 && said.length >= 3, `stages: ${said}`);
      holds((await page.locator(".shelf").textContent()).includes("ball.stl"), "the library shows it at once");
    },
  },
  {
    number: 15,
    title: "a renamed text file is refused with what, why and what to do; nothing of it stays",
    async run({ olga, house }) {
      const blobs = async () => (await readdir(join(house.folder, "data"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.parentPath.includes("blob")).length;
      const before = await blobs();
      const page = await olga.open("/models");
      await choose(page, "letter.stl", Buffer.from("Dear Ada, this is no shape at all. ".repeat(40)));
      await page.click("form[data-upload] button.primary");
      await row(page).locator(".wrong").waitFor();
      const words = await row(page).locator(".wrong").textContent();
      holds(/Nothing of this file was kept/.test(words) && words.length > 60 && /upload|export|save|choose/i.test(words), `words: ${words}`);
      await row(page).getByRole("button").click();
      await eventually(async () => (await blobs()) === before, "the blob folder is as before");
      await page.reload();
      holds((await page.locator(".shelf li").count()) === 0, "it is in the library");
    },
  },
  {
    number: 16,
    title: "slicing goes on without the page: another device shows the same progress, and cancels it",
    long: 40,
    async run({ olga, house, chromium }) {
      const model = await olga.model("ball.stl", sphere(320));
      await olga.send(`${model}/slice`, { quality: "fine", material: "PLA", supports: "1" });
      await olga.open("/help");
      const phone = await signedIn(house, chromium, "olga@example.org", { viewport: { width: 375, height: 812 } });
      const page = await phone.open(model);
      const running = page.locator("#toolpaths [role=status]");
      await running.waitFor();
      const words = (await running.textContent()).trim();
      holds(words.length > 4, "the phone says how far it is");
      holds((await olga.text(model)).includes("/cancel"), "the desk does not show that it runs");
      await page.locator("#toolpaths").getByRole("button", { name: "Cancel" }).click();
      await olga.until(model, "Cancelled. Nothing was kept.");
    },
  },
  {
    number: 17,
    title: "slicing that fails keeps reason and Try again; the first page mentions it once",
    long: 20,
    async run({ olga }) {
      // Larger than the printer that it is sliced for.
      const model = await olga.model("moon.stl", sphere(12, 400));
      await olga.send(`${model}/slice`, { quality: "draft", material: "PLA" });
      await olga.until(model, "Try again");
      const page = await olga.open(model);
      const reason = await page.locator("#toolpaths .wrong").textContent();
      holds(reason.trim().length > 20, `the reason is ${reason}`);
      const now = await olga.text("/");
      holds(now.split("did not work").length === 2, "the first page mentions it once");
      await page.getByRole("button", { name: "Try again" }).click();
      holds((await page.locator("#toolpaths li").count()) === 1, "one row, not two");
    },
  },
];

/** Lets bytes go out so slowly, in bytes a second; returns how to change that. */
async function throttle(page, upload) {
  const devtools = await page.context().newCDPSession(page);
  const set = (bytes) => devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes || -1 });
  await set(upload);
  return set;
}
