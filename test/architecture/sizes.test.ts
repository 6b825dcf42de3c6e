/**
 * Establishes that files, functions and lines stay within the sizes that CONTRIBUTING.md gives, by
 * measuring every source file; data tables are excepted by name, each with its reason.
 */
import { describe, expect, it } from 'vitest';
import { ROOT } from './dependency-rules.js';
import { findLongFileAndLines, findLongFunctions } from './sizes.js';
import { parse, readSourceFiles, type SourceFile } from './source-files.js';

/** Files whose length is the length of the table they hold. */
const DATA_TABLES: Readonly<Record<string, string>> = {
  'src/oracle/faults/moby-2019-states.ts': 'a line is one state, named as judgements name it',
};

const code = readSourceFiles(['src', 'scripts']);
const tests = readSourceFiles(['test']);

const isNoTable = (file: SourceFile): boolean => DATA_TABLES[file.fileName] === undefined;

describe('the sizes', () => {
  it('of files and lines are kept', () => {
    const complaints = [...code, ...tests].filter(isNoTable).flatMap(findLongFileAndLines);

    expect(complaints).toEqual([]);
  });

  it('of functions are kept', () => {
    expect(code.flatMap(findLongFunctions)).toEqual([]);
  });

  it('are excepted only for files that exist and are too long', () => {
    const long = [...code, ...tests].filter((file) => findLongFileAndLines(file).length > 0);

    expect(long.map((file) => file.fileName)).toEqual(
      expect.arrayContaining(Object.keys(DATA_TABLES)),
    );
  });
});

describe('the size checks', () => {
  it('pass 400 lines and report the 401st', () => {
    const fits = parse('fits.ts', 'x;\n'.repeat(400));
    const long = parse('long.ts', 'x;\n'.repeat(401));

    expect(findLongFileAndLines(fits)).toEqual([]);
    expect(findLongFileAndLines(long)).toEqual(['long.ts has 401 lines']);
  });

  it('pass 100 columns and report the 101st', () => {
    const file = parse('wide.ts', `// ${'ü'.repeat(97)}\n// ${'ü'.repeat(98)}\n`);

    expect(findLongFileAndLines(file)).toEqual(['wide.ts:2 has 101 columns']);
  });

  it('pass a function of 70 lines and report one of 71, nested ones too', () => {
    const fits = parse('fits.ts', `function f() {\n${'x;\n'.repeat(68)}}\n`);
    const long = parse('long.ts', `class C {\n  m() {\n${'x;\n'.repeat(69)}}\n}\n`);

    expect(findLongFunctions(fits)).toEqual([]);
    expect(findLongFunctions(long)).toEqual(['long.ts:2 is a function of 71 lines']);
  });

  it('see the planted source file', () => {
    const [planted] = readSourceFiles(['source'], `${ROOT}/test/architecture/fixtures`);

    expect(planted && findLongFileAndLines(planted)).toEqual([
      'source/breaks-the-house-rules.ts:4 has 101 columns',
    ]);
  });
});
