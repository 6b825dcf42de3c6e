/**
 * Establishes that both mount backends mount what they are told on the real kernel: the same
 * trees, the same errno, depths up to the kernel's 500, and relative paths without moving the
 * process. The mount table and the merged tree are the witnesses.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FsopenError } from '../../src/adapters/linux/fsopen-mounter.js';
import { createLinuxPorts, type LinuxPorts } from '../../src/adapters/linux/ports.js';
import { SyscallError } from '../../src/domain/errors.js';
import { MNT_DETACH } from '../../src/domain/mounts/umount-flags.js';
import type { MountCall, OverlayLayers } from '../../src/ports/mounter.js';
import { withMessage } from '../helpers/with-message.js';

const BACKENDS = ['mount2', 'fsopen'] as const;

let root = '';
let linux: LinuxPorts;
let log: string[] = [];

function open(backend: (typeof BACKENDS)[number]): void {
  log = [];
  linux = createLinuxPorts({ backend, logLevel: 'debug', writeLog: (line) => log.push(line) });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'overlay2-ref-mounter-'));
});

afterEach(async () => {
  for (const mountPoint of mountsBelow(root).reverse()) {
    await linux.ports.mounter.umount(mountPoint, MNT_DETACH);
  }
  await linux.dispose();
  rmSync(root, { recursive: true, force: true });
});

function mountLines(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
}

function mountsBelow(path: string): string[] {
  const points = mountLines().map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${path}/`));
}

/** Makes directories of the test and gives their paths. */
function make(...names: readonly string[]): string[] {
  return names.map((name) => {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  });
}

/** Makes so many lowers, each with a file of its own and one that all have. */
function makeLowers(count: number): string[] {
  const lowers = make(...Array.from({ length: count }, (_, i) => String(i)));
  for (const [i, lower] of lowers.entries()) {
    writeFileSync(join(lower, `only-${i}`), '');
    writeFileSync(join(lower, 'shared'), String(i));
  }
  return lowers;
}

/** Gives one call in both forms, as the driver does. */
function callOf(target: string, layers: Partial<OverlayLayers>): MountCall {
  const whole: OverlayLayers = { lowers: [], label: '', indexOff: false, ...layers };
  const { lowers, upper, work, indexOff } = whole;
  const options = [
    ...(indexOff ? ['index=off'] : []),
    `lowerdir=${lowers.join(':')}`,
    ...(upper === undefined ? [] : [`upperdir=${upper}`]),
    ...(work === undefined ? [] : [`workdir=${work}`]),
  ];
  return { target, flags: 0, data: options.join(','), layers: whole };
}

/** Makes upper, work and target, and gives a writable call over the lowers. */
function writableCall(lowers: readonly string[]): MountCall {
  const [upper, work, target] = make('upper', 'work', 'merged') as [string, string, string];
  return callOf(target, { lowers, upper, work, indexOff: true });
}

