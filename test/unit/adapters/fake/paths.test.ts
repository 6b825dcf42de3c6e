/**
 * Establishes what calls by path answer at the edges of path walking, as a table that a run on
 * Linux 6.18 gave (test/e2e/fake-paths.test.ts repeats it there).
 */
import { expect, test } from 'vitest';
import { FakeFileSystem } from '../../../../src/adapters/fake/file-system.js';
import { FIRST_NAMESPACE, Machine } from '../../../../src/adapters/fake/machine.js';
import { View } from '../../../../src/adapters/fake/view.js';
import { PATH_CASES, plantPaths, runPathCase } from '../../../helpers/path-edges.js';

test.each(PATH_CASES)('%s of %s gives %s', async (call, path, expected) => {
  const machine = new Machine();
  const fs = new FakeFileSystem(new View(machine, FIRST_NAMESPACE));
  await fs.mkdir('/tmp/edges', 0o755);
  await plantPaths(fs, '/tmp/edges');

  expect(await runPathCase(fs, '/tmp/edges', call, path)).toBe(expected);
});
