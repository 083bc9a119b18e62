// Privacy: checks 36 to 40.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unpacked } from "../archive.mjs";
import { eventually, holds, member, PASSWORD, signedIn, sphere, toolpath } from "../story.mjs";

const shots = new URL("../shots/", import.meta.url).pathname;

/** What a lived-in account may be without: requests are not yet written down. */
const MAY_BE_EMPTY = [
  "what you asked for about your data, and what was done",
  "to whom data about you was handed over, why and when",
  "that you recorded something that went wrong with data here, or dealt with it",
  "which letters this house wrote you by itself, of a sale, a breach or your account, and whether they went",
];

/**
 * What is typed or chosen in forms, and where that stands on the map: a field of a place there, or, for what only passes
 * through, why it comes to rest nowhere. A form with a field that nobody named here fails check 40.
 */
const SENT = {
  name: ["person", "name"],
  look: ["person", "look"],
  key_name: ["api_key", "name"],
  print: ["api_key", "scopes"],
  on: ["consent", "status"],
  role: ["invitation", "role"],
  reason: ["access_note", "reason"],
  printer: ["job", "printer"],
  incognito: ["job", "incognito"],
  hold: ["job", "state"],
  file: ["job-toolpath", "file of job"],
  quality: ["slicing", "quality"],
  material: ["slicing", "material"],
  supports: ["slicing", "supports"],
  outcome: ["print_record", "verdict"],
  act: ["access_note", "act"],
  next: "which page comes next; kept nowhere",
  search: "which models a page shows; kept nowhere",
  sort: "in which order a page shows them; kept nowhere",
  done: "what the next page says was done; kept nowhere",
  speed: "told to the simulated printer; kept nowhere",
};

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
      for (const [path, within] of [["/privacy", ".consent"], ["/queue", "section:has(#ask)"], ["/history", "main"]]) {
        const page = await olga.open(path);
        const asked = await page.locator(within).filter({ has: page.locator("button[name=on]") }).all();
        holds(asked.length > 0, `${path} asks for no consent`);
        for (const consent of asked) {
          const [yes, no] = await consent.locator("button[name=on]").evaluateAll(looks);
          holds(yes.value === "yes" && no.value === "no", `${path}: yes and no stand elsewhere`);
          holds(yes.style === no.style, `${path}: yes and no do not look alike: ${yes.style} | ${no.style}`);
          holds(Math.abs(yes.width - no.width) <= 1 && Math.abs(yes.height - no.height) <= 1, `${path}: yes is ${yes.width} × ${yes.height}, no ${no.width} × ${no.height}`);
          holds(yes.enabled && no.enabled, `${path}: yes or no cannot be pressed`);
        }
      }
      const page = await olga.open("/privacy");
      const stand = () => page.locator(".consent strong").allTextContents();
      holds((await stand()).every((words) => words === "Off"), `on from the beginning: ${await stand()}`);
      await page.locator(".consent button[value=yes]").first().click();
      await page.waitForURL("**/privacy#consents");
      holds((await stand()).filter((words) => words === "You said yes").length === 1, `one yes gives ${await stand()}`);
      await page.locator(".consent button[value=no]").first().click();
      await eventually(async () => (await stand()).every((words) => words === "Off"), "a no takes the yes back");
    },
  },
  {
    number: 37,
    title: "what is taken away is a ZIP that opens without the network: every kind under See is in it, for people and for programs; taking twice at once works",
    long: 40,
    async run({ olga, house, chromium }) {
      const mia = await lived(olga, chromium);
      const page = await mia.open("/privacy");
      const see = await page.locator("#kinds .kinds li").allTextContents();
      holds(see.length > 15, `only ${see.length} kinds under See`);
      const card = page.locator(".card", { has: page.getByRole("heading", { name: "Take", exact: true }) });
      holds(/Now: \d+ files?, [\d.]+ [kM]?B/.test(await card.textContent()), `the size is not told: ${await card.textContent()}`);
      // Twice at once: a browser that downloads, and a second one of hers.
      const [taken, second] = await Promise.all([
        page.waitForEvent("download"),
        mia.context.request.post(`${house.url}/privacy/take`, { headers: { origin: house.url } }),
        card.getByRole("button", { name: "Take my data" }).click(),
      ]);
      holds(taken.suggestedFilename().endsWith(".zip") && second.headers()["content-type"] === "application/zip", "it is no ZIP");
      const archive = await unpacked(await readFile(await taken.path()), join(house.folder, "taken"));
      const again = await unpacked(await second.body(), join(house.folder, "taken-again"));
      holds(archive.files.sort().join() === again.files.sort().join(), "the second is another");

      const places = (await map(mia)).filter((place) => place.section === "Where it lies");
      for (const says of see) {
        const of = places.filter((place) => place.fields.some((field) => field.what === says && !field.withheld));
        const all = places.filter((place) => place.fields.some((field) => field.what === says));
        holds(all.length > 0, `the map does not say where «${says}» lies`);
        const there = of.some(({ name }) => archive.data[`data/${name}.json`]?.rows.length > 0 || archive.files.some((path) => path.startsWith(`files/${name}/`)));
        holds(there || MAY_BE_EMPTY.includes(says) || of.length === 0, `«${says}» was not taken along: ${of.map(({ name }) => name)}`);
        // What is held back as a whole is named, with the reason.
        holds(of.length > 0 || all.some(({ name }) => archive.data[`data/${name}.json`]?.withheld.length > 0), `«${says}» is held back without a word`);
      }
      for (const [path, { kind, rows, withheld }] of Object.entries(archive.data).filter(([path]) => path !== "data/about.json")) {
        const place = places.find(({ name }) => name === kind);
        holds(place && path === `data/${kind}.json` && archive.files.includes(`pages/${kind}.html`), `${path} has no page, or is not on the map`);
        const known = new Set(place.fields.map(({ name }) => name));
        for (const name of [...rows.flatMap((row) => Object.keys(row)), ...withheld.map(({ column }) => column)]) holds(known.has(name), `${path}: ${name} is not on the map`);
      }
      const about = archive.data["data/about.json"];
      holds(about.kinds.map(({ what }) => what).sort().join() === [...see].sort().join(), "the kinds in it are not those under See");

      const context = await chromium.newContext();
      const reader = await context.newPage();
      await context.setOffline(true);
      const outside = [];
      reader.on("request", (request) => request.url().startsWith("file:") || outside.push(request.url()));
      await reader.goto(archive.start);
      const links = await reader.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")).filter((href) => !href.startsWith("mailto:")));
      holds(links.length > 10 && links.every((link) => archive.files.includes(link)), `links to nothing: ${links.filter((link) => !archive.files.includes(link))}`);
      for (const link of links.filter((link) => link.endsWith(".html"))) {
        await reader.goto(new URL(link, archive.start).href);
        holds((await reader.locator("main, body").first().textContent()).trim().length > 30 && (await reader.locator("h1").count()) === 1, `${link} is no page`);
      }
      await reader.goto(new URL("pages/person.html", archive.start).href);
      holds((await reader.textContent("body")).includes("mia@example.org"), "her address is not readable");
      await reader.goto(new URL("pages/model.html", archive.start).href);
      holds((await reader.textContent("body")).includes("vase.stl"), "her model is not readable");
      holds(outside.length === 0, `it asks ${outside}`);
    },
  },
  {
    number: 38,
    title: "a person's record opens for a reason only, and the person reads it under Who looked at once",
    async run({ olga, house, chromium }) {
      await mkdir(shots, { recursive: true });
      const mia = await member(olga, chromium);
      const page = await olga.open("/console/people");
      holds((await page.textContent("main header")).includes("people can see that you looked"), "the operator is told");
      await page.getByRole("link", { name: "Open the record of Mia" }).click();
      await page.waitForURL("**/console/people/*");
      const before = await page.textContent("main");
      holds(!before.includes("mia@example.org") && !before.includes("Mia"), "the record is open before anybody said why");
      const without = await olga.context.request.post(page.url(), { headers: { origin: house.url }, form: {} });
      holds(without.status() >= 400 && !(await without.text()).includes("mia@example.org"), "it opens without a reason");
      const reasons = page.getByRole("radio");
      holds((await reasons.count()) >= 3 && (await page.getByRole("radio", { checked: true }).count()) === 0, "a reason is chosen already");
      const label = page.locator("label.check").nth(1);
      const reason = (await label.textContent()).trim();
      const looked = async () => {
        const seen = await mia.open("/privacy");
        const section = seen.locator("section", { has: seen.getByRole("heading", { name: "Who looked" }) });
        return (await section.textContent()).replace(/\s+/g, " ");
      };
      holds(!(await looked()).includes(reason), "the reason stands there before the look");
      await label.click();
      await page.getByRole("button", { name: "Open the record" }).click();
      await page.getByText("mia@example.org").waitFor();
      await page.screenshot({ path: `${shots}person-opened-1280-light.png`, fullPage: true });
      const line = await looked();
      holds(line.includes("the operator") && line.includes(reason), `«${reason}» is not in: ${line}`);
      await mia.page.screenshot({ path: `${shots}who-looked-1280-light.png`, fullPage: true });
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
      await eventually(async () => (await found(house.folder, /zelda(quist|svase|sring)/i)).length === 0, "nothing of hers is found", 60);
    },
  },
  {
    number: 40,
    title: "cookies, browser storage and every field sent in a recorded session stand on the data map; a keep-time changed in the policy is changed everywhere",
    long: 30,
    async run({ olga, house, chromium }) {
      const sent = new Set();
      const note = (text, type = "") => {
        const multipart = [...text.matchAll(/form-data; name="([^"]+)"/g)].map(([, name]) => name);
        for (const name of type.includes("multipart") ? multipart : new URLSearchParams(text).keys()) sent.add(name);
      };
      const page = olga.page;
      page.on("request", (request) => {
        if (request.isNavigationRequest()) note(new URL(request.url()).search);
        if (request.method() === "POST" && request.isNavigationRequest()) note(request.postDataBuffer()?.toString("latin1") ?? "", request.headers()["content-type"]);
      });
      await session(olga);
      const places = await map(olga);
      const place = (name) => places.find((place) => place.name === name);
      const strangers = [...sent].filter((name) => !(name in SENT));
      holds(strangers.length === 0, `sent, and nobody says where it goes: ${strangers}`);
      holds(sent.size >= 12, `the session sent only ${[...sent]}`);
      for (const name of sent) {
        if (typeof SENT[name] === "string") continue;
        const [table, column] = SENT[name];
        holds(place(table)?.fields.some((field) => field.name === column), `${name}: ${table}.${column} is not on the map`);
      }
      const cookies = (await olga.context.cookies()).map(({ name }) => name);
      const declared = place("cookie")?.fields.map(({ name }) => name) ?? [];
      holds(cookies.length > 0 && cookies.every((name) => declared.includes(name)), `cookies ${cookies}, on the map ${declared}`);
      const kept = await page.evaluate(async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()).map(({ name }) => name), ...(await caches.keys())]);
      const named = (name) => declared.some((known) => name === known || name.startsWith(`${known}-`));
      holds(kept.every(named) && ["upload", "keys-off"].every((name) => declared.includes(name)), `kept in the browser: ${kept}, on the map ${declared}`);
      // A browser that refuses storage: pages do without, as the cookie notice says.
      const bare = await olga.context.newPage();
      const broken = [];
      bare.on("pageerror", (error) => broken.push(String(error)));
      await bare.addInitScript(() => Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("refused", "SecurityError"); } }));
      for (const path of ["/help", "/models"]) {
        await bare.goto(new URL(path, page.url()).href);
        await bare.keyboard.press("g");
        await bare.keyboard.press("q");
        await bare.waitForURL("**/queue");
      }
      await bare.close();
      holds(broken.length === 0, `without storage: ${broken}`);

      const told = async (path) => ((await olga.text(path)).match(/how it ended<\/li>.*?<\/tr>/s) ?? [""])[0].replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
      const pages = ["/privacy", "/privacy/map", "/privacy/notice"];
      for (const path of pages) holds((await told(path)).includes("90 days"), `${path}: ${await told(path)}`);
      const policy = join(house.folder, "house.toml");
      const text = await readFile(policy, "utf8");
      await house.down();
      const next = text.replaceAll('at_most = "P90D"', 'at_most = "P45D"').replace("version = 1", "version = 2");
      await writeFile(policy, `${next}\n[change]\nkind = "significant"\nreason = "Prints are kept for half as long."\n`);
      await house.up();
      holds((await told("/privacy")).includes("90 days"), `a shorter time binds before she said yes: ${await told("/privacy")}`);
      await olga.send("/privacy/changes", { on: "yes", version: "2" });
      for (const path of pages) holds((await told(path)).includes("45 days") && !(await told(path)).includes("90 days"), `${path} did not follow: ${await told(path)}`);
    },
  },
];

