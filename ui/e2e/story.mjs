// What people do here, as checks tell it: in a page where the check is about the page, by its forms where it is not.
import { PASSWORD } from "./house.mjs";

export { PASSWORD };

/** A toolpath of so many layers, with what a slicer says of it. */
export function toolpath({ layers = 12, estimate = "42m 10s", side = 20 } = {}) {
  let text = `; estimated printing time (normal mode) = ${estimate}\n; filament used [g] = 12.4\nG21\nG90\nM82\nM104 S205\nM140 S60\nG28\nG92 E0\n`;
  let e = 0;
  const [from, to] = [60, 60 + side];
  for (let layer = 1; layer <= layers; layer += 1) {
    text += `;LAYER_CHANGE\nG1 Z${(layer * 0.2).toFixed(2)} F600\n`;
    for (const [x, y] of [[from, from], [to, from], [to, to], [from, to], [from, from]]) text += `G1 X${x} Y${y} E${(e += side * 0.03).toFixed(2)} F1800\n`;
  }
  return Buffer.from(`${text}M104 S0\nM140 S0\nM84\n`);
}

/** A sphere as binary STL: so many rings of twice as many steps. */
export function sphere(rings, radius = 30) {
  const steps = rings * 2;
  const triangles = [];
  const at = (ring, step) => {
    const [high, round] = [(Math.PI * ring) / rings, (2 * Math.PI * (step % steps)) / steps];
    return [Math.sin(high) * Math.cos(round), Math.sin(high) * Math.sin(round), Math.cos(high)].map((side) => radius * side);
  };
  const bytes = Buffer.alloc(84 + 50 * steps * (2 * rings - 2));
  let place = 84;
  const put = (...corners) => {
    place += 12;
    for (const corner of corners) for (const number of corner) place = bytes.writeFloatLE(number, place);
    place += 2;
  };
  for (let ring = 0; ring < rings; ring += 1) {
    for (let step = 0; step < steps; step += 1) {
      const [a, b, c, d] = [at(ring, step), at(ring + 1, step), at(ring + 1, step + 1), at(ring, step + 1)];
      if (ring < rings - 1) put(a, b, c);
      if (ring > 0) put(a, c, d);
    }
  }
  bytes.writeUInt32LE((place - 84) / 50, 80);
  return bytes.subarray(0, place);
}

/** Somebody in a browser of their own. */
export class Person {
  constructor(house, context, page) {
    Object.assign(this, { house, context, page });
  }

  /** Opens a page and returns it. */
  async open(path) {
    await this.page.goto(this.house.url + path, { waitUntil: "domcontentloaded" });
    return this.page;
  }

  /** What a page says now, without opening it. */
  async text(path) {
    const answer = await this.context.request.get(this.house.url + path);
    return answer.text();
  }

  /** Asks until the page says so. */
  async until(path, words, seconds = 60) {
    return eventually(async () => {
      const text = await this.text(path);
      return typeof words === "string" ? text.includes(words) : words(text);
    }, `${path} says ${words}`, seconds);
  }

  /** Sends a form of the house. */
  async send(path, form = {}, multipart = false) {
    const options = { headers: { origin: this.house.url }, maxRedirects: 0, timeout: 60_000 };
    const answer = await this.context.request.post(this.house.url + path, multipart ? { ...options, multipart: form } : { ...options, form });
    if (answer.status() >= 400) throw new Error(`${path}: ${answer.status()} ${(await answer.text()).slice(0, 2000)}`);
    return answer.headers().location ?? "";
  }

  /** Adds a simulated printer whose bed is clear; returns its address. */
  async printer(name, { speed = 1, clear = true, ...room } = {}) {
    const place = await this.send("/printers/simulated", { name, ...room });
    await this.until(place, (text) => !text.includes("No contact"));
    if (speed !== 1) await this.send(`${place}/touch`, { speed: String(speed) });
    if (clear) await this.send(`${place}/bed-is-clear`);
    return place;
  }

  /** Stands beside a simulated printer. */
  touch(printer, what) {
    return this.send(`${printer}/touch`, typeof what === "number" ? { speed: String(what) } : { touch: what });
  }

  /** Puts a toolpath into the queue. */
  async queue(name, { printer = "", hold = false, incognito = false, ...path } = {}) {
    const form = { printer: printer.split("/").pop(), file: { name, mimeType: "text/plain", buffer: toolpath(path) } };
    if (hold) form.hold = "1";
    if (incognito) form.incognito = "1";
    await this.send("/queue", form, true);
  }

  /** A printer at a long print. */
  async printing(name = "Rook", job = "bracket.gcode", options = {}) {
    const printer = await this.printer(name);
    await this.queue(job, { printer, layers: 400, ...options });
    await this.until(printer, "Printing");
    return printer;
  }

  /** Takes a model in; returns its address. */
  async model(name, bytes) {
    const place = await this.send("/models", { file: { name, mimeType: "model/stl", buffer: bytes } }, true);
    let page = "";
    await this.until(place, (text) => /data-stage="(ready|refused)"/.test((page = text)), 180);
    holds(page.includes('data-stage="ready"'), `${name} was refused: ${page.match(/<p data-words>(.*?)<.p>/s)?.[1]}`);
    return place;
  }
}

/** Somebody who has signed in. */
export async function signedIn(house, chromium, email, options = {}) {
  const context = await chromium.newContext(options);
  const somebody = new Person(house, context, await context.newPage());
  await somebody.send("/sign-in", { email, password: PASSWORD, next: "/" });
  return somebody;
}

/** The operator of a fresh house. */
export async function operator(house, chromium, options) {
  const context = await chromium.newContext();
  const door = new Person(house, context, null);
  await door.send("/setup", { code: house.code, name: "Olga", email: "olga@example.org", password: PASSWORD, accepts: "1" });
  await context.close();
  return signedIn(house, chromium, "olga@example.org", options);
}

/** A member of the house. */
export async function member(olga, chromium, name = "Mia", options) {
  await olga.open("/console/people");
  await olga.page.selectOption("#role", "member");
  await olga.page.click("text=Make an invitation");
  const link = (await olga.page.textContent(".once")).trim();
  const context = await chromium.newContext();
  const email = `${name.toLowerCase()}@example.org`;
  await new Person(olga.house, context, null).send(new URL(link).pathname, { name, email, password: PASSWORD, accepts: "1" });
  await context.close();
  return signedIn(olga.house, chromium, email, options);
}

/** Waits until something is so. */
export async function eventually(what, said, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await what()) return;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Fails with these words unless it is so. */
export function holds(so, words) {
  if (!so) throw new Error(words);
}
