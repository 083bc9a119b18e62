// What a page keeps in the browser's own storage. Each name is in the inventory ([cookie] in policy/data.toml), from which the
// cookie notice is written. A browser may refuse it: then pages do without.

/** What is kept under this name, or null. */
export function kept(name) {
  return quietly(() => localStorage.getItem(name)) ?? null;
}

export function keep(name, value) {
  quietly(() => localStorage.setItem(name, value));
}

export function forget(name) {
  quietly(() => localStorage.removeItem(name));
}

/** Every name that begins so. */
export function names(beginning) {
  return (quietly(() => Object.keys(localStorage)) ?? []).filter((name) => name.startsWith(beginning));
}

function quietly(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
