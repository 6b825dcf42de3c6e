/** Establishes that the table of path edges, which the fake keeps, is what this kernel answers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import { PATH_CASES, plantPaths, runPathCase } from '../helpers/path-edges.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'overlay2-ref-edges-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

test.each(PATH_CASES)('%s of %s gives %s', async (call, path, expected) => {
  const { ports, dispose } = createLinuxPorts();
  try {
    await plantPaths(ports.fs, root);

    expect(await runPathCase(ports.fs, root, call, path)).toBe(expected);
  } finally {
    await dispose();
  }
});
