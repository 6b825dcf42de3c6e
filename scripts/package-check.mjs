// Checks what would be published: packs it, lints the package (publint, and attw for its types),
// unpacks it into an empty project, and uses it there from every entry: without koffi, with koffi,
// through the type checker, and from the command line. No network is needed.
//
//   node scripts/package-check.mjs [--no-build]
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { ROOT } from './root.mjs';

/** The tarball is downloaded by everyone who installs it. */
const PACKED_BYTES_MAX = 4 * 1024 * 1024;
const MAIN = join(ROOT, 'scripts/package-check-main.ts');
const { dependencies, optionalDependencies, exports } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

if (!process.argv.includes('--no-build')) run(ROOT, process.execPath, 'scripts/build.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-package-'));
try {
  const tarball = pack();
  await lint();
  checkTypes(tarball);
  unpack(tarball);
  useWithoutKoffi();
  useWithKoffi();
  typeCheck();
  console.log('the packed library and command line work from an empty project');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function pack() {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch];
  const out = run(ROOT, 'npm', ...args);
  const [{ filename, files, size }] = JSON.parse(out.slice(out.indexOf('[')));
  console.log(`packed ${files.length} files, ${size} bytes`);
  if (size > PACKED_BYTES_MAX) throw new Error(`the package has more than ${PACKED_BYTES_MAX}`);
  return join(scratch, filename);
}

async function lint() {
  const { messages, pkg } = await publint({ pkgDir: ROOT, strict: true, pack: false });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) throw new Error(`publint has ${messages.length} complaints`);
  console.log('publint has nothing to say');
}

/** Vectors and schemas are data, which have no types. */
function checkTypes(tarball) {
  const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const entries = Object.keys(exports).filter((name) => !/\*|json$/.test(name));
  const args = [attw, tarball, '--profile', 'esm-only', '--no-emoji', '--entrypoints', ...entries];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`attw complains:\n${stdout}${stderr}`);
  console.log(`attw accepts the types of ${entries.join(' ')}`);
}

/** Installs as npm would, with the dependencies of this clone. */
function unpack(tarball) {
  const home = join(scratch, 'node_modules/overlay2-ref');
  mkdirSync(home, { recursive: true });
  run(scratch, 'tar', '-xzf', tarball, '-C', home, '--strip-components=1');
  for (const name of [...Object.keys(dependencies), '@types/node']) link(name);
  writeFileSync(join(scratch, 'package.json'), '{ "private": true, "type": "module" }\n');
  cpSync(MAIN, join(scratch, 'main.ts'));
}

/** The package itself is not linked, so that it finds what lies here and nothing else. */
function link(name) {
  const path = join(scratch, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), path);
}

function useWithoutKoffi() {
  const { transpileModule, ModuleKind } = createRequire(import.meta.url)('typescript');
  const source = readFileSync(join(scratch, 'main.ts'), 'utf8');
  const { outputText } = transpileModule(source, {
    compilerOptions: { module: ModuleKind.ESNext, target: 'ES2022', verbatimModuleSyntax: true },
  });
  writeFileSync(join(scratch, 'main.mjs'), outputText);
  expectOutput('main.mjs', 'koffi: no');
  const bin = join(scratch, 'node_modules/overlay2-ref/bin/overlay2-ref');
  const told = run(scratch, process.execPath, bin, 'check', 'builtin:fake', '--runs', '2');
  if (!told.includes('agrees')) throw new Error(`the packed command line says ${told}`);
}

function useWithKoffi() {
  for (const name of Object.keys(optionalDependencies)) link(name);
  expectOutput('main.mjs', process.platform === 'linux' ? 'koffi: yes' : 'koffi: no');
}

function expectOutput(program, wanted) {
  const said = run(scratch, process.execPath, program).trim();
  if (said !== wanted) throw new Error(`${program} says ${said} and not ${wanted}`);
}

function typeCheck() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
  const data = ['--resolveJsonModule', '--types', 'node'];
  const args = [tsc, ...flags, ...data, 'main.ts'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8' });
  if (status !== 0) throw new Error(`a program that uses the package has wrong types:\n${stdout}`);
  console.log('a program that uses every entry has right types');
}
