/** Results of a matrix for tests: three kernels, every status, two runs. */
import type { MatrixRecord, MatrixResults, MatrixRun } from '../../../scripts/matrix/results.mjs';

const OLD = '5.10 (5.10.0-46-cloud-amd64)';
const MIDDLE = '6.1 (6.1.0-56-cloud-amd64)';
const NEW = 'newest (7.3.4+deb13-cloud-amd64)';

/** A record with whatever a test says of it. */
export function someRecord(fields: Partial<MatrixRecord> = {}): MatrixRecord {
  return {
    kernel: MIDDLE,
    fileSystem: 'ext4',
    feature: 'whiteouts',
    check: 'a deletion is a 0:0 device',
    status: 'pass',
    probe: 'unlink; lstat',
    milliseconds: 12,
    ...fields,
  };
}

/** A run with whatever a test says of it. */
export function someRun(fields: Partial<MatrixRun> = {}): MatrixRun {
  const date = '2026-01-02T03:04:05.678Z';
  return { commit: 'c0ffee', date, host: 'Linux, KVM', records: [], ...fields };
}

/** Two runs; in the newer one, a check for each status. */
export function someResults(): MatrixResults {
  const kernels = [OLD, MIDDLE, NEW];
  const whiteouts = kernels.map((kernel) => someRecord({ kernel }));
  const quota = { feature: 'quota', check: 'a writer is stopped', fileSystem: 'xfs (prjquota)' };
  const bare = { feature: 'mounter', check: 'mounts </script>', probe: 'test/e2e/mounter.test.ts' };
  const records = [
    ...whiteouts,
    someRecord({
      ...quota,
      kernel: OLD,
      status: 'unsupported',
      reason: 'no quota',
      milliseconds: 0,
    }),
    someRecord({ ...quota, kernel: MIDDLE, status: 'fail', reason: 'expected 122 to be 28' }),
    someRecord({ ...bare, kernel: NEW, status: 'not-run', reason: 'no mount', milliseconds: 0 }),
  ];
  const older = someRun({ commit: 'facade', records: whiteouts.slice(0, 2) });
  return { runs: [someRun({ records }), older] };
}
