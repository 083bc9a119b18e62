// A served house for the browser suite: a fresh one in a throw-away folder, ended with the run; and the browser.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PASSWORD = "correct horse battery";
export const PROGRAM = process.env.PRINTKEEP ?? join(process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname, "debug/printkeep");

/** Starts the program (by default the debug build) and returns its address, set-up code and folder. */
export async function serve() {
  const folder = await mkdtemp(join(tmpdir(), "printkeep-e2e-"));
  const policy = join(folder, "house.toml");
  await writeFile(policy, await policyWithContact());
  const house = { folder, child: null };
  const start = async (listen, ...more) => {
    const child = spawn(PROGRAM, ["serve", "--data", join(folder, "data"), "--policy", policy, "--listen", listen, ...more]);
    house.child = child;
    let printed = "";
    return new Promise((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("\n")) resolve(printed);
      });
      child.stderr.on("data", () => {});
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
    });
  };
  const end = () => {
    if (house.child.exitCode !== null || house.child.signalCode !== null) return Promise.resolve();
    const ended = new Promise((resolve) => house.child.on("exit", resolve));
    house.child.kill("SIGTERM");
    return ended;
  };
  const line = await start("127.0.0.1:0");
  [, house.url] = line.match(/Open (\S+)/);
  [, house.code] = line.match(/code (\S+)/) ?? [];
  house.down = end;
  house.up = (...more) => start(new URL(house.url).host, ...more);
  house.stop = async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  return house;
}

/** The house's own policy with somebody who answers for it, so that people can be invited. */
async function policyWithContact() {
  const text = await readFile(new URL("../../policy/profiles/house.toml", import.meta.url), "utf8");
  return text.replace('contact = ""', 'contact = "privacy@example.org"').replace('names = [""]', 'names = ["The house of tests"]');
}

/** Debian's Chromium, without anything that talks to the outside; it draws 3D without a graphics card. */
export function browser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-precise-memory-info", "--js-flags=--expose-gc", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
