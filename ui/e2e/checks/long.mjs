// A long history: check 25. Its 50,000 entries are put down by the program that measures houses, which then serves them.
import { spawn } from "node:child_process";
import { join, dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { PROGRAM } from "../house.mjs";
import { holds } from "../story.mjs";

export default [
  {
    number: 25,
    title: "50,000 history lines: list and filter answer in a second, the page stays light",
    alone: true,
    async run({ chromium }) {
      const server = spawn(join(dirname(PROGRAM), "bench-house"), ["serve"], { stdio: ["pipe", "pipe", "ignore"] });
      try {
        const line = await new Promise((resolve, reject) => {
          server.stdout.once("data", (chunk) => resolve(String(chunk)));
          server.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
        });
        const [url, cookie] = line.trim().split(" ");
        const [name, value] = cookie.split(/=(.*)/s);
        const context = await chromium.newContext();
        await context.addCookies([{ name, value, url }]);
        const page = await context.newPage();
        await page.goto(url);
        for (const path of ["/history", "/history?page=999", "/history?outcome=good", "/history?outcome=failed"]) {
          const began = Date.now();
          const answer = await page.goto(url + path, { waitUntil: "load" });
          const took = Date.now() - began;
          holds(took < 1000, `${path} took ${took} ms`);
          const weight = gzipSync(await answer.body()).length;
          holds(weight < 60_000, `${path} weighs ${weight} bytes`);
        }
        await page.goto(`${url}/history?page=999`);
        holds((await page.locator("tbody tr").count()) === 50, "the last page is not there");
      } finally {
        server.stdin.end();
      }
    },
  },
];
