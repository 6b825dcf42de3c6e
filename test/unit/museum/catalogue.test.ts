// Establishes that the museum's faults are sound data: each is one change of a module that is
// there, and what is loaded in the module's place is that change and compiles.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Fault,
  plantFault,
  type PlantedModule,
  readFaults,
} from '../../../scripts/museum-catalogue.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const FAULTS = readFaults();
/** Compiling all of them takes seconds, on a busy machine more. */
const COMPILE_MS = 60_000;

const countOf = (kind: Fault['kind']): number =>
  FAULTS.filter((fault) => fault.kind === kind).length;

describe('the catalogue of the museum', () => {
  it('has at least 60 faults that real drivers had', () => {
    expect(countOf('historical')).toBeGreaterThanOrEqual(60);
  });

  it('has at least 40 synthetic faults, in driver and domain', () => {
    const files = FAULTS.filter(({ kind }) => kind === 'synthetic').map(({ file }) => file);

    expect(files.length).toBeGreaterThanOrEqual(40);
    expect(files.filter((file) => file.startsWith('src/driver/')).length).toBeGreaterThan(10);
    expect(files.filter((file) => file.startsWith('src/domain/')).length).toBeGreaterThan(10);
  });

  it('gives every fault a name of its own', () => {
    expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  });

  it('has no two faults that are the same change', () => {
    const changes = FAULTS.map(({ file, find, replace, profile }) =>
      JSON.stringify([file, find, replace, profile]),
    );

    expect(new Set(changes).size).toBe(changes.length);
  });

  it('breaks driver and domain alone, never what judges them', () => {
    const strangers = FAULTS.filter(({ file }) => !/^src\/(driver|domain)\/(?!union)/.test(file));

    expect(strangers.map(({ id }) => id)).toEqual([]);
  });

  it('says of every fault where it is from, and what somebody would see of it', () => {
    const silent = FAULTS.filter(({ source, what }) => source === '' || !/^\S.*\.$/.test(what));

    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it(
    'finds each text once, and makes another module of it that compiles',
    () => {
      const built = new Map<string, string>();
      const wholeOf = (fault: Fault): string => {
        const known = built.get(fault.file);
        if (known !== undefined) return known;
        const { source } = plantFault({ ...fault, replace: fault.find });
        built.set(fault.file, source);
        return source;
      };

      const same = FAULTS.filter((fault) => plantFault(fault).source === wholeOf(fault));

      expect(same.map(({ id }) => id)).toEqual([]);
    },
    COMPILE_MS,
  );

  it('refuses what does not compile', () => {
    const [fault] = FAULTS;

    expect(() => plantFault({ ...(fault as Fault), replace: 'if (' })).toThrow(/expected/);
  });

  it('refuses a text that is not there, or there twice', () => {
    const [fault] = FAULTS;

    expect(() => plantFault({ ...(fault as Fault), find: 'no such text' })).toThrow(/is 0 times/);
    expect(() => plantFault({ ...(fault as Fault), find: 'const ' })).toThrow(/times in/);
  });
});

describe('planting', () => {
  const root = mkdtempSync(join(tmpdir(), 'museum-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('loads the planted text in place of the built module, and says so', () => {
    for (const name of ['src', 'dist']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(root, 'src/answer.ts'), 'export const answer: number = 41 + 1;');
    writeFileSync(join(root, 'dist/answer.js'), 'export const answer = 41 + 1;');
    const fault = { ...(FAULTS[0] as Fault), file: 'src/answer.ts', find: '+', replace: '-' };
    const planted = plantFault(fault, root);

    const answered = runIn(planted);

    expect(answered).toEqual({ before: false, answer: 40, after: true });
  });
});

/** Imports the planted module in a process of its own, as each run of the museum does. */
function runIn(planted: PlantedModule): unknown {
  const install = pathToFileURL(join(ROOT, 'scripts/museum-install.mjs')).href;
  const program = `
    import { installPlanted } from ${JSON.stringify(install)};
    const isPlanted = installPlanted(${JSON.stringify(planted)});
    const before = isPlanted();
    const { answer } = await import(${JSON.stringify(planted.url)});
    console.log(JSON.stringify({ before, answer, after: isPlanted() }));`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
