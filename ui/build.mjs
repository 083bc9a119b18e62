// Puts the scripts that pages load into ui/dist, from where the program embeds them. No bundler is needed for two files.
import { copyFile, mkdir } from "node:fs/promises";

const here = (path) => new URL(path, import.meta.url);
await mkdir(here("dist/"), { recursive: true });
await copyFile(here("node_modules/idiomorph/dist/idiomorph.esm.js"), here("dist/idiomorph.js"));
await copyFile(here("src/main.js"), here("dist/main.js"));
