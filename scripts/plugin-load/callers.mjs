// The callers: each has its share of the layers, kept in a ring, in which the oldest gives way to a
// new one. Whoever asks for a layer waits for its answer before the next call, as a daemon does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MS_PER_MINUTE = 60_000;
const BLOCK = 512;
const FILES = 5;

/** Starts them; `done` gives counts and durations by method, and what failed. */
export function startCallers(client, { callers, layers, minutes }, { onFull }) {
  const told = { calls: 0, ms: {}, errors: [], made: 0, mostLayers: 0 };
  const world = { client, told, archive: archiveOf(FILES), layers: 0, onFull, target: layers };
  const end = performance.now() + minutes * MS_PER_MINUTE;
  const share = Math.max(1, Math.floor(layers / callers));
  const running = Array.from({ length: callers }, (_, index) =>
    call(world, { name: `c${index}`, share, end }),
  );
  return { done: Promise.all(running).then(() => told) };
}

async function call(world, { name, share, end }) {
  const base = `${name}-base`;
  const ring = [];
  await makeFilled(world, base, '');
  for (let number = 0; performance.now() < end; number += 1) {
    const id = `${name}-${number}`;
    // Mostly short chains, as images are, and a new one now and then.
    const last = ring.at(-1);
    const parent = number % 8 === 0 || last === undefined ? base : last.id;
    if (await makeFilled(world, id, parent)) ring.push({ id, parent });
    await useContainer(world, `${id}-run`, id, number);
    if (ring.length >= share) await removeChain(world, ring, base);
  }
  for (const { id } of ring.reverse()) await timed(world, 'Remove', { ID: id });
  await timed(world, 'Remove', { ID: base });
}

/** Removes the oldest chain, its uppermost layer first. */
async function removeChain(world, ring, base) {
  const next = ring.findIndex(({ parent }, index) => index > 0 && parent === base);
  const chain = ring.splice(0, next === -1 ? ring.length : next);
  for (const { id } of chain.reverse()) await timed(world, 'Remove', { ID: id });
}

async function makeFilled(world, id, parent) {
  const isMade = await timed(world, 'Create', { ID: id, ...(parent && { Parent: parent }) });
  const { client, archive } = world;
  return isMade && (await time(world, 'ApplyDiff', () => client.apply(id, parent, archive)));
}

/** A container's life: it is made, mounted, written to, compared and removed. */
async function useContainer(world, id, parent, number) {
  const { client } = world;
  if (!(await timed(world, 'CreateReadWrite', { ID: id, Parent: parent }))) return;
  await time(world, 'Get', async () => {
    const { Dir } = await client.ask('Get', { ID: id });
    writeFileSync(join(Dir, 'written'), `${number}`);
  });
  await time(world, 'Changes', async () => {
    const { Changes } = await client.ask('Changes', { ID: id, Parent: parent });
    expectSame(JSON.stringify(Changes), '[{"Path":"/written","Kind":1}]', 'Changes');
  });
  await time(world, 'Diff', async () => {
    const archive = await client.diff(id, parent);
    expectSame(archive.subarray(0, 8).toString('latin1'), 'written\0', 'Diff');
  });
  await timed(world, 'Put', { ID: id });
  await timed(world, 'Remove', { ID: id });
}

function expectSame(found, expected, method) {
  if (found !== expected) throw new Error(`${method} gave ${found}`);
}

function timed(world, method, members) {
  return time(world, method, async () => {
    await world.client.ask(method, members);
    if (method === 'Remove') world.layers -= 1;
    if (method.startsWith('Create')) countLayer(world);
  });
}

function countLayer(world) {
  const { told } = world;
  world.layers += 1;
  told.made += 1;
  told.mostLayers = Math.max(told.mostLayers, world.layers);
  if (world.layers < world.target || world.isFull) return;
  world.isFull = true;
  world.onFull();
}

/** Runs a call; gives whether it succeeded. */
async function time({ told }, method, work) {
  const start = performance.now();
  told.calls += 1;
  try {
    await work();
    return true;
  } catch (error) {
    told.errors.push(error.message);
    return false;
  } finally {
    (told.ms[method] ??= []).push(performance.now() - start);
  }
}

/** An archive of that many small files, by hand: a header, a block of content, two of zeros. */
function archiveOf(count) {
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = Buffer.alloc(2 * BLOCK);
    const write = (text, at) => block.write(text, at, 'latin1');
    write(`file-${index}`, 0);
    for (const at of [108, 116]) write('0000000\0', at);
    write('0000644\0', 100);
    write('00000000007\0', 124);
    write('13000000000\0', 136);
    write('        0', 148);
    write('ustar\u000000', 257);
    const sum = block.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
    write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    write('content', BLOCK);
    return block;
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
