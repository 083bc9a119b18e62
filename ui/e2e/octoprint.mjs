// A real OctoPrint with its virtual printer for the browser suite, started by acceptance/peers/octoprint.sh, and the
// hand of its own user.
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = new URL("../../acceptance/peers/octoprint.sh", import.meta.url).pathname;
/** The key of OctoPrint's own user, as the script makes it. */
const key = { "X-Api-Key": "00112233445566778899AABBCCDDEEFF" };

/** Starts one whose printer takes a thousandth of a second for a line. */
export async function octoprint() {
  const folder = await mkdtemp(join(tmpdir(), "printkeep-octoprint-"));
  const base = join(folder, "base");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  execFileSync(script, ["install"], { stdio: "inherit" });
  execFileSync(script, ["prepare", base, `${port}`], { env: { ...process.env, OCTOPRINT_THROTTLE: "0.001" } });
  const child = spawn(script, ["serve", base, `${port}`], { detached: true, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${url}/api/printer`, { headers: key }).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null || tries > 300) {
      await stop();
      throw new Error("OctoPrint did not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  /** Its user says yes to the only request for a key that there is. */
  const sayYes = async () => {
    const { pending } = await (await fetch(`${url}/api/plugin/appkeys`, { headers: key })).json();
    const [token] = Object.keys(pending);
    const said = await fetch(`${url}/plugin/appkeys/decision/${token}`, {
      method: "POST",
      headers: { ...key, "Content-Type": "application/json" },
      body: JSON.stringify({ decision: true }),
    });
    if (!said.ok) throw new Error(`OctoPrint did not take the yes: ${said.status}`);
  };
  /** The toolpaths that lie on it. */
  const toolpaths = async () => (await readdir(join(base, "uploads"))).filter((name) => name.endsWith(".gcode"));
  return { url, sayYes, toolpaths, stop };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