/** Buttons as somebody sees them. It is run in the page. */
const looks = (buttons) =>
  buttons.map((at) => {
    const style = getComputedStyle(at);
    const { width, height } = at.getBoundingClientRect();
    return { value: at.value, width, height, enabled: !at.disabled, style: [at.className, style.fontSize, style.fontWeight, style.color, style.backgroundColor, style.borderColor, style.borderWidth, style.opacity].join() };
  });

/** A member who did a bit of everything, so that there is something of each kind. */
async function lived(olga, chromium) {
  const mia = await member(olga, chromium);
  const rook = await olga.printer("Rook", { speed: 600 });
  const model = await mia.model("vase.stl", sphere(12));
  await mia.send(`${model}/slice`, { quality: "draft", material: "PLA" });
  await mia.send("/history/choice", { on: "yes" });
  await mia.send("/settings/keys", { key_name: "a script of hers", print: "1" });
  await mia.queue("ring.gcode", { printer: rook, layers: 3 });
  await mia.until("/history", "ring.gcode");
  await mia.queue("waiting.gcode", { hold: true });
  const [, record] = (await olga.text("/console/people")).match(/"(\/console\/people\/[^"]+)">Open<span[^>]*> the record of Mia/);
  await olga.send(record, { reason: "asked-for-help" });
  await mia.send("/privacy/erase", { name: "Mia", password: PASSWORD });
  await mia.send("/privacy/erase/cancel");
  await mia.until(model, "Download</a>", 300);
  // It waits with its model's picture, since the bed is not clear.
  const [, print] = (await mia.text(model)).match(/"(\/slicings\/[0-9a-f]+\/print)"/);
  await mia.send(print);
  return mia;
}

