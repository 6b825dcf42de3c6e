// Which installed packages a machine without npm needs, as the lock file has them.

/**
 * Gives the places (`node_modules/a/node_modules/b`) of these packages and of all that they need,
 * sorted. Optional packages that are not installed on this machine are left out.
 *
 * @param lock - `packages` of a package-lock.json.
 * @param roots - names of packages.
 * @param isThere - whether a place is installed.
 */
export function placesOf(lock, roots, isThere) {
  const found = new Set();
  const waiting = roots.map((name) => ({ name, from: '', optional: false }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const place = resolvePlace(lock, next.from, next.name);
    const missing = place === undefined || !isThere(place);
    if (missing && !next.optional) throw new Error(`package ${next.name} is not installed`);
    if (missing || found.has(place)) continue;
    found.add(place);
    const { dependencies = {}, optionalDependencies = {} } = lock[place];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      waiting.push({ name, from: place, optional: name in optionalDependencies });
    }
  }
  return [...found].toSorted((a, b) => (a < b ? -1 : 1));
}

/** Looks a name up as Node does: beside the package that asks, then further out. */
function resolvePlace(lock, from, name) {
  for (let base = from; ; base = parentOf(base)) {
    const place = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (place in lock) return place;
    if (base === '') return undefined;
  }
}

function parentOf(place) {
  const end = place.lastIndexOf('/node_modules/');
  return end === -1 ? '' : place.slice(0, end);
}
