// Uploads: files are dropped or chosen and sent in parts that resume, with named stages. Without this the same form
// sends them whole. What is unfinished stands on the page already, so that nothing needs to be remembered here but
// when the file was last changed: two files of one name and size are not the same file.
import { Upload } from "tus-js-client";
import { forget, keep, kept, names } from "./kept.js";
import { refresh } from "./live.js";

const PART = 8 << 20;
const RETRIES = [0, 1000, 3000, 5000, 10_000, 20_000];
/** How often is asked how far the house is with a file that it has whole. */
const ASK_AGAIN = 1000;

let form;
let list;
let sending = 0;

/** Takes the page's upload form over. */
export function start() {
  form = document.querySelector("form[data-upload]");
  const input = form.querySelector("input[type=file]");
  form.noValidate = true;
  list = document.createElement("ul");
  list.className = "list card";
  list.dataset.island = "";
  list.id = "sending";
  list.setAttribute("aria-label", "Being sent");
  list.hidden = true;
  form.after(list);
  // What was given up meanwhile, here or by the house, leaves no mark.
  const here = new Set([...document.querySelectorAll("[data-unfinished]")].map((row) => mark(row.dataset.unfinished)));
  for (const name of names("upload-")) if (!here.has(name)) forget(name);
  form.addEventListener("submit", (event) => {
    if (input.files.length === 0) return;
    event.preventDefault();
    take(input.files);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) addEventListener(kind, (event) => over(event, true));
  for (const kind of ["dragleave", "drop"]) addEventListener(kind, (event) => over(event, false));
  addEventListener("drop", (event) => event.dataTransfer.files.length > 0 && take(event.dataTransfer.files));
  addEventListener("beforeunload", (event) => sending > 0 && event.preventDefault());
}

function over(event, inside) {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("over", inside);
}

function take(files) {
  for (const file of files) send(file);
  form.querySelector("button").focus();
}

function send(file) {
  const row = new Row(file.name);
  const before = unfinished(file);
  sending += 1;
  const over = () => (sending -= 1);
  const upload = new Upload(file, {
    endpoint: form.dataset.upload,
    uploadUrl: before,
    chunkSize: PART,
    retryDelays: RETRIES,
    storeFingerprintForResuming: false,
    metadata: { filename: file.name },
    onProgress: (sent, all) => row.sends(sent, all),
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status >= 500 || status === 409 || status === 423;
      if (again) row.says("The connection is lost. Trying again; what is there already stays.");
      return again;
    },
    onAfterResponse: (request, response) => {
      if (request.getMethod() !== "POST") return;
      const place = response.getHeader("Location");
      keep(mark(place), file.lastModified);
      row.stands(place);
    },
    onSuccess: () => {
      over();
      forget(mark(upload.url));
      row.follow(`/models/${upload.url.split("/").pop()}`);
    },
    onError: (error) => {
      over();
      row.fails(error.originalResponse?.getBody()?.trim() || "The connection is lost. Choose the file again: it goes on from where it was.");
    },
  });
  row.stop = () => {
    over();
    if (upload.url) forget(mark(upload.url));
    return upload.abort(upload.url !== null);
  };
  if (before) row.stands(before);
  document.querySelector(`[data-unfinished="${before}"]`)?.remove();
  upload.start();
}

const mark = (place) => `upload-${place?.split("/").pop()}`;

/** Where an unfinished upload of this very file goes on. */
function unfinished(file) {
  const rows = [...document.querySelectorAll("[data-unfinished]")];
  const same = rows.find((row) => row.dataset.name === file.name && Number(row.dataset.size) === file.size && kept(mark(row.dataset.unfinished)) === String(file.lastModified));
  return same?.dataset.unfinished;
}

/** One file on its way in. */
class Row {
  constructor(name) {
    this.item = document.createElement("li");
    this.item.innerHTML = '<span class="grow stack tight"><strong></strong><span class="quiet small" role="status"></span><progress max="100"></progress></span><button class="small" type="button">Stop</button>';
    this.item.querySelector("strong").textContent = name;
    this.words = this.item.querySelector("[role=status]");
    this.bar = this.item.querySelector("progress");
    this.bar.setAttribute("aria-label", `${name}: sent`);
    this.button = this.item.querySelector("button");
    this.button.setAttribute("aria-label", `Stop sending ${name}`);
    this.button.addEventListener("click", () => this.end());
    list.append(this.item);
    list.hidden = false;
    this.says("Waiting");
  }

  /** This row is shown instead of the page's own for this upload. */
  stands(place) {
    this.item.dataset.insteadOf = `arriving-${place.split("/").pop()}`;
  }

  says(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  sends(sent, all) {
    const percent = Math.floor((sent / all) * 100);
    this.bar.value = percent;
    // The last byte sent is not the file taken in: that the house says.
    this.says(percent < 100 ? `Sending ${percent} % (${megabytes(sent)} of ${megabytes(all)} MB)` : `Sent ${megabytes(all)} MB. Waiting to be read`);
  }

  /** From here on the house works alone. */
  async follow(place) {
    this.stop = () => fetch(`/uploads/${place.split("/").pop()}/dismiss`, { method: "POST", redirect: "manual" });
    this.bar.removeAttribute("value");
    for (;;) {
      const page = await stage(place);
      if (!page || this.ended) return;
      if (page.stage === "ready") return this.ready(place);
      if (page.stage === "refused") return this.fails(`${page.words} Nothing of this file was kept.`);
      this.says(page.words);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
    }
  }

  ready(place) {
    this.bar.remove();
    this.says("Ready");
    const link = document.createElement("a");
    link.className = "button small primary";
    link.href = place;
    link.textContent = "Open";
    link.setAttribute("aria-label", `Open ${this.item.querySelector("strong").textContent}`);
    this.button.replaceWith(link);
    refresh();
  }

  fails(words) {
    this.bar.remove();
    this.words.className = "wrong";
    this.says(words);
    this.button.textContent = "I have read it";
    this.button.removeAttribute("aria-label");
  }

  async end() {
    this.ended = true;
    // If it cannot be told now, the house gives the upload up after a day.
    if (this.bar.isConnected) await Promise.resolve(this.stop()).catch(() => {});
    this.item.remove();
    list.hidden = list.children.length === 0;
  }
}

/** How far the house is with a file, as its page says. */
async function stage(place) {
  try {
    const answer = await fetch(place, { headers: { accept: "text/html" } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { stage: page.querySelector("[data-stage]")?.dataset.stage, words: page.querySelector("[data-words]")?.textContent.trim() };
  } catch {
    return { stage: "reading", words: "No contact with the house. Asking again" };
  }
}

const megabytes = (bytes) => (bytes < 10e6 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6));
