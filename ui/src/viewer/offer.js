// Offers the 3D view beside a still picture. What draws it is fetched when somebody asks for it, and where the browser
// draws no 3D the picture and the facts stay, with a sentence.

/** Puts the offer below the picture in `place`. */
export function offer(place) {
  const row = document.createElement("div");
  row.dataset.island = "";
  row.id = "view-3d";
  row.className = "stack";
  row.innerHTML = '<div class="row"><button type="button">Open in 3D</button><span class="quiet small" role="status"></span></div>';
  place.append(row);
  const button = row.querySelector("button");
  button.addEventListener("click", async () => {
    if (!drawsShapes()) {
      button.hidden = true;
      row.querySelector("[role=status]").textContent = "This browser shows no 3D. The picture and the facts say the same.";
      return;
    }
    row.firstElementChild.hidden = true;
    const { open } = await import("./viewer.js");
    await open(place, row);
    row.firstElementChild.hidden = false;
    button.focus();
  });
}

function drawsShapes() {
  const trial = document.createElement("canvas").getContext("webgl2");
  trial?.getExtension("WEBGL_lose_context")?.loseContext();
  return trial !== null;
}
