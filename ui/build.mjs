// Puts the scripts that pages load into ui/dist, from where the program embeds them: main.js on every page, what few
// pages need beside it in pieces that are fetched when they are needed, and the worker that reads meshes.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
await rm(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: [here("src/main.js"), here("src/viewer/mesh.js")],
  outdir: here("dist"),
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
});
