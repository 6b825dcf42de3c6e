// A program of somebody who installed the package: it uses every entry, and prints one line.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { composeFake, findProfile, GraphDriverError, STRICT } from 'overlay2-ref';
import { childLower, isLinkId } from 'overlay2-ref/domain';
import { createFakePorts, Machine } from 'overlay2-ref/fake';
import { generateSequence, type Sequence } from 'overlay2-ref/oracle';
import type { FileSystem } from 'overlay2-ref/ports';

const require = createRequire(import.meta.url);

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

demand(findProfile('strict') === STRICT, 'there is no strict profile');

const { driver, dispose } = await composeFake({ home: '/var/lib/overlay2', profile: STRICT });
await driver.create('base', '');
await driver.createReadWrite('box', 'base');
demand(await driver.exists('box'), 'the driver in memory makes no layer');
await dispose();

const files: FileSystem = createFakePorts(new Machine({ seed: 1 })).ports.fs;
await files.mkdir('/here', 0o755);
demand((await files.stat('/here')).mode === 0o40755, 'a machine in memory makes no directory');

const link = 'A'.repeat(26);
demand(isLinkId(link) && childLower(link, undefined) === `l/${link}`, 'the rules are not there');

const facts = { homeLength: 18, paddingMax: 0, indexOff: true, pageSize: 4096 };
const sequence: Sequence = generateSequence(facts, { seed: 1, index: 0, lengthMax: 5 });
demand(sequence.operations.length > 0, 'the judge generates nothing');

for (const name of ['vectors/errno.json', 'schemas/vectors.schema.json']) {
  JSON.parse(readFileSync(require.resolve(`overlay2-ref/${name}`), 'utf8'));
}

const { createLinuxPorts } = await import('overlay2-ref/linux');
try {
  await createLinuxPorts().dispose();
  console.log('koffi: yes');
} catch (error) {
  if (!(error instanceof GraphDriverError) || error.code !== 'host') throw error;
  console.log('koffi: no');
}
