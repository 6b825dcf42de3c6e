// Establishes which kernels and file systems carry the driver and what is logged, by steps 7 and 8
// of the reference's Init.
import { describe, expect, it } from 'vitest';
import { FS_MAGIC } from '../../../../src/domain/host/backing-fs.js';
import { decideKernelGate } from '../../../../src/domain/host/kernel-gate.js';
import { parseKernelVersion } from '../../../../src/domain/host/kernel-version.js';

const BTRFS_WARNING = {
  level: 'warning',
  message: 'Using pre-4.7.0 kernel for overlay2 on btrfs, may require kernel update',
};
const OLD_WARNING = {
  level: 'warning',
  message: 'Using pre-4.0.0 kernel for overlay2, mount failures may require kernel update',
};

function gate(magic: number, release: string, overrideKernelCheck = false) {
  const version = parseKernelVersion(release);
  return decideKernelGate({ magic, version, overrideKernelCheck, backingFs: 'somefs' });
}

describe('decideKernelGate', () => {
  it.each(['AUFS', 'ECRYPTFS', 'NFS', 'OVERLAY', 'ZFS'] as const)(
    'refuses %s on any kernel, override or not',
    (name) => {
      const refusal = {
        kind: 'refuse',
        logs: [{ level: 'error', message: "'overlay2' is not supported over somefs" }],
      };

      expect(gate(FS_MAGIC[name], '6.1.0')).toStrictEqual(refusal);
      expect(gate(FS_MAGIC[name], '3.10.0', true)).toStrictEqual(refusal);
    },
  );

  it('refuses btrfs below kernel 4.7', () => {
    const refusal = {
      kind: 'refuse',
      logs: [{ level: 'error', message: "'overlay2' requires kernel 4.7 to use on somefs" }],
    };

    expect(gate(FS_MAGIC.BTRFS, '4.6.9')).toStrictEqual(refusal);
    expect(gate(FS_MAGIC.BTRFS | 0, '4.6.9')).toStrictEqual(refusal);
    expect(gate(FS_MAGIC.BTRFS, '3.10.0')).toStrictEqual(refusal);
  });

  it('takes btrfs from kernel 4.7 on', () => {
    expect(gate(FS_MAGIC.BTRFS, '4.7.0')).toStrictEqual({ kind: 'ok', logs: [] });
  });

  it('takes btrfs on an older kernel when overridden, with a warning', () => {
    expect(gate(FS_MAGIC.BTRFS, '4.6.9', true)).toStrictEqual({
      kind: 'ok',
      logs: [BTRFS_WARNING],
    });
  });

  it('warns twice for btrfs on a kernel below 4.0 when overridden', () => {
    expect(gate(FS_MAGIC.BTRFS, '3.19.0', true)).toStrictEqual({
      kind: 'ok',
      logs: [BTRFS_WARNING, OLD_WARNING],
    });
  });

  it('probes for multiple lowers below kernel 4.0', () => {
    expect(gate(FS_MAGIC.EXTFS, '3.19.8')).toStrictEqual({ kind: 'probe-lowers', logs: [] });
  });

  it('does not probe below kernel 4.0 when overridden, but warns', () => {
    expect(gate(FS_MAGIC.EXTFS, '3.19.8', true)).toStrictEqual({ kind: 'ok', logs: [OLD_WARNING] });
  });

  it.each(['4.0.0', '4.6.9', '6.18.0'])('takes other file systems on kernel %s', (release) => {
    expect(gate(FS_MAGIC.EXTFS, release)).toStrictEqual({ kind: 'ok', logs: [] });
    expect(gate(FS_MAGIC.XFS, release, true)).toStrictEqual({ kind: 'ok', logs: [] });
    expect(gate(0x1234, release)).toStrictEqual({ kind: 'ok', logs: [] });
  });
});
