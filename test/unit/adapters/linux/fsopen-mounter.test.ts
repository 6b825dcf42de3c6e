/**
 * Establishes which options the new mount API is handed, in which order, and that every descriptor
 * is closed whatever fails: a C library of the test's own answers and remembers.
 */
import { expect, test } from 'vitest';
import { FsopenMounter } from '../../../../src/adapters/linux/fsopen-mounter.js';
import type { Host } from '../../../../src/adapters/linux/host.js';
import type { Libc } from '../../../../src/adapters/linux/libc.js';
import { StderrLogger } from '../../../../src/adapters/linux/logger.js';
import { Mount2Mounter } from '../../../../src/adapters/linux/mounter.js';
import { createScratch } from '../../../../src/adapters/linux/scratch.js';
import { decodeUtf8 } from '../../../../src/domain/utf8.js';
import type { MountCall, OverlayLayers } from '../../../../src/ports/mounter.js';
import { withMessage } from '../../../helpers/with-message.js';

const EINVAL = -22;
const ENODATA = -61;
const COMMANDS = ['flag', 'string', '', '', '', 'fd', 'create'];

function text(bytes: Uint8Array | null): string {
  return bytes === null ? '' : decodeUtf8(bytes.subarray(0, bytes.indexOf(0)));
}

/** A C library in which the call that begins with `failing` fails. */
function scripted(failing = 'nothing') {
  const calls: string[] = [];
  const opened = new Set<number>();
  const answer = (call: string, result = 0): number => {
    calls.push(call);
    return call.startsWith(failing) ? EINVAL : result;
  };
  const descriptor = (call: string, fd: number): number => {
    const result = answer(call, fd);
    if (result >= 0) opened.add(fd);
    return result;
  };
  const libc: Partial<Libc> = {
    fsopen: (type) => descriptor(`fsopen ${text(type)}`, 10),
    fsconfig: (_fd, command, key, value, aux) =>
      answer([COMMANDS[command], text(key), text(value), aux].join(' ').replace(/ +0$/, '')),
    fsmount: (_fd, _flags, attributes) => descriptor(`fsmount ${attributes}`, 11),
    openat: (_fd, path) => descriptor(`openat ${text(path)}`, 12),
    moveMount: (_from, _path, to, target) => answer(`moveMount ${to} ${text(target)}`),
    read: () => ENODATA,
    close: (fd) => (opened.delete(fd) ? 0 : EINVAL),
  };
  const host = { libc, scratch: createScratch() } as unknown as Host;
  const logger = new StderrLogger('error', () => {});
  return { mounter: new FsopenMounter(host, new Mount2Mounter(host), logger), calls, opened };
}

function callOf(layers: Partial<OverlayLayers>, more: Partial<MountCall> = {}): MountCall {
  const whole = { lowers: ['/l1', '/l2'], label: '', indexOff: false, ...layers };
  return { target: '/merged', flags: 0, data: 'unused', layers: whole, ...more };
}

test('hands over each part as an option of its own, escaped where that is undone', async () => {
  const { mounter, calls, opened } = scripted();
  const odd = '/a:b,c\\d';
  const layers = { lowers: [odd, '/l'], upper: odd, work: odd, indexOff: true, label: 'u:r:t,"x' };

  await mounter.mount(callOf(layers));

  expect(calls).toEqual([
    'fsopen overlay',
    'string source overlay',
    'string index off',
    'string lowerdir+ /a:b,c\\d',
    'string lowerdir+ /l',
    'string upperdir /a:b,c\\\\d',
    'string workdir /a:b,c\\\\d',
    'string context u:r:t,"x',
    'create',
    'fsmount 0',
    'moveMount -100 /merged',
  ]);
  expect(opened.size).toBe(0);
});

test('a path of 255 bytes goes by name, one byte more by descriptor', async () => {
  const { mounter, calls, opened } = scripted();
  const [fits, long] = [`/${'x'.repeat(254)}`, `/${'x'.repeat(255)}`];

  await mounter.mount(callOf({ lowers: [fits, long] }));

  expect(calls.slice(2, 5)).toEqual([
    `string lowerdir+ ${fits}`,
    `openat ${long}`,
    'fd lowerdir+  12',
  ]);
  expect(opened.size).toBe(0);
});

test('flags become attributes, read-only also an option of the file system', async () => {
  const { mounter, calls } = scripted();

  await mounter.mount(callOf({}, { flags: 1 | 2 | 8 }));

  expect(calls.slice(4)).toEqual(['flag ro', 'create', 'fsmount 11', 'moveMount -100 /merged']);
});

test('a relative target is looked up from cwd', async () => {
  const { mounter, calls, opened } = scripted();

  await mounter.mount(callOf({}, { target: 'merged', cwd: '/home' }));

  expect(calls.slice(-2)).toEqual(['openat /home', 'moveMount 12 merged']);
  expect(opened.size).toBe(0);
});

test.each([
  'fsopen',
  'string source',
  'string index',
  'string lowerdir+ /l2',
  'string upperdir',
  'string workdir',
  'string context',
  'flag ro',
  'create',
  'fsmount',
  'openat',
  'moveMount',
])('stops where %s fails, tells the errno and leaves nothing open', async (failing) => {
  const { mounter, calls, opened } = scripted(failing);
  const layers = { upper: '/u', work: '/w', label: 'label', indexOff: true };

  const mounted = mounter.mount(callOf(layers, { flags: 1, cwd: '/home' }));

  await expect(mounted).rejects.toThrow(withMessage('mount /merged: invalid argument'));
  expect(calls.findIndex((call) => call.startsWith(failing))).toBe(calls.length - 1);
  expect(opened.size).toBe(0);
});
