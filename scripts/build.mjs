// Builds dist/ from src/: compiles what has changed, and copies the thread files, which are plain
// JavaScript because a worker thread cannot load TypeScript. What is there stays usable meanwhile.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const SRC = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');
const THREADS = 'adapters/linux';
/** Lies with what it tells of, so that whoever removes the one removes the other. */
const BUILD_INFO = '.tsbuildinfo';
const COMPILED = /(\.d)?\.(ts|js)$/;

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const incremental = ['--incremental', '--tsBuildInfoFile', join(DIST, BUILD_INFO)];
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...incremental], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

for (const name of readdirSync(join(SRC, THREADS))) {
  if (!name.endsWith('.mjs')) continue;
  cpSync(join(SRC, THREADS, name), join(DIST, THREADS, name));
}
for (const name of readdirSync(DIST, { recursive: true })) {
  if (!hasSource(name)) rmSync(join(DIST, name), { recursive: true, force: true });
}

/** Whether a file or directory of dist comes from one that is there. */
function hasSource(name) {
  if (name === BUILD_INFO) return true;
  return existsSync(join(SRC, name)) || existsSync(join(SRC, name.replace(COMPILED, '.ts')));
}
