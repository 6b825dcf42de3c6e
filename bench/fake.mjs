// Times the driver and its ports on a machine in memory, in this process; no root is needed, and no
// peer is asked. Run by itself, `node bench/fake.mjs` prints microseconds.
import { pathToFileURL } from 'node:url';

const dist = (path) => import(new URL(`../dist/${path}.js`, import.meta.url).href);
const HOME = '/var/lib/overlay2';
const DIRECTORY = `${HOME}/some-layer`;
const WARMUPS = 500;
const ROUNDS = 2000;

export const FAKE_KEY = 'fake';

/** Gives a row a work. */
export async function measureFake() {
  return [...(await measureDriver()), ...(await measurePorts())];
}

async function measureDriver() {
  const { composeFake } = await dist('composition');
  const { driver, dispose } = await composeFake({ home: HOME });
  await driver.create('base', '', {});
  const works = {
    create: (i) => driver.create(`layer-${i}`, 'base', {}),
    get: (i) => driver.get(`layer-${i}`, ''),
    put: (i) => driver.put(`layer-${i}`),
    remove: (i) => driver.remove(`layer-${i}`),
  };
  const rows = await timeEach(works);
  await dispose();
  return rows;
}

async function measurePorts() {
  const { Machine } = await dist('adapters/fake/machine');
  const { createFakePorts } = await dist('adapters/fake/ports');
  const machine = new Machine();
  const { fs } = createFakePorts(machine).ports;
  for (const path of [HOME, DIRECTORY]) await fs.mkdir(path, 0o755);
  const bytes = new Uint8Array(26);
  let file;
  return timeEach({
    stat: () => fs.stat(DIRECTORY),
    'failing stat': () => fs.stat(`${DIRECTORY}/none`).catch(() => undefined),
    mkdir: () => fs.mkdir(`${DIRECTORY}/new`, 0o755),
    rmdir: () => fs.rmdir(`${DIRECTORY}/new`),
    'open of a new file': async () => {
      file = await fs.open(`${DIRECTORY}/file`, 1 | 4, 0o644);
    },
    write: () => file.write(bytes),
    close: () => file.close(),
    unlink: () => fs.unlink(`${DIRECTORY}/file`),
    'fork of the machine': () => machine.fork(),
  });
}

/** Makes the works in turn, again and again, and gives the median of each. */
async function timeEach(works) {
  const times = Object.keys(works).map((name) => ({ name, taken: [] }));
  for (let i = 0; i < WARMUPS + ROUNDS; i++) {
    for (const { name, taken } of times) {
      const started = performance.now();
      await works[name](i);
      if (i >= WARMUPS) taken.push(performance.now() - started);
    }
  }
  return times.map(({ name, taken }) => ({
    work: `in memory: ${name}`,
    oursMs: taken.sort((a, b) => a - b)[ROUNDS / 2],
    rounds: ROUNDS,
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { work, oursMs } of await measureFake()) {
    process.stdout.write(`${work.padEnd(32)} ${(oursMs * 1000).toFixed(2)} µs\n`);
  }
}
