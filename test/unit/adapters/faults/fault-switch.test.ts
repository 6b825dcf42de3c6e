/**
 * Establishes that a switch fails and ends just what its plan says, and that the loss of power
 * takes what was not synced; a driver's home on the machine in memory.
 */
import { describe, expect, it } from 'vitest';
import { FaultSwitch } from '../../../../src/adapters/faults/fault-switch.js';
import { createFakePorts } from '../../../../src/adapters/fake/ports.js';
import { Machine } from '../../../../src/adapters/fake/machine.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import type { FileSystem } from '../../../../src/ports/file-system.js';

const NEW = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE;

function setUp(): { faults: FaultSwitch; fs: FileSystem; plain: FileSystem } {
  const { ports } = createFakePorts(new Machine());
  const faults = new FaultSwitch();
  return { faults, fs: faults.decorate(ports).fs, plain: ports.fs };
}

async function write(fs: FileSystem, path: string, isSynced = false): Promise<void> {
  const file = await fs.open(path, NEW, 0o644);
  await file.write(encodeUtf8('text'));
  if (isSynced) await file.fsync();
  await file.close();
}

const sizeOf = async (fs: FileSystem, path: string): Promise<number> =>
  Number((await fs.stat(path)).size);

describe('a switch', () => {
  it('lets everything pass until it is armed, and after', async () => {
    const { faults, fs } = setUp();
    await fs.mkdir('/tmp/a', 0o755);

    faults.arm({ fault: 'fail', at: 1, errno: 'ENOSPC' });
    await expect(fs.mkdir('/tmp/b', 0o755)).rejects.toThrow(
      'mkdir /tmp/b: no space left on device',
    );
    expect(faults.disarm()).toMatchObject({ calls: 1, isHit: true, call: 'mkdir /tmp/b' });

    await fs.mkdir('/tmp/b', 0o755);
  });

  it('counts what changes something, and tells that a later call did not come', async () => {
    const { faults, fs } = setUp();

    faults.arm({ fault: 'fail', at: 5, errno: 'EIO' });
    await write(fs, '/tmp/f', true);
    await fs.stat('/tmp/f');

    expect(faults.disarm()).toMatchObject({ calls: 3, isHit: false, call: '' });
  });

  it('makes no call any more once the process has ended', async () => {
    const { faults, fs, plain } = setUp();

    faults.arm({ fault: 'crash', at: 2 });
    await fs.mkdir('/tmp/a', 0o755);
    await expect(fs.mkdir('/tmp/b', 0o755)).rejects.toThrow('the process has crashed');
    expect(faults.disarm()).toMatchObject({ calls: 2, isHit: true });
    await faults.crash(undefined);

    await expect(fs.stat('/tmp/a')).rejects.toThrow('the process has crashed');
    await plain.stat('/tmp/a');
    await expect(plain.stat('/tmp/b')).rejects.toThrow('no such file');
  });

  it('ends the process after an operation that made fewer calls', async () => {
    const { faults, fs } = setUp();

    faults.arm({ fault: 'crash', at: 9 });
    await fs.mkdir('/tmp/a', 0o755);
    expect(faults.disarm().isHit).toBe(false);
    await faults.crash(undefined);

    await expect(fs.stat('/tmp/a')).rejects.toThrow('the process has crashed');
  });
});

describe('the loss of power', () => {
  it.each([
    ['all', [0, 4, 0]],
    [[0], [0, 4, 4]],
    [[1], [4, 4, 0]],
    [[], [4, 4, 4]],
  ] as const)('takes %j of what was not synced since', async (lost, sizes) => {
    const { faults, fs, plain } = setUp();
    const power = { lost, newFiles: 'emptied' } as const;

    faults.arm({ fault: 'crash', at: 99, power });
    await write(fs, '/tmp/f');
    await write(fs, '/tmp/synced', true);
    await write(fs, '/tmp/g');
    expect(faults.disarm().pending).toEqual(['/tmp/f', '/tmp/g']);
    await faults.crash(power);

    const paths = ['/tmp/f', '/tmp/synced', '/tmp/g'];
    expect(await Promise.all(paths.map((path) => sizeOf(plain, path)))).toEqual(sizes);
  });

  it('brings an old name back, and leaves what was written before alone', async () => {
    const { faults, fs, plain } = setUp();
    const power = { lost: 'all', newFiles: 'removed' } as const;
    await write(fs, '/tmp/f');

    faults.arm({ fault: 'crash', at: 99, power });
    await fs.rename('/tmp/f', '/tmp/g');
    expect(faults.disarm().pending).toEqual(['/tmp/f -> /tmp/g']);
    await faults.crash(power);

    expect(await sizeOf(plain, '/tmp/f')).toBe(4);
    await expect(plain.stat('/tmp/g')).rejects.toThrow('no such file');
  });
});
