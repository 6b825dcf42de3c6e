// Makes dist-bundle/overlay2-ref.mjs: the command line in one file that runs with nothing but Node,
// without native code. What needs the kernel says so there.
//
//   node scripts/bundle.mjs [--out FILE]
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ROOT } from './root.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const outfile = resolve(values.out ?? join(ROOT, 'dist-bundle/overlay2-ref.mjs'));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const ENTRY = `
import { main } from './src/cli/main.ts';

process.exitCode = await main(process.argv.slice(2), process);
`;

/** A package in the bundle may ask for Node's own modules the old way. */
const BANNER = `#!/usr/bin/env node
import { createRequire as bundleRequire } from 'node:module';
const require = bundleRequire(import.meta.url);`;

/** Modules that a single file without native code has no use for, and what stands there. */
const INSTEAD = [
  {
    path: /\/src\/cli\/package-version\.ts$/,
    contents: `export const packageVersion = () => ${JSON.stringify(version)};`,
  },
  {
    path: /\/src\/adapters\/linux\/ports\.ts$/,
    contents: `
      import { GraphDriverError } from '../../domain/errors.ts';
      export function createLinuxPorts() {
        throw new GraphDriverError('host', 'the bundle has no native code: ' +
          'install the package overlay2-ref to work on a kernel');
      }`,
  },
];

const withoutNative = {
  name: 'without-native',
  setup(bundle) {
    for (const { path, contents } of INSTEAD) {
      bundle.onLoad({ filter: path }, ({ path: file }) => ({
        contents,
        loader: 'ts',
        resolveDir: dirname(file),
      }));
    }
  },
};

mkdirSync(dirname(outfile), { recursive: true });
const { metafile } = await build({
  stdin: { contents: ENTRY, resolveDir: ROOT, sourcefile: 'overlay2-ref.ts', loader: 'ts' },
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Names stay: errors are told by the name of their class, and a stack can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  banner: { js: BANNER },
  plugins: [withoutNative],
  metafile: true,
  logLevel: 'warning',
});
chmodSync(outfile, 0o755);

for (const path of Object.keys(metafile.inputs)) {
  if (/koffi|\.node$/.test(path)) throw new Error(`native code came into the bundle: ${path}`);
}
console.log(`${outfile}: ${statSync(outfile).size} bytes`);