async function failureOf(promise: Promise<void>): Promise<SyscallError> {
  const error = await promise.then(
    () => expect.unreachable('the mount did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SyscallError);
  return error as SyscallError;
}

describe.each(BACKENDS)('%s', (backend) => {
  beforeEach(() => open(backend));

  test.each([1, 2, 20])('mounts %i lowers below an upper, the first on top', async (count) => {
    const call = writableCall(makeLowers(count));

    await linux.ports.mounter.mount(call);

    expect(readFileSync(join(call.target, 'shared'), 'utf8')).toBe('0');
    expect(readdirSync(call.target)).toHaveLength(count + 1);
    writeFileSync(join(call.target, 'new'), 'n');
    expect(readFileSync(join(root, 'upper', 'new'), 'utf8')).toBe('n');
    expect(mountsBelow(root)).toEqual([call.target]);
    await linux.ports.mounter.umount(call.target, 0);
    expect(mountsBelow(root)).toEqual([]);
  });

  test('mounts two lowers without an upper, read-only', async () => {
    const [target] = make('merged') as [string];

    await linux.ports.mounter.mount(callOf(target, { lowers: makeLowers(2) }));

    expect(() => writeFileSync(join(target, 'new'), '')).toThrow(/EROFS/);
  });

  test('refuses a missing lower with ENOENT, a file as lower as no directory', async () => {
    writeFileSync(join(root, 'file'), '');
    const missing = writableCall([join(root, 'none')]);
    const file = writableCall([join(root, 'file')]);

    const mounter = linux.ports.mounter;
    await expect(mounter.mount(missing)).rejects.toThrow(
      withMessage(`mount ${missing.target}: no such file or directory`),
    );
    expect(['EINVAL', 'ENOTDIR']).toContain((await failureOf(mounter.mount(file))).errnoName);
    expect(mountsBelow(root)).toEqual([]);
  });

  test('refuses the same lower twice with ELOOP, and an upper without a work', async () => {
    const [lower, upper, target] = make('lower', 'upper', 'merged') as [string, string, string];
    const { mounter } = linux.ports;

    const twice = await failureOf(mounter.mount(callOf(target, { lowers: [lower, lower] })));
    const workless = await failureOf(mounter.mount(callOf(target, { lowers: [lower], upper })));

    expect(twice).toMatchObject({ errnoName: 'ELOOP', syscall: 'mount', path: target });
    // Kernels before 6.1 had set another errno by then.
    expect(['EINVAL', 'ENOMEM']).toContain(workless.errnoName);
    expect(workless).toMatchObject({ syscall: 'mount', path: target });
  });

  test('refuses a target that is missing', async () => {
    const call = { ...writableCall(makeLowers(1)), target: join(root, 'none') };

    const error = await failureOf(linux.ports.mounter.mount(call));

    expect(error.message).toBe(`mount ${call.target}: no such file or directory`);
  });

  test('a mount without options probes the module: EINVAL, not ENODEV', async () => {
    const [target] = make('merged') as [string];

    const error = await failureOf(linux.ports.mounter.mount({ target, flags: 0, data: '' }));

    expect(error.message).toBe(`mount ${target}: invalid argument`);
  });

  test('a NUL in the target or in a path is an invalid argument', async () => {
    const call = writableCall(makeLowers(1));
    const { mounter } = linux.ports;

    const target = await failureOf(mounter.mount({ ...call, target: `${call.target}\0x` }));
    const lower = await failureOf(mounter.mount(writableCall([`${root}/0\0x`])));
    const umounted = await failureOf(mounter.umount('/a\0', 0));

    expect([target, lower, umounted].map((error) => error.errnoName)).toEqual(
      Array.from({ length: 3 }, () => 'EINVAL'),
    );
  });

  test('umount names what it refused', async () => {
    const { mounter } = linux.ports;
    const none = join(root, 'none');

    await expect(mounter.umount(root, 0)).rejects.toThrow(
      withMessage(`umount ${root}: invalid argument`),
    );
    await expect(mounter.umount(none, MNT_DETACH)).rejects.toThrow(
      withMessage(`umount ${none}: no such file or directory`),
    );
  });

  test('a mount in use refuses umount with EBUSY and lets go of it lazily', async () => {
    const call = writableCall(makeLowers(1));
    const { fs, mounter } = linux.ports;
    await mounter.mount(call);
    const held = await fs.openRoot(call.target);

    expect((await failureOf(mounter.umount(call.target, 0))).errnoName).toBe('EBUSY');
    await mounter.umount(call.target, MNT_DETACH);

    expect(mountsBelow(root)).toEqual([]);
    expect(await held.getdents()).toHaveLength(2);
    await held.close();
  });

  test('names a relative target from cwd, and leaves the directory of the process', async () => {
    const call = writableCall(makeLowers(2));
    // Node remembers its own directory; only the kernel tells where the process really is.
    const before = readlinkSync('/proc/self/cwd');

    await linux.ports.mounter.mount({ ...call, target: 'merged', cwd: root });

    expect(mountsBelow(root)).toEqual([call.target]);
    expect(readlinkSync('/proc/self/cwd')).toBe(before);
  });
});

describe('mount2', () => {
  beforeEach(() => open('mount2'));

  /** Makes `l/<n>` symlinks as the driver does, since only they keep 128 lowers in a page. */
  function makeLinks(count: number): string[] {
    make('l');
    return makeLowers(count).map((_, i) => {
      symlinkSync(`../${i}`, join(root, 'l', String(i)));
      return `l/${i}`;
    });
  }

  test.each([1, 128, 500])('mounts %i lowers in relative form', async (count) => {
    make('upper', 'work', 'merged');
    const data = `lowerdir=${makeLinks(count).join(':')},upperdir=upper,workdir=work`;
    expect(linux.ports.mounter.pageLimited).toBe(true);

    await linux.ports.mounter.mount({ target: 'merged', flags: 0, data, cwd: root });

    const merged = join(root, 'merged');
    expect(readdirSync(merged)).toHaveLength(count + 1);
    expect(readFileSync(join(merged, 'shared'), 'utf8')).toBe('0');
    const line = mountLines().find((text) => text.includes(` ${merged} `)) ?? '';
    expect(line).toContain('lowerdir=l/0');
  });

  test('answers many relative mounts at once, each with its own outcome', async () => {
    make('upper', 'work', 'merged', 'other/merged');
    const data = `lowerdir=${makeLinks(2).join(':')},upperdir=upper,workdir=work`;
    const mount = (cwd: string): Promise<void> =>
      linux.ports.mounter.mount({ target: 'merged', flags: 0, data, cwd });

    const outcomes = await Promise.allSettled([
      mount(root),
      mount(join(root, 'none')),
      mount(join(root, 'other')),
    ]);

    expect(outcomes).toEqual([
      expect.objectContaining({ status: 'fulfilled' }),
      { status: 'rejected', reason: withMessage(`chdir ${root}/none: no such file or directory`) },
      { status: 'rejected', reason: withMessage('mount merged: no such file or directory') },
    ]);
  });

  test('starts its thread anew after dispose, and keeps no directory busy', async () => {
    const call = { target: 'merged', flags: 0, data: 'nonsense', cwd: root };
    const { mounter } = linux.ports;
    make('merged');
    expect((await failureOf(mounter.mount(call))).errnoName).toBe('EINVAL');
    await linux.dispose();

    expect((await failureOf(mounter.mount(call))).errnoName).toBe('EINVAL');

    for (const task of readdirSync('/proc/self/task')) {
      const cwd = readlinkSync(join('/proc/self/task', task, 'cwd'));
      expect(cwd).not.toContain(root);
    }
  });

  test('cuts data at a page: 4095 bytes mount, the last byte of 4096 is lost', async () => {
    const [lower, upper, target] = make('0', 'upper', 'merged') as [string, string, string];
    const dataOf = (work: string): string => `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    const filler = 4095 - dataOf(`${root}/`).length;
    const parts = Array.from({ length: filler }, (_, i) => (i % 200 === 199 ? '/' : 'w'));
    const work = join(root, parts.join(''));
    mkdirSync(`${work}x`, { recursive: true });
    const { mounter } = linux.ports;
    expect(dataOf(`${work}x`)).toHaveLength(4096);

    const cut = await failureOf(mounter.mount({ target, flags: 0, data: dataOf(`${work}x`) }));
    mkdirSync(work);
    await mounter.mount({ target, flags: 0, data: dataOf(`${work}x`) });

    expect(cut.errnoName).toBe('ENOENT');
    expect(readdirSync(`${work}x`)).toEqual([]);
    expect(readdirSync(work)).toEqual(['work']);
  });
});

describe('fsopen', () => {
  beforeEach(() => open('fsopen'));

  test.each([128, 500])('mounts %i absolute lowers, beyond any page', async (count) => {
    const call = writableCall(makeLowers(count));
    expect(linux.ports.mounter.pageLimited).toBe(false);

    await linux.ports.mounter.mount(call);

    expect(readdirSync(call.target)).toHaveLength(count + 1);
    expect(readFileSync(join(call.target, 'shared'), 'utf8')).toBe('0');
  });

  test('keeps what the kernel says of the 501st lower, in a field and in the log', async () => {
    const call = writableCall(makeLowers(501));

    const error = await failureOf(linux.ports.mounter.mount(call));

    expect(error.message).toBe(`mount ${call.target}: invalid argument`);
    expect(error).toBeInstanceOf(FsopenError);
    const { kernelText } = error as FsopenError;
    expect(kernelText).toContain('too many lower directories, limit is 500');
    expect(log).toEqual([`debug: ${call.target}: ${kernelText}\n`]);
  });

  test('takes paths with colons, commas, backslashes, spaces and quotes as they are', async () => {
    const odd = ':a,b\\c\\:d "e=\\';
    const [lower, upper, work] = make(`l${odd}`, `u${odd}`, `w${odd}`) as [string, string, string];
    const [target] = make('merged') as [string];
    writeFileSync(join(lower, 'file'), '');

    await linux.ports.mounter.mount(callOf(target, { lowers: [lower], upper, work }));

    writeFileSync(join(target, 'new'), '');
    expect(readdirSync(target).sort()).toEqual(['file', 'new']);
    expect(readdirSync(upper)).toEqual(['new']);
    expect(readdirSync(work)).toEqual(['work']);
  });

  test('takes paths that are longer than one option may be', async ({ skip }) => {
    const release = await linux.ports.kernel.release();
    const [major, minor] = release.split('.').map(Number) as [number, number];
    if (major * 100 + minor < 613) skip(`layers by descriptor need Linux 6.13; this is ${release}`);
    const deep = `${'d'.repeat(200)}/${'e'.repeat(200)}\\`;
    const [lower, upper, work] = make(`l/${deep}`, `u/${deep}`, `w/${deep}`) as [
      string,
      string,
      string,
    ];
    const [target] = make('merged') as [string];
    writeFileSync(join(lower, 'file'), '');

    await linux.ports.mounter.mount(callOf(target, { lowers: [lower], upper, work }));

    writeFileSync(join(target, 'new'), '');
    expect(readdirSync(upper)).toEqual(['new']);
    expect(readdirSync(target).sort()).toEqual(['file', 'new']);
  });

  test('refuses a label where the kernel knows none, as the classic call does', async ({
    skip,
  }) => {
    const files = readFileSync('/proc/filesystems', 'utf8');
    if (files.includes('selinuxfs')) skip('this kernel has SELinux, which takes the label');
    const call = writableCall(makeLowers(1));
    const layers = { ...(call.layers as OverlayLayers), label: 'system_u:object_r:c_t:s0:c1,c2' };

    const error = await failureOf(linux.ports.mounter.mount({ ...call, layers }));

    expect(error).toMatchObject({ errnoName: 'EINVAL', syscall: 'mount' });
  });
});
