/** Establishes that the machine in memory keeps the port contract, whatever its file system. */
import { describe } from 'vitest';
import { FakeClock } from '../../src/adapters/fake/clock.js';
import { FakeFileSystem } from '../../src/adapters/fake/file-system.js';
import { FakeKernel } from '../../src/adapters/fake/kernel.js';
import { FIRST_NAMESPACE, Machine } from '../../src/adapters/fake/machine.js';
import { FakeRandom } from '../../src/adapters/fake/random.js';
import { View } from '../../src/adapters/fake/view.js';
import { VOLUME_KINDS, type VolumeKindName } from '../../src/adapters/fake/volume-kind.js';
import { CONTRACT_CASES } from './cases.js';
import { type Lacking, type Subject, testContract } from './contract.js';

const ROOT = '/tmp/contract';
const LACKING: Lacking = {
  'large-sparse-files': 'what is written lies in memory, and up to 256 MiB alone',
};

async function open(kind: VolumeKindName): Promise<Subject> {
  const machine = new Machine({ root: { kind } });
  const view = new View(machine, FIRST_NAMESPACE);
  const fs = new FakeFileSystem(view);
  await fs.mkdir(ROOT, 0o755);
  return {
    ports: {
      fs,
      kernel: new FakeKernel(machine, FIRST_NAMESPACE),
      random: new FakeRandom(machine),
      clock: new FakeClock(machine.clock),
    },
    root: ROOT,
    dispose: async () => machine.dispose(),
  };
}

for (const kind of Object.keys(VOLUME_KINDS) as VolumeKindName[]) {
  for (const [about, cases] of Object.entries(CONTRACT_CASES)) {
    describe(`fake ${kind}: ${about}`, () => {
      testContract(cases, () => open(kind), LACKING);
    });
  }
}
