/**
 * Establishes that the walk which replaces `openat2` on older kernels gives the kernel's own
 * answers: random trees of directories, files and symlinks, random paths, each asked of both.
 */
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import { SyscallError } from '../../src/domain/errors.js';
import { encodeUtf8 } from '../../src/domain/utf8.js';
import type { Directory } from '../../src/ports/file-system.js';

const NAMES = ['a', 'b', 'c'];
const name = fc.constantFrom(...NAMES);
const component = fc.oneof({ weight: 4, arbitrary: name }, fc.constantFrom('..', '.', '', 'none'));
const path = fc
  .tuple(fc.constantFrom('', '/'), fc.array(component, { maxLength: 7 }), fc.boolean())
  .map(([lead, parts, slash]) => `${lead}${parts.join('/')}${slash ? '/' : ''}`);
const entry = fc.record({
  at: fc.array(name, { minLength: 1, maxLength: 3 }),
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ type: 'directory' } as const) },
    { weight: 1, arbitrary: fc.constant({ type: 'file' } as const) },
    { weight: 4, arbitrary: path.map((target) => ({ type: 'symlink', target }) as const) },
  ),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** Makes what can be made; what names or types of earlier entries forbid is left out. */
function plant(root: string, entries: readonly Entry[]): void {
  for (const { at, kind } of entries) {
    const where = join(root, ...at);
    // Never through a symlink: its target may lie outside.
    const parents = at.slice(0, -1).map((_, depth) => join(root, ...at.slice(0, depth + 1)));
    if (!parents.every(isDirectory)) continue;
    try {
      if (kind.type === 'directory') mkdirSync(where);
      else if (kind.type === 'file') writeFileSync(where, '', { flag: 'wx' });
      else symlinkSync(kind.target, where);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      // The name is taken, or the target of a symlink is empty.
      if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    }
  }
}

function isDirectory(where: string): boolean {
  return lstatSync(where, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function answer(root: Directory, asked: string): Promise<string> {
  try {
    const found = await root.resolve(encodeUtf8(asked));
    const { ino } = await found.fstat();
    await found.close();
    return String(ino);
  } catch (error) {
    expect(error).toBeInstanceOf(SyscallError);
    return (error as SyscallError).errnoName;
  }
}

test('openat2 and the walk give the same directory or the same errno', async () => {
  const kernel = createLinuxPorts().ports.fs;
  const walk = createLinuxPorts({ withoutOpenat2: true }).ports.fs;
  const counts = { found: 0, failed: 0 };

  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 14 }),
      fc.array(path, { minLength: 10, maxLength: 30 }),
      async (entries, paths) => {
        const outer = mkdtempSync(join(tmpdir(), 'overlay2-ref-resolve-'));
        const inner = join(outer, 'a', 'root');
        mkdirSync(inner, { recursive: true });
        plant(inner, entries);
        const [first, second] = [await kernel.openRoot(inner), await walk.openRoot(inner)];
        try {
          for (const asked of paths) {
            const expected = await answer(first, asked);
            expect([asked, await answer(second, asked)]).toEqual([asked, expected]);
            counts[expected.startsWith('E') ? 'failed' : 'found']++;
          }
        } finally {
          await first.close();
          await second.close();
          rmSync(outer, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 300 },
  );

  // A generator that only ever finds, or only ever fails, would show nothing.
  expect(counts.found).toBeGreaterThan(500);
  expect(counts.failed).toBeGreaterThan(500);
});
