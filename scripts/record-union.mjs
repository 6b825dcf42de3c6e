// Records what this kernel's overlayfs shows to test/fixtures/union. Run as root, on a kernel that
// a preset stands for; fixtures are recorded again, never edited.
//
//   unshare -m --propagation private node scripts/record-union.mjs
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './root.mjs';

/** Started from beside the program. */
const THREAD = 'mount-thread.mjs';
const FILE = join(ROOT, 'test/fixtures/union/kernel.json.gz');

// Within the checkout, so that the packages that are left out are found.
const directory = mkdtempSync(join(ROOT, 'node_modules/.record-'));
try {
  const outfile = join(directory, 'record.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/e2e/fake-kernel/record-union.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  copyFileSync(join(ROOT, 'src/adapters/linux', THREAD), join(directory, THREAD));
  const { recordUnion } = await import(outfile);
  process.chdir(tmpdir());
  const { stories, mounts, preset } = await recordUnion(FILE);
  const { size } = statSync(FILE);
  console.log(`${stories.length} stories, ${mounts.length} mounts, ${preset}: ${size} bytes`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
