// A served house for the browser suite: a fresh one in a throw-away folder, ended with the run.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PASSWORD = "correct horse battery";

/** Starts the program named by PRINTKEEP (default: the debug build) and returns its address and set-up code. */
export async function serve() {
  const folder = await mkdtemp(join(tmpdir(), "printkeep-e2e-"));
  const program = process.env.PRINTKEEP ?? new URL("../../target/debug/printkeep", import.meta.url).pathname;
  const child = spawn(program, ["serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0"]);
  let printed = "";
  const line = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      if (printed.includes("\n")) resolve(printed);
    });
    child.stderr.on("data", () => {});
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
  });
  const [, url] = line.match(/Open (\S+)/);
  const [, code] = line.match(/code (\S+)/) ?? [];
  const stop = async () => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, code, stop };
}

/** Debian's Chromium, without anything that talks to the outside. */
export function browser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
