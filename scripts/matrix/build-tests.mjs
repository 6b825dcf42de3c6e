// Makes a tree of the e2e tests for a machine that has Node and nothing else of this project: their
// JavaScript, what they read, the build, and the packages that they load. Cached by content.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../root.mjs';
import { placesOf } from './packages.mjs';

/** Tests that stay here, and why; whoever runs the tree tells it of them. */
export const NOT_SHIPPED = {
  'test/e2e/report': 'needs a browser, and says nothing of the kernel',
  'test/e2e/docker': 'needs a daemon of Docker, which the machine of a kernel does not have',
  'test/e2e/testees': 'needs compilers, and says nothing of the kernel',
};

/** Compiled file by file; what is not TypeScript in them is copied. */
const SOURCES = ['src', 'test/e2e', 'test/helpers', 'test/contract'];
const COPIED = ['bin', 'dist', 'vectors', 'schemas', 'test/fixtures', 'test/scenarios'];
const FILES = ['package.json', 'moby.lock.json'];
/** Lies beside this file and goes to the top of the tree. */
const GUEST = 'scripts/matrix/guest';
const TEST_PACKAGES = ['vitest', 'fast-check', 'tar-stream'];
/** Needed by none of the tests, though a package names it. */
const UNUSED_PACKAGES = /^node_modules\/(lightningcss|postcss)(-|$)/;
const UNUSED_FILES = /(\.d\.[cm]?ts|\.map|\.md|\.markdown|\.tsbuildinfo|\/LICENSE)$/i;

/**
 * Makes the tree where it is not there yet.
 *
 * @param folder - for trees, one at a time.
 * @returns its path and its hash.
 */
export async function buildTests(folder) {
  const inputs = listInputs();
  const hash = hashOf(inputs);
  const tree = join(folder, 'tests');
  const mark = join(tree, '.hash');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return { tree, hash };

  const made = `${tree}.new`;
  rmSync(made, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: inputs.filter((path) => isCompiled(path)),
    outbase: ROOT,
    outdir: made,
    bundle: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: false,
    logLevel: 'warning',
  });
  for (const path of inputs) {
    if (isCompiled(path)) continue;
    const to = path.startsWith(`${GUEST}/`) ? path.slice(GUEST.length + 1) : path;
    mkdirSync(dirname(join(made, to)), { recursive: true });
    cpSync(join(ROOT, path), join(made, to));
  }
  writeFileSync(join(made, '.hash'), hash);
  rmSync(tree, { recursive: true, force: true });
  renameSync(made, tree);
  return { tree, hash };
}

function isCompiled(path) {
  return path.endsWith('.ts') && !path.startsWith('node_modules/');
}

function listInputs() {
  const sources = SOURCES.flatMap(list).filter(
    (path) => !path.endsWith('.d.ts') && isShipped(path),
  );
  const places = listPackages();
  const packages = places.flatMap(list).filter((path) => !UNUSED_FILES.test(path));
  const copied = COPIED.flatMap(list).filter((path) => !UNUSED_FILES.test(path));
  return [...sources, ...copied, ...FILES, ...list(GUEST), ...new Set(packages)].toSorted(compare);
}

function isShipped(path) {
  return !Object.keys(NOT_SHIPPED).some((kept) => path === kept || path.startsWith(`${kept}/`));
}

function listPackages() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const { dependencies, optionalDependencies } = packages[''];
  const roots = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...TEST_PACKAGES];
  const isThere = (place) => existsSync(join(ROOT, place)) && !UNUSED_PACKAGES.test(place);
  return placesOf(withoutUnused(packages), roots, isThere);
}

function withoutUnused(packages) {
  const left = Object.entries(packages).map(([place, entry]) => {
    const dependencies = Object.entries(entry.dependencies ?? {}).filter(
      ([name]) => !UNUSED_PACKAGES.test(`node_modules/${name}`),
    );
    return [place, { ...entry, dependencies: Object.fromEntries(dependencies) }];
  });
  return Object.fromEntries(left);
}

/** Files below a folder, by their path below the root; of a package not those of packages in it. */
function list(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => !path.slice(folder.length).includes('/node_modules/'))
    .filter((path) => statSync(join(ROOT, path)).isFile());
}

/** Of installed packages the names say enough, since the lock file pins them. */
function hashOf(inputs) {
  const hash = createHash('sha256').update(process.arch);
  for (const path of inputs) {
    hash.update(`\0${path}\0`);
    if (!path.startsWith('node_modules/')) hash.update(readFileSync(join(ROOT, path)));
  }
  return hash
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

function compare(a, b) {
  return a < b ? -1 : 1;
}
