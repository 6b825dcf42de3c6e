/**
 * Establishes that the decorators are transparent on the real adapter (which passes its contract
 * through all of them), and that failures, crashes and lost writes happen to real files.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallGate, CrashError, crashAt, passAll } from '../../src/adapters/faults/call-gate.js';
import { CallTrace } from '../../src/adapters/faults/call-trace.js';
import { interceptPorts } from '../../src/adapters/faults/intercept.js';
import { UnsyncedFiles } from '../../src/adapters/faults/unsynced-files.js';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../src/domain/utf8.js';
import { CONTRACT_CASES } from '../contract/cases.js';
import { testContract, type Subject } from '../contract/contract.js';

const NEW = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE;

async function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'overlay2-ref-faults-'));
}

async function openDecorated(): Promise<Subject> {
  const root = await temporaryDirectory();
  const { ports, dispose } = createLinuxPorts();
  await ports.fs.chmod(root, 0o755);
  const arounds = [
    new UnsyncedFiles(ports.fs).around,
    new CallTrace().around,
    new CallGate(passAll).around,
  ];
  return {
    ports: arounds.reduce((inner, around) => interceptPorts(inner, around), ports),
    root,
    async dispose() {
      await dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

for (const [about, cases] of Object.entries(CONTRACT_CASES)) {
  describe(`Linux behind gate, trace and unsynced files: ${about}`, () => {
    testContract(cases, openDecorated);
  });
}

describe('a crash on the real adapter', () => {
  const { ports } = createLinuxPorts();
  let root = '';

  beforeEach(async () => {
    root = await temporaryDirectory();
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it('keeps what was synced, empties what was not, and leaves no descriptor', async () => {
    const before = (await readdir('/proc/self/fd')).length;
    const unsynced = new UnsyncedFiles(ports.fs);
    const gate = new CallGate(crashAt(8));
    const { fs } = interceptPorts(interceptPorts(ports, unsynced.around), gate.around);

    const directory = await fs.openRoot(root);
    const safe = await directory.openat(encodeUtf8('safe'), NEW, 0o644);
    await safe.write(encodeUtf8('safe'));
    await safe.fsync();
    const lost = await directory.openat(Uint8Array.of(0x6c, 0xff), NEW, 0o644);
    await lost.write(encodeUtf8('lost'));
    await safe.write(encodeUtf8(' and more'));
    await expect(lost.fsync()).rejects.toThrow(CrashError);
    await gate.closeLeftOpen();
    await unsynced.loseUnsynced();

    expect(await readFile(join(root, 'safe'), 'utf8')).toBe('safe');
    const names = await readdir(root, { encoding: 'buffer' });
    const strange = names.find((name) => name.includes(0xff));
    expect(strange).toStrictEqual(Buffer.from([0x6c, 0xff]));
    expect(
      await readFile(Buffer.concat([Buffer.from(`${root}/`), strange ?? Buffer.of()])),
    ).toHaveLength(0);
    expect((await readdir('/proc/self/fd')).length).toBe(before);
  });
});
