// The 3D view of one model: turned with the pointer, with keys or with buttons. It draws only when something changed,
// takes its colours from the page, and gives its context back when it is closed.
import { BufferAttribute, BufferGeometry, Color, DirectionalLight, HemisphereLight, Mesh, MeshLambertMaterial, PerspectiveCamera, Scene, Vector3, WebGLRenderer } from "three";

const TURN = Math.PI / 12;
const ZOOM = 1.2;
const CONTROLS = [
  ["←", "Turn left", (view) => view.turn(-TURN, 0), "ArrowLeft"],
  ["→", "Turn right", (view) => view.turn(TURN, 0), "ArrowRight"],
  ["↑", "Turn up", (view) => view.turn(0, TURN), "ArrowUp"],
  ["↓", "Turn down", (view) => view.turn(0, -TURN), "ArrowDown"],
  ["+", "Nearer", (view) => view.zoom(1 / ZOOM), "+"],
  ["−", "Farther", (view) => view.zoom(ZOOM), "-"],
  ["Whole", "See all of it", (view) => view.reset(), "0"],
];

/** Shows the model in `place` instead of its picture, until it is closed or could not be loaded. */
export async function open(place, row) {
  const picture = place.querySelector(".picture");
  const panel = document.createElement("div");
  panel.className = "stack";
  row.append(panel);
  const worker = new Worker("/assets/mesh.js", { type: "module" });
  let view;
  try {
    const mesh = await load(worker, place.dataset.view, panel);
    if (!mesh) return;
    view = new View(mesh);
    picture.hidden = true;
    await view.show(panel, place.dataset.name);
  } finally {
    worker.terminate();
    view?.release();
    picture.hidden = false;
    panel.remove();
  }
}

/** The mesh; nothing if somebody cancelled. */
function load(worker, place, panel) {
  panel.innerHTML = '<p role="status">Loading the shape</p><progress max="100" aria-label="Loaded"></progress><div><button type="button">Cancel</button></div>';
  const [words, bar, cancel] = [panel.querySelector("p"), panel.querySelector("progress"), panel.querySelector("button")];
  cancel.focus();
  return new Promise((resolve) => {
    cancel.addEventListener("click", () => resolve(null));
    worker.onmessage = ({ data }) => {
      if (data.percent) bar.value = data.percent;
      if (data.positions) resolve(data);
      if (data.failed) {
        words.textContent = "The shape could not be loaded. The picture and the facts stay; try again later.";
        bar.remove();
        cancel.textContent = "Close";
      }
    };
    worker.postMessage(place);
  });
}

class View {
  constructor({ positions, indices, bounds: { low, high } }) {
    this.size = Math.hypot(...high.map((h, i) => h - low[i])) || 1;
    this.middle = new Vector3(...high.map((h, i) => (h + low[i]) / 2));
    this.geometry = new BufferGeometry();
    this.geometry.setAttribute("position", new BufferAttribute(positions, 3));
    this.geometry.setIndex(new BufferAttribute(indices, 1));
    this.material = new MeshLambertMaterial({ flatShading: true, side: 2 });
    this.scene = new Scene();
    this.scene.add(new Mesh(this.geometry, this.material));
    this.scene.add(new HemisphereLight(0xffffff, 0x888888, 2));
    this.light = new DirectionalLight(0xffffff, 1.6);
    this.scene.add(this.light);
    this.camera = new PerspectiveCamera(40, 1, this.size / 100, this.size * 20);
    this.camera.up.set(0, 0, 1);
    this.from();
  }

  /** Shows it and waits until it is closed. */
  show(panel, name) {
    panel.innerHTML = '<canvas class="picture" tabindex="0" role="img" data-own-keys></canvas><div class="row" role="group" aria-label="View"></div><p class="quiet small">Drag to turn, or use the arrow keys; + and − for nearer and farther.</p>';
    this.canvas = panel.querySelector("canvas");
    this.canvas.setAttribute("aria-label", `${name} in 3D. Arrow keys turn it, plus and minus zoom.`);
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true });
    const bar = panel.querySelector("[role=group]");
    for (const [sign, says, act] of CONTROLS) bar.append(button(sign, says, () => act(this)));
    this.colour();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.recolour = () => this.colour();
    dark.addEventListener("change", this.recolour);
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("pointerdown", (event) => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener("pointermove", (event) => event.buttons === 1 && this.turn(-event.movementX / 150, event.movementY / 150));
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? ZOOM : 1 / ZOOM);
    }, { passive: false });
    this.canvas.focus();
    return new Promise((resolve) => {
      bar.append(button("Close", "Close the 3D view", resolve));
      this.canvas.addEventListener("keydown", (event) => event.key === "Escape" && resolve());
      addEventListener("pagehide", resolve, { once: true });
      this.canvas.addEventListener("webglcontextlost", resolve);
    }).finally(() => dark.removeEventListener("change", this.recolour));
  }

  /** The angle of the still picture. */
  from() {
    [this.round, this.high, this.far] = [-Math.PI / 4, Math.PI / 6, this.size * 1.5];
  }

  reset() {
    this.from();
    this.draw();
  }

  turn(round, high) {
    this.round += round;
    this.high = Math.max(-1.5, Math.min(1.5, this.high + high));
    this.draw();
  }

  zoom(by) {
    this.far = Math.max(this.size / 5, Math.min(this.size * 8, this.far * by));
    this.draw();
  }

  key(event) {
    const control = CONTROLS.find(([, , , key]) => key === event.key) ?? (event.key === "=" ? CONTROLS[4] : null);
    if (!control) return;
    event.preventDefault();
    control[2](this);
  }

  colour() {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => new Color(style.getPropertyValue(name).trim());
    this.scene.background = token("--sunken");
    this.material.color = token("--action");
    this.draw();
  }

  draw() {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = clientWidth / clientHeight;
    this.camera.updateProjectionMatrix();
    const flat = Math.cos(this.high) * this.far;
    this.camera.position.set(this.middle.x + Math.cos(this.round) * flat, this.middle.y + Math.sin(this.round) * flat, this.middle.z + Math.sin(this.high) * this.far);
    this.camera.lookAt(this.middle);
    this.light.position.copy(this.camera.position);
    this.renderer.render(this.scene, this.camera);
  }

  release() {
    this.observer?.disconnect();
    this.geometry.dispose();
    this.material.dispose();
    this.renderer?.dispose();
    this.renderer?.forceContextLoss();
  }
}

function button(sign, says, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "small";
  made.textContent = sign;
  made.setAttribute("aria-label", says);
  made.addEventListener("click", act);
  return made;
}
