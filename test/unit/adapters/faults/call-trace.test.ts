/**
 * Establishes that a trace records calls as data that JSON can hold, in order and with their
 * outcome. The ports are stubs.
 */
import { describe, expect, it } from 'vitest';
import { CallGate, crashAt, failAt } from '../../../../src/adapters/faults/call-gate.js';
import { CallTrace } from '../../../../src/adapters/faults/call-trace.js';
import { interceptPorts } from '../../../../src/adapters/faults/intercept.js';
import { mutatingOnly } from '../../../../src/adapters/faults/port-call.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import { StubFiles } from '../../../helpers/stub-ports.js';

const NEW = OPEN.WRITE_ONLY | OPEN.CREATE;

describe('CallTrace', () => {
  it('records port, call, handle, arguments and outcome', async () => {
    const trace = new CallTrace();
    const { fs, mounter } = interceptPorts(new StubFiles().ports, trace.around);

    const root = await fs.openRoot('/h');
    const below = await root.resolve(encodeUtf8('a/b'));
    const file = await below.openat(encodeUtf8('f'), NEW, 0o644);
    await file.write(new Uint8Array(512));
    await mounter.mount({ target: '/m', flags: 0, data: 'lowerdir=/l' });

    expect(trace.calls).toStrictEqual([
      { number: 1, port: 'fs', call: 'openRoot', subject: '', args: ['/h'], outcome: 'ok' },
      {
        number: 2,
        port: 'directory',
        call: 'resolve',
        subject: '/h',
        args: ['a/b'],
        outcome: 'ok',
      },
      {
        number: 3,
        port: 'directory',
        call: 'openat',
        subject: '/h/a/b',
        args: ['f', NEW, 0o644],
        outcome: 'ok',
      },
      {
        number: 4,
        port: 'file',
        call: 'write',
        subject: '/h/a/b/f',
        args: [{ bytes: 512 }],
        outcome: 'ok',
      },
      {
        number: 5,
        port: 'mounter',
        call: 'mount',
        subject: '',
        args: [{ target: '/m', flags: 0, data: 'lowerdir=/l' }],
        outcome: 'ok',
      },
    ]);
    expect(JSON.parse(JSON.stringify(trace.calls))).toStrictEqual(trace.calls);
  });

  it('writes 64-bit numbers as texts and directories as their paths', async () => {
    const trace = new CallTrace();
    const { fs, quota, mounter } = interceptPorts(new StubFiles().ports, trace.around);
    const here = await fs.openRoot('/a');
    const there = await fs.openRoot('/b');

    await here.renameat(encodeUtf8('x'), there, encodeUtf8('y'));
    await here.utimensat(
      encodeUtf8('x'),
      { seconds: -1n, nanoseconds: 5 },
      { seconds: 2n, nanoseconds: 0 },
    );
    await quota.setLimits('/d', 7, { hardBlocks: 8n, softBlocks: 0n });
    await mounter.mount({
      target: '/m',
      flags: 0,
      data: '',
      layers: { lowers: ['/l'], label: '', indexOff: true },
    });

    expect(trace.calls.slice(2).map((call) => call.args)).toStrictEqual([
      ['x', '/b', 'y'],
      ['x', { seconds: '-1', nanoseconds: 5 }, { seconds: '2', nanoseconds: 0 }],
      ['/d', 7, { hardBlocks: '8', softBlocks: '0' }],
      [
        {
          target: '/m',
          flags: 0,
          data: '',
          layers: { lowers: ['/l'], label: '', indexOff: true },
        },
      ],
    ]);
  });

  it('stays at a directory that is resolved to itself', async () => {
    const trace = new CallTrace();
    const { fs } = interceptPorts(new StubFiles().ports, trace.around);
    const root = await fs.openRoot('/h');

    await (await root.resolve(encodeUtf8('.'))).close();
    await (await root.resolve(new Uint8Array())).close();

    const closes = trace.calls.filter((call) => call.call === 'close');
    expect(closes.map((call) => call.subject)).toStrictEqual(['/h', '/h']);
  });

  it('records and numbers only the calls that are wanted', async () => {
    const trace = new CallTrace(mutatingOnly);
    const { fs } = interceptPorts(new StubFiles().ports, trace.around);

    const file = await fs.open('/f', NEW, 0);
    await file.fstat();
    await file.write(Uint8Array.of(1));
    await file.close();

    expect(trace.calls.map((call) => [call.number, call.call])).toStrictEqual([
      [1, 'open'],
      [2, 'write'],
    ]);
  });

  it('records failures by errno, and other errors by name, and passes them on', async () => {
    const stub = new StubFiles();
    const failing = interceptPorts(stub.ports, new CallGate(failAt(1, 'ENOSPC')).around);
    const trace = new CallTrace();
    const outer = interceptPorts(failing, trace.around);
    const crashing = interceptPorts(stub.ports, new CallGate(crashAt(1)).around);
    const last = interceptPorts(crashing, trace.around);

    await expect(outer.fs.mkdir('/a', 0)).rejects.toThrow('no space left on device');
    await expect(outer.fs.lstat('/a')).rejects.toThrow('no such file or directory');
    await expect(last.fs.mkdir('/a', 0)).rejects.toThrow('the process has crashed');

    expect(trace.calls.map((call) => call.outcome)).toStrictEqual([
      'ENOSPC',
      'ENOENT',
      'CrashError',
    ]);
  });

  it('shows a call that has not ended as pending', async () => {
    const trace = new CallTrace();
    const { fs } = interceptPorts(new StubFiles().ports, trace.around);

    const made = fs.mkdir('/a', 0);

    expect(trace.calls[0]?.outcome).toBe('pending');
    await made;
    expect(trace.calls[0]?.outcome).toBe('ok');
  });
});
