/**
 * Establishes what a user namespace changes, told to the unpacker and played by refusing the calls
 * that the kernel refuses there: whiteouts and opaque directories come out of a scratch overlay and
 * look as if they had been made directly; devices are left out.
 */
import { Buffer } from 'node:buffer';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxPorts } from '../../../src/adapters/linux/ports.js';
import type { Directory } from '../../../src/ports/file-system.js';
import { ExtractionPlace } from '../../helpers/extraction-place.js';
import { failure } from '../../helpers/part-of.js';
import { rawTar, type RawEntry } from '../../helpers/raw-tar.js';
import { withMessage } from '../../helpers/with-message.js';

let place: ExtractionPlace;

beforeEach(() => {
  place = new ExtractionPlace();
  place.prepareRoot = refuse;
});

afterEach(async () => {
  try {
    // The scratch overlay is gone, whatever happened.
    expect(readdirSync(dirname(place.tree)).sort()).toEqual(['canary', 'tree']);
  } finally {
    await place.remove();
  }
});

/** Makes a directory of the host refuse what it refuses in a user namespace. */
function refuse(directory: Directory): void {
  const resolve = directory.resolve.bind(directory);
  directory.mknodat = async () => {
    throw failure('EPERM', 'mknod');
  };
  directory.fsetxattr = async () => {
    throw failure('EPERM', 'fsetxattr');
  };
  directory.resolve = async (path) => {
    const child = await resolve(path);
    refuse(child);
    return child;
  };
}

const apply = (...entries: readonly RawEntry[]): Promise<unknown> =>
  place.native(rawTar(...entries), { inUserNs: true });

const PREFIX = 'Error processing tar file(exit status 1): ';

describe('in a user namespace', () => {
  it('a whiteout comes out of a scratch overlay', async () => {
    await apply({ name: 'd', type: '5', mode: 0o755 }, { name: 'd/.wh.gone' }, { name: '.wh.a' });

    const lines = (await place.dump()).map((line) => line.replace(/ n=\d+| same as \S+/g, ''));
    expect(lines).toEqual([
      'chr 0000 0:0 a dev 0:0',
      'dir 0755 0:0 d',
      'chr 0000 0:0 d/gone dev 0:0',
    ]);
  });

  it('such a whiteout replaces what is there', async () => {
    await apply({ name: 'a', content: 'old' }, { name: '.wh.a' });

    expect(statSync(join(place.tree, 'a')).isCharacterDevice()).toBe(true);
  });

  it('an opaque directory keeps mode, times and content', async () => {
    await apply(
      { name: 'd', type: '5', mode: 0o2751 },
      { name: 'd/sub/file', content: 'kept' },
      { name: 'd/.wh..wh..opq' },
      { name: 'd/later', content: 'too' },
    );

    expect(await place.dump()).toEqual([
      'dir 2751 0:0 d {trusted.overlay.opaque=y}',
      'reg 0644 0:0 d/later = too',
      'dir 2755 0:0 d/sub',
      'reg 0644 0:0 d/sub/file = kept',
    ]);
    expect(statSync(join(place.tree, 'd')).mtimeMs).toBe(1_500_000_000_000);
  });

  it('an opaque directory keeps its attributes', async () => {
    mkdirSync(join(place.tree, 'd'));
    const linux = createLinuxPorts();
    await linux.ports.fs.setxattr(join(place.tree, 'd'), 'user.mine', Buffer.from('kept'));
    await linux.dispose();

    await apply({ name: 'd/.wh..wh..opq' });

    expect(await place.dump()).toEqual([
      'dir 0755 0:0 d {trusted.overlay.opaque=y, user.mine=kept}',
    ]);
  });

  it('the root cannot be made opaque', async () => {
    await expect(apply({ name: '.wh..wh..opq' })).rejects.toEqual(
      withMessage(
        `${PREFIX}replaceDirWithOverlayOpaque("/") failed: ` +
          'replaceDirWithOverlayOpaque: path must not be "/"',
      ),
    );
  });

  it('devices are left out, and what they replace goes', async () => {
    await apply({ name: 'null', content: 'old' }, { name: 'null', type: '3', device: [1, 3] });

    expect(await place.dump()).toEqual([]);
  });
});

describe('elsewhere', () => {
  const applyHere = (...entries: readonly RawEntry[]): Promise<unknown> =>
    place.native(rawTar(...entries));

  it('a refused whiteout fails', async () => {
    await expect(applyHere({ name: '.wh.a' })).rejects.toEqual(
      withMessage(`${PREFIX}failed to mknod("/a", S_IFCHR, 0): operation not permitted`),
    );
  });

  it('a refused opaque mark fails', async () => {
    await expect(
      applyHere({ name: 'd', type: '5', mode: 0o755 }, { name: 'd/.wh..wh..opq' }),
    ).rejects.toEqual(
      withMessage(`${PREFIX}setxattr("/d", trusted.overlay.opaque=y): operation not permitted`),
    );
  });
});