/** The data map as its page shows it: each place with its fields. */
async function map(person) {
  const page = await person.open("/privacy/map");
  return page.locator("details").evaluateAll((all) =>
    all.map((place) => ({
      section: place.closest("section").querySelector("h2").textContent,
      name: place.querySelector("summary code").textContent,
      fields: [...place.querySelectorAll("tbody tr")].map((row) => {
        const about = row.children[1].cloneNode(true);
        const withheld = about.querySelector("div")?.textContent ?? "";
        for (const aside of about.querySelectorAll(".quiet")) aside.remove();
        return { name: row.children[0].textContent.trim(), what: about.textContent.trim(), withheld };
      }),
    })),
  );
}

/** What somebody does in the pages on a usual day, by pressing what stands there. */
async function session(olga) {
  const page = olga.page;
  const rook = await olga.printer("Rook", { clear: false });
  await olga.open("/settings");
  await page.fill("#name", "Olga of the house");
  await page.locator("form[action='/settings/name'] button").click();
  await page.locator("form[action='/settings/look'] button[value=dark]").click();
  await page.fill("#key_name", "a script");
  await page.locator("form[action='/settings/keys'] button").click();
  await olga.open("/models?search=ball&sort=name");
  await olga.open("/queue");
  await page.getByRole("button", { name: "Yes, keep a history" }).click();
  await page.setInputFiles("#file", { name: "clip.gcode", mimeType: "text/plain", buffer: toolpath() });
  await page.check("input[name=hold]");
  await page.getByRole("button", { name: "Add to queue" }).click();
  await page.locator("#jobs").getByText("clip.gcode").waitFor();
  await olga.open(rook);
  await page.getByRole("button", { name: "10 ×" }).click();
  await olga.open("/history?outcome=good&printer=");
  await olga.open("/console/access-log?act=&role=operator");
  await olga.open("/console/people");
  await page.getByRole("button", { name: "Make an invitation" }).click();
  await page.locator(".once").waitFor();
  await page.getByRole("link", { name: /Open the record/ }).first().click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Open the record" }).click();
  const model = await olga.model("ball.stl", sphere(12));
  await olga.open(model);
  await page.getByRole("button", { name: "Slice" }).click();
  await page.locator("#toolpaths li").first().waitFor();
}

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
