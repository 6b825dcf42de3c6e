// Runs single works of our driver for the benchmark: one work a line, answered with one line, the
// nanoseconds that it took and those that the processor spent on it. The works are those of
// peers/bench-peer, which says what each line means.
//
//   node bench/ours.mjs HOME PROFILE
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const CHUNK_BYTES = 1 << 20;
const [home, profileName] = process.argv.slice(2);

const index = new URL('../dist/index.js', import.meta.url).href;
const { composeLinux, findProfile } = await import(index);
const { driver, dispose } = await composeLinux({ home, profile: findProfile(profileName) });

const works = {
  create: (count, id, parent) =>
    repeat(count, async (spent, i) => {
      await timed(spent, () => driver.create(`${id}-${i}`, parent));
      await driver.remove(`${id}-${i}`);
    }),
  getPut: (count, id) =>
    repeat(count, (spent) =>
      timed(spent, async () => {
        await driver.get(id);
        await driver.put(id);
      }),
    ),
  applyDiff: (id, parent, archive) =>
    once(() =>
      driver.applyDiff(id, parent, createReadStream(archive, { highWaterMark: CHUNK_BYTES })),
    ),
  diff: (id, parent) => once(async () => drain(await driver.diff(id, parent))),
  changes: (id, parent) => once(() => driver.changes(id, parent)),
  make: (id, parent) => once(() => driver.create(id, parent)),
  makeWritable: (id, parent) => once(() => driver.createReadWrite(id, parent)),
  remove: (id) => once(() => driver.remove(id)),
};

// Status asks whether native diffs are right, which is remembered and belongs to no work.
await driver.status();
process.stdout.write(`ready ${profileName}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answer(line.split(' '))}\n`);
}
await driver.cleanup();
await dispose();

async function answer([name, ...args]) {
  try {
    if (!Object.hasOwn(works, name)) throw new Error(`no such work: ${name}`);
    const { wall, cpu } = await works[name](...args);
    return `${wall} ${cpu}`;
  } catch (error) {
    return `error ${String(error.message).replaceAll('\n', ' ')}`;
  }
}

async function once(call) {
  return repeat(1, (spent) => timed(spent, call));
}

async function repeat(count, step) {
  const spent = { wall: 0n, cpu: 0n };
  for (let i = 0; i < Number(count); i++) await step(spent, i);
  return spent;
}

async function timed(spent, call) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await call();
  spent.wall += process.hrtime.bigint() - start;
  const { user, system } = process.cpuUsage(cpu);
  spent.cpu += BigInt(user + system) * 1000n;
}

/** Reads to the end, as a sink that forgets everything. */
async function drain(chunks) {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}
