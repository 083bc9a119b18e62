// What somebody took away, unpacked by a program that is not ours.
import { execFileSync } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

/** Unpacks it into this folder, and returns where it starts, the paths of all that is in it, and what programs read. */
export async function unpacked(bytes, folder) {
  await mkdir(folder, { recursive: true });
  const zip = `${folder}.zip`;
  await writeFile(zip, bytes);
  // It checks the sum of every file that it takes out.
  execFileSync("python3", ["-m", "zipfile", "-e", zip, folder]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const data = {};
  for (const path of files.filter((path) => path.endsWith(".json"))) data[path] = JSON.parse(await readFile(join(folder, path), "utf8"));
  return { start: pathToFileURL(join(folder, "start.html")).href, files, data };
}
