/** Establishes that the list of kernels is whole, and that Vagrant's half and ours agree on it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const FILE = new URL('../../../vagrant/kernels.json', import.meta.url);
const suite = {
  archive: z.enum(['debian', 'debian-security']),
  suite: z.string().regex(/^[a-z-]+$/),
};
const packageName = z.string().regex(/^linux-image-[\w.+-]+$/);

const LIST = z.strictObject({
  userland: z.strictObject(suite),
  kernels: z.array(
    z.strictObject({
      name: z.string().regex(/^[\w.-]+$/),
      debian: z
        .union([
          z.strictObject({ ...suite, package: packageName }),
          // The dot keeps 6.1 from being taken for a prefix of 6.18.
          z.strictObject({ ...suite, prefix: packageName.regex(/\.$/) }),
        ])
        .optional(),
      public: z.strictObject({
        box: z.string().regex(/^[\w-]+\/[\w.-]+$/),
        install: z.literal(true).optional(),
      }),
    }),
  ),
});

const { kernels } = LIST.parse(JSON.parse(readFileSync(FILE, 'utf8')));

it('has the kernels that can be built from Debian packages', () => {
  const local = kernels.filter(({ debian }) => debian !== undefined).map(({ name }) => name);
  expect(local).toEqual(['5.10', '6.1', '6.12', '6.18', 'newest']);
});

it('has those that only public boxes give', () => {
  const rest = kernels.filter(({ debian }) => debian === undefined).map(({ name }) => name);
  expect(rest).toEqual(['5.14-el9', '5.15', '6.8']);
});

it('names each kernel once', () => {
  expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
});

it('says where a kernel comes from that a public box has to install', () => {
  const installed = kernels.filter((kernel) => kernel.public.install === true);
  expect(installed.map(({ name }) => name)).toEqual(['6.18', 'newest']);
  expect(installed.every(({ debian }) => debian !== undefined)).toBe(true);
});
