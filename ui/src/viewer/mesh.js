// The worker that fetches and reads a mesh, so that the page answers meanwhile. The layout is written down in
// crates/prepare/src/neutral.rs: "PKM1", number of points, number of triangles, points, triangles; little endian.
const MAGIC = "PKM1";
const HEAD = 12;

onmessage = async ({ data: place }) => {
  try {
    const bytes = await fetchWhole(place);
    const head = new DataView(bytes.buffer, 0, HEAD);
    const magic = String.fromCharCode(...bytes.subarray(0, 4));
    const [points, triangles] = [head.getUint32(4, true), head.getUint32(8, true)];
    if (magic !== MAGIC || bytes.length !== HEAD + 12 * (points + triangles)) throw new Error("not a mesh");
    const positions = new Float32Array(bytes.buffer, HEAD, points * 3).slice();
    const indices = new Uint32Array(bytes.buffer, HEAD + points * 12, triangles * 3).slice();
    postMessage({ positions, indices, bounds: bounds(positions) }, [positions.buffer, indices.buffer]);
  } catch {
    postMessage({ failed: true });
  }
};

async function fetchWhole(place) {
  const answer = await fetch(place);
  if (!answer.ok) throw new Error("not there");
  const bytes = new Uint8Array(Number(answer.headers.get("content-length")));
  const reader = answer.body.getReader();
  let at = 0;
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes.set(value, at);
    at += value.length;
    const percent = Math.floor((at / bytes.length) * 100);
    if (percent > told) postMessage({ percent: (told = percent) });
  }
}

function bounds(positions) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i += 1) {
    const axis = i % 3;
    if (positions[i] < low[axis]) low[axis] = positions[i];
    if (positions[i] > high[axis]) high[axis] = positions[i];
  }
  return { low, high };
}
