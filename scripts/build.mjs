// Builds dist/ from src/: compiles it, and copies the thread files, which are plain JavaScript
// because a worker thread cannot load TypeScript.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const THREADS = 'adapters/linux';

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

for (const name of readdirSync(join(ROOT, 'src', THREADS))) {
  if (!name.endsWith('.mjs')) continue;
  cpSync(join(ROOT, 'src', THREADS, name), join(ROOT, 'dist', THREADS, name));
}
