// Checks what would be published: packs it, lints the package, installs the tarball into an empty
// project and uses it there as a library and from the command line.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { ROOT } from './root.mjs';

const SMOKE = `
import { composeLinux, findProfile, GraphDriverError } from 'overlay2-ref';
if (typeof composeLinux !== 'function') throw new Error('composeLinux is not exported');
if (findProfile('strict').name !== 'strict') throw new Error('there is no strict profile');
if (!(new GraphDriverError('x', 'y') instanceof Error)) throw new Error('errors are no errors');
`;

const scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-package-'));
const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const pack = run(ROOT, 'npm', 'pack', '--json', '--pack-destination', scratch);
  const [{ filename, files, size }] = JSON.parse(pack.slice(pack.indexOf('[')));
  console.log(`packed ${files.length} files, ${size} bytes`);

  const { messages, pkg } = await publint({ pkgDir: ROOT, strict: true });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) throw new Error(`publint has ${messages.length} complaints`);

  writeFileSync(join(scratch, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(scratch, 'smoke.mjs'), SMOKE);
  run(scratch, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`);
  run(scratch, process.execPath, 'smoke.mjs');
  run(scratch, join(scratch, 'node_modules/.bin/overlay2-ref'), '--help');
  console.log('the packed library and command line start');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
