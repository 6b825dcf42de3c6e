// A vitest reporter for a machine that may go down at any moment: a line of JSON for each test as
// soon as it is over, to the terminal, which is recorded outside, and to a file.
import { appendFileSync, readFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { relative } from 'node:path';

/** Precedes each line, so that it is found among whatever else a console has. */
const MARK = '@matrix ';
const TEXT_MAX = 600;
const file = process.env['MATRIX_RECORDS'];

export default class MatrixReporter {
  #root = process.cwd();

  onInit(vitest) {
    this.#root = vitest.config.root;
    say({ type: 'start', release: release(), fileSystem: fileSystemOf(tmpdir()) });
  }

  onTestCaseResult(test) {
    const result = test.result();
    const diagnostic = test.diagnostic();
    say({
      type: 'test',
      file: relative(this.#root, test.module.moduleId),
      name: nameOf(test),
      state: result.state,
      reason: cut(result.note ?? result.errors?.map(textOf).join('; ')),
      milliseconds: Math.round(diagnostic?.duration ?? 0),
      meta: test.meta().matrix,
      unsupported: test.meta().unsupported,
    });
  }

  /** A file that could not be loaded, or whose hooks failed, has no test to say so. */
  onTestModuleEnd(module) {
    const errors = [...module.errors(), ...suiteErrors(module)];
    if (errors.length === 0) return;
    const path = relative(this.#root, module.moduleId);
    say({ type: 'file', file: path, reason: cut(errors.map(textOf).join('; ')) });
  }

  onUserConsoleLog({ content, type }) {
    if (type === 'stderr') process.stderr.write(content);
  }

  onTestRunEnd(modules, unhandled, reason) {
    say({ type: 'end', files: modules.length, unhandled: unhandled.map(textOf), reason });
  }
}

/** The type of the mount that a directory lies on; the last one at a place covers the others. */
function fileSystemOf(directory) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').trimEnd().split('\n');
  const over = mounts
    .map((line) => line.split(' '))
    .filter(([, place]) => `${directory}/`.startsWith(place === '/' ? '/' : `${place}/`))
    .sort(([, a], [, b]) => a.length - b.length);
  return over.at(-1)?.[2] ?? '-';
}

function suiteErrors(module) {
  return [...module.children.allSuites()].flatMap((suite) => suite.errors());
}

function nameOf(test) {
  const names = [test.name];
  for (let up = test.parent; up.type === 'suite'; up = up.parent) names.unshift(up.name);
  return names.join(' > ');
}

function textOf(error) {
  return `${error.name ?? 'Error'}: ${error.message}`;
}

function cut(text) {
  if (text === undefined || text === '') return undefined;
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)} …` : text;
}

function say(event) {
  const line = JSON.stringify(event);
  process.stdout.write(`${MARK}${line}\n`);
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}
