/**
 * Establishes that one gate around several ports counts their calls together, fails a call before
 * it is made with the error that the call itself would give, and crashes for good. The ports are
 * stubs.
 */
import { describe, expect, it } from 'vitest';
import {
  CallGate,
  CrashError,
  crashAt,
  failAt,
  failFrom,
  passAll,
} from '../../../../src/adapters/faults/call-gate.js';
import type { GateRule } from '../../../../src/adapters/faults/call-gate.js';
import { interceptPorts } from '../../../../src/adapters/faults/intercept.js';
import type { OutwardPorts } from '../../../../src/adapters/faults/intercept.js';
import { mutatingOnly } from '../../../../src/adapters/faults/port-call.js';
import type { CallFilter } from '../../../../src/adapters/faults/port-call.js';
import { SyscallError } from '../../../../src/domain/errors.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import { StubFiles } from '../../../helpers/stub-ports.js';

const NEW = OPEN.WRITE_ONLY | OPEN.CREATE;
const NOW = { seconds: 0n, nanoseconds: 0 };

function setUp(
  rule: GateRule,
  counts?: CallFilter,
): { stub: StubFiles; gate: CallGate; ports: OutwardPorts } {
  const stub = new StubFiles();
  const gate = new CallGate(rule, counts);
  return { stub, gate, ports: interceptPorts(stub.ports, gate.around) };
}

describe('a gate that lets every call pass', () => {
  it('counts the calls of all ports and handles together', async () => {
    const { gate, ports } = setUp(passAll);

    await ports.mounter.umount('/m', 0);
    await ports.quota.setLimits('/d', 1, { hardBlocks: 1n, softBlocks: 0n });
    const file = await ports.fs.open('/f', NEW, 0o644);
    await file.write(Uint8Array.of(1));
    await file.close();
    const directory = await (await ports.fs.openRoot('/')).opendirat(encodeUtf8('d'));
    await directory.fsync();

    expect(gate.count).toBe(8);
    expect(gate.crashed).toBe(false);
  });

  it('counts no more than the calls it is told to', async () => {
    const { gate, ports } = setUp(passAll, mutatingOnly);

    const file = await ports.fs.open('/f', NEW, 0o644);
    await file.fstat();
    await file.write(Uint8Array.of(1));
    await file.fsync();
    await file.close();
    await (await ports.fs.open('/f', OPEN.READ_ONLY, 0)).close();
    await (await ports.fs.open('/f', OPEN.WRITE_ONLY | OPEN.TRUNCATE, 0)).close();

    expect(gate.count).toBe(4);
  });

  it('leaves values and foreign members of a port as they are', async () => {
    const { ports } = setUp(passAll);

    expect(ports.mounter.pageLimited).toBe(true);
    expect(await ports.fs.getxattr('/f', 'user.x')).toStrictEqual(Uint8Array.of(1, 2, 3));
  });

  it('hands an adapter its own directories, not the wrapped ones', async () => {
    const { stub, ports } = setUp(passAll);
    const here = await ports.fs.openRoot('/a');
    const there = await ports.fs.openRoot('/b');

    await here.linkat(there, encodeUtf8('x'), encodeUtf8('y'));

    expect(stub.otherDirectory).toBeDefined();
    expect(stub.otherDirectory).not.toBe(there);
  });
});

