/**
 * Establishes that the Linux adapter keeps the port contract, as root on a real file system, with
 * `openat2` and with the walk that replaces it on older kernels.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { createLinuxPorts } from '../../src/adapters/linux/ports.js';
import { CONTRACT_CASES } from '../contract/cases.js';
import { testContract, type Subject } from '../contract/contract.js';

async function open(withoutOpenat2: boolean): Promise<Subject> {
  const root = await mkdtemp(join(tmpdir(), 'overlay2-ref-contract-'));
  const { ports, dispose } = createLinuxPorts({ withoutOpenat2 });
  await ports.fs.chmod(root, 0o755);
  return {
    ports,
    root,
    async dispose() {
      await dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

for (const [about, cases] of Object.entries(CONTRACT_CASES)) {
  describe(`Linux: ${about}`, () => {
    testContract(cases, () => open(false));
  });
}

describe('Linux without openat2: confined paths', () => {
  testContract(CONTRACT_CASES['confined paths'] ?? [], () => open(true));
});
