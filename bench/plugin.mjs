// The same works through the socket of Docker's graph driver protocol: our plugin, and moby's driver
// behind peers/plugin-peer. The client is one and the same for all sides.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginSession } from './plugin-session.mjs';
import { WORKS } from './works.mjs';

const BIN = fileURLToPath(new URL('../bin/overlay2-ref', import.meta.url));
/** The most that a ratio to the peer may be. */
const BUDGETS = {
  'create-1': 1.2,
  'getput-2': 1.2,
  'apply-small': 0.8,
  'diff-small': 0.8,
};

export const PLUGIN_WORKS = WORKS.filter(({ key }) => Object.hasOwn(BUDGETS, key)).map((work) => ({
  ...work,
  key: `plugin-${work.key}`,
  name: `plugin: ${work.name}`,
  budget: BUDGETS[work.key],
  gnuTar: undefined,
  // Calls are many a round, and a round ends with a sync of all disks.
  warmups: 10,
}));

/** Starts the plugins; the peer's lies beside the peer's other programs. */
export async function startPluginSides(directory, program) {
  const serve = (name, profile) => (socket) => [
    process.execPath,
    BIN,
    'plugin',
    'serve',
    '--socket',
    socket,
    '--log-level',
    'error',
    '--profile',
    profile,
    '--state',
    join(directory, `state-${name}`),
  ];
  const start = (name, command) => {
    const root = join(directory, `plugin-${name}`);
    mkdirSync(root);
    return PluginSession.start(name, root, command(join(root, 'p.sock')));
  };
  const sides = { ours: await start('o', serve('o', 'moby-2019')) };
  const peer = program && join(dirname(program), 'plugin-peer-2010');
  if (peer !== undefined && existsSync(peer)) {
    sides.peer = await start('p', (socket) => [peer, socket]);
  }
  sides.strict = await start('s', serve('s', 'strict'));
  return sides;
}
