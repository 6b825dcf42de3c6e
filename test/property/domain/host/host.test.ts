// Establishes laws of what the host tells: versions order, gates do not depend on what they must
// not, accounts written are found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccounts } from '../../../../src/domain/host/accounts.js';
import { FS_MAGIC, isRefusedBacking } from '../../../../src/domain/host/backing-fs.js';
import { decideKernelGate } from '../../../../src/domain/host/kernel-gate.js';
import {
  compareKernelVersion,
  parseKernelVersion,
  type KernelVersion,
} from '../../../../src/domain/host/kernel-version.js';
import { listsOverlay } from '../../../../src/domain/host/proc-filesystems.js';
import { isInUserNamespace } from '../../../../src/domain/host/user-namespace.js';
import { assertOrder, assertRoundTrip } from '../../../helpers/laws.js';

const version: fc.Arbitrary<KernelVersion> = fc.record(
  {
    kernel: fc.nat({ max: 7 }),
    major: fc.nat({ max: 9 }),
    minor: fc.nat({ max: 2 }),
    flavor: fc.constantFrom('', '-1-amd64', '-gentoo', '.el7', '+'),
  },
  { noNullPrototype: true },
);
const magic = fc.constantFrom(...Object.values(FS_MAGIC));
const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '_', 'é'), minLength: 1 });
const account = fc.tuple(
  fc.nat(),
  name.map((text) => `n${text}`),
);
const accounts = fc.uniqueArray(account, { selector: ([id]) => id });

describe('kernel versions', () => {
  it('read back as they are written', () => {
    assertRoundTrip(
      version,
      ({ kernel, major, minor, flavor }) => `${kernel}.${major}.${minor}${flavor}`,
      parseKernelVersion,
    );
  });

  it('are ordered', () => {
    assertOrder(version, compareKernelVersion);
  });
});

describe('the kernel gate', () => {
  const question = fc.record({
    magic,
    version,
    overrideKernelCheck: fc.boolean(),
    backingFs: fc.constant('fs'),
  });

  it('refuses a refused file system on every kernel', () => {
    fc.assert(
      fc.property(question, (asked) => {
        if (isRefusedBacking(asked.magic)) expect(decideKernelGate(asked).kind).toBe('refuse');
      }),
    );
  });

  it('never gets stricter with a newer kernel or the override', () => {
    const rank = { refuse: 0, 'probe-lowers': 1, ok: 2 };

    fc.assert(
      fc.property(question, version, (asked, other) => {
        const before = rank[decideKernelGate(asked).kind];
        const newer = {
          ...asked,
          version: { ...asked.version, kernel: asked.version.kernel + other.kernel },
        };

        expect(rank[decideKernelGate(newer).kind]).toBeGreaterThanOrEqual(before);
        expect(
          rank[decideKernelGate({ ...asked, overrideKernelCheck: true }).kind],
        ).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('logs an error exactly when it refuses', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { kind, logs } = decideKernelGate(asked);

        expect(logs.some((log) => log.level === 'error')).toBe(kind === 'refuse');
      }),
    );
  });
});

describe('accounts', () => {
  it('are found as they were written to passwd', () => {
    assertRoundTrip(
      accounts,
      (all) => all.map(([id, text]) => `${text}:x:${id}:${id}::/:/bin/sh\n`).join('#\n'),
      (text): [number, string][] => [...parseAccounts(text, 'passwd')],
    );
  });

  it('are found as they were written to group', () => {
    assertRoundTrip(
      accounts,
      (all) => all.map(([id, text]) => `${text}:x:${id}:a,b`).join('\n\n'),
      (text): [number, string][] => [...parseAccounts(text, 'group')],
    );
  });
});

describe('the host', () => {
  it('lists overlay wherever the line stands', () => {
    const other = fc.array(fc.constantFrom('nodev\tproc', '\text4', 'nodev\toverlayx'));

    fc.assert(
      fc.property(other, other, (before, after) => {
        expect(listsOverlay([...before, 'nodev\toverlay', ...after].join('\n'))).toBe(true);
        expect(listsOverlay([...before, ...after].join('\n'))).toBe(false);
      }),
    );
  });

  it('is in a user namespace with every map but one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (inside, outside, count) => {
        expect(isInUserNamespace(`${inside} ${outside} ${count}\n`)).toBe(true);
        expect(isInUserNamespace(`0 0 4294967295\n${inside} ${outside} ${count}\n`)).toBe(true);
      }),
    );
  });
});
