/**
 * A process of its own with a driver of the built package. The first argument is what to start it
 * with, as JSON; each line of standard input is a call, `[method, ...arguments]`, and each line of
 * standard output its answer. The method `applyForever` applies an archive that never ends.
 */
import { createInterface } from 'node:readline';
import { pack } from 'tar-stream';
import { composeLinux } from '../../dist/composition.js';
import { STRICT } from '../../dist/domain/profiles/strict.js';

const { strict, ...options } = JSON.parse(process.argv[2] ?? '{}');

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function* endless() {
  const packer = pack();
  packer.entry({ name: 'first' }, 'first');
  packer.entry({ name: 'second', size: 2 ** 30 });
  let isTold = false;
  for await (const chunk of packer) {
    yield chunk;
    if (isTold) await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    isTold = true;
    answer({ ok: 'applying' });
    yield new Uint8Array(512);
  }
}

try {
  const profile = strict ? { profile: STRICT } : {};
  const { driver } = await composeLinux({ ...options, ...profile });
  answer({ ok: 'ready' });
  for await (const line of createInterface({ input: process.stdin })) {
    const [method, ...parameters] = JSON.parse(line);
    try {
      if (method === 'applyForever') await driver.applyDiff(...parameters, endless());
      else answer({ ok: (await driver[method](...parameters)) ?? null });
    } catch (error) {
      answer({ error: error.message });
    }
  }
} catch (error) {
  answer({ error: error.message });
}