describe('a gate that fails a call', () => {
  it('fails the n-th counted call alone, and does not make it', async () => {
    const { stub, ports } = setUp(failAt(2, 'ENOSPC'), mutatingOnly);

    const file = await ports.fs.open('/f', NEW, 0o644);
    await file.fstat();
    const failed = file.write(Uint8Array.of(1, 2));

    await expect(failed).rejects.toThrow(SyscallError);
    await expect(failed).rejects.toMatchObject({ errnoName: 'ENOSPC' });
    expect(stub.sizes.get('/f')).toBe(0);
    await file.write(Uint8Array.of(1, 2));
    expect(stub.sizes.get('/f')).toBe(2);
  });

  it('fails every call from the n-th on', async () => {
    const { ports } = setUp(failFrom(2, 'EIO'));

    await ports.fs.mkdir('/a', 0o755);

    await expect(ports.fs.mkdir('/b', 0o755)).rejects.toThrow('mkdir /b: input/output error');
    await expect(ports.fs.mkdir('/c', 0o755)).rejects.toThrow('mkdir /c: input/output error');
  });

  it.each<[string, (ports: OutwardPorts) => Promise<unknown>]>([
    ['open /f: permission denied', async ({ fs }) => fs.open('/f', NEW, 0)],
    ['open /d: permission denied', async ({ fs }) => fs.openRoot('/d')],
    ['unlinkat /f: permission denied', async ({ fs }) => fs.unlink('/f')],
    [
      'symlink ../a/diff /l/A: permission denied',
      async ({ fs }) => fs.symlink('../a/diff', '/l/A'),
    ],
    ['rename /a /b: permission denied', async ({ fs }) => fs.rename('/a', '/b')],
    ['setxattr /f: permission denied', async ({ fs }) => fs.setxattr('/f', 'x', new Uint8Array())],
    ['umount /m: permission denied', async ({ mounter }) => mounter.umount('/m', 2)],
    [
      'mount r/merged: permission denied',
      async ({ mounter }) => mounter.mount({ target: 'r/merged', flags: 0, data: '', cwd: '/h' }),
    ],
    [
      'quotactl /dev: permission denied',
      async ({ quota }) => quota.setLimits('/dev', 1, { hardBlocks: 1n, softBlocks: 1n }),
    ],
  ])('gives the text of the call: %s', async (message, call) => {
    await expect(call(setUp(failAt(1, 'EACCES')).ports)).rejects.toThrow(message);
  });

  it('calls names and handles as they were given', async () => {
    const { ports } = setUp((call) => (call.opens ? 'pass' : { fail: 'EIO' }));
    const root = await ports.fs.openRoot('/root');
    const below = await root.resolve(encodeUtf8('a/b'));
    const file = await below.openat(encodeUtf8('f'), NEW, 0);

    await expect(file.write(Uint8Array.of(1))).rejects.toThrow('write f: input/output error');
    await expect(below.fsync()).rejects.toThrow('sync a/b: input/output error');
    await expect(root.fsync()).rejects.toThrow('sync /root: input/output error');
    await expect(below.utimensat(encodeUtf8('f'), NOW, NOW)).rejects.toThrow('chtimes f: ');
    await expect(below.linkat(root, encodeUtf8('old'), encodeUtf8('new'))).rejects.toThrow(
      'link old new: ',
    );
    await expect(below.renameat(encodeUtf8('old'), root, encodeUtf8('new'))).rejects.toThrow(
      'rename old new: ',
    );
  });

  it('closes a file whose close fails', async () => {
    const { stub, gate, ports } = setUp((call) =>
      call.call === 'close' ? { fail: 'EIO' } : 'pass',
    );
    const file = await ports.fs.open('/f', NEW, 0);

    await expect(file.close()).rejects.toThrow('close /f: input/output error');
    await gate.closeLeftOpen();
    expect(stub.opened).toBe(0);
  });

  it('does not ask its rule about calls that are not counted', async () => {
    const { ports } = setUp(
      () => ({ fail: 'EIO' }),
      (call) => call.call === 'mkdir',
    );

    await ports.fs.open('/f', NEW, 0);

    await expect(ports.fs.mkdir('/d', 0)).rejects.toThrow('mkdir /d: input/output error');
  });
});

describe('a gate that crashes', () => {
  it('makes neither the call nor any later one of any port, counted or not', async () => {
    const { stub, gate, ports } = setUp(crashAt(2), mutatingOnly);
    const file = await ports.fs.open('/f', NEW, 0);

    await expect(file.write(Uint8Array.of(1))).rejects.toThrow(CrashError);

    expect(gate.crashed).toBe(true);
    expect(gate.count).toBe(2);
    await expect(file.close()).rejects.toThrow(CrashError);
    await expect(ports.fs.lstat('/f')).rejects.toThrow(CrashError);
    await expect(ports.mounter.umount('/m', 0)).rejects.toThrow(CrashError);
    expect(gate.count).toBe(2);
    expect(stub.sizes.get('/f')).toBe(0);
  });

  it('closes what was left open when told, and nothing twice', async () => {
    const { stub, gate, ports } = setUp(crashAt(4));
    await ports.fs.openRoot('/');
    await ports.fs.open('/f', NEW, 0);
    await (await ports.fs.open('/g', NEW, 0)).close().catch(() => undefined);

    expect(stub.opened).toBe(3);
    await gate.closeLeftOpen();
    await gate.closeLeftOpen();
    expect(stub.opened).toBe(0);
  });

  it('does not close again what was closed before', async () => {
    const { stub, gate, ports } = setUp(passAll);
    const file = await ports.fs.open('/f', NEW, 0);
    await ports.fs.open('/g', NEW, 0);
    await file.close();

    await gate.closeLeftOpen();

    expect(stub.opened).toBe(0);
  });
});
