import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';
import { observeHome } from '../commands/observe-home.js';
import type { HomeView } from '../commands/answer.js';
import { readFile } from '../commands/tamper.js';
import { walkTree } from '../commands/walk-tree.js';

/** Everything of a home that calls must leave as it is, bit for bit. */
export interface HomePicture {
  readonly view: HomeView;
  /** What is at each path below the home; a file in a `diff` with the time it was modified. */
  readonly entries: ReadonlyMap<string, string>;
}

const encoder = new TextEncoder();
const DIFF = 'diff';
const TEXTS: readonly string[] = ['link', 'lower', 'committed', 'incomplete'];

/**
 * Looks at a home as a backup would: owners, modes, contents and times, link ids as they are. What
 * is mounted and the kernel's work directories are left out.
 *
 * @throws SyscallError
 * @internal
 */
export async function takePicture(files: FileSystem, home: string): Promise<HomePicture> {
  const view = await observeHome(files, home);
  const entries = new Map<string, string>();
  for (const { id, names } of view.layers) {
    const layer = await files.openRoot(`${home}/${id}`);
    try {
      await addLayer(files, layer, `${home}/${id}`, id, names, entries);
    } finally {
      await layer.close();
    }
  }
  return { view, entries };
}

async function addLayer(
  files: FileSystem,
  layer: Directory,
  path: string,
  id: string,
  names: readonly string[],
  entries: Map<string, string>,
): Promise<void> {
  entries.set(id, tellStat(await layer.fstat()));
  for (const name of names) {
    if (name !== DIFF && !TEXTS.includes(name)) continue;
    const stat = await layer.lstatat(encoder.encode(name));
    const type = stat.mode & FILE_TYPE.MASK;
    if (name === DIFF && type === FILE_TYPE.DIRECTORY) await addTree(layer, `${id}/diff`, entries);
    else if (type === FILE_TYPE.REGULAR) {
      entries.set(`${id}/${name}`, `${tellStat(stat)} ${await readFile(files, `${path}/${name}`)}`);
    } else entries.set(`${id}/${name}`, tellStat(stat));
  }
}

async function addTree(
  layer: Directory,
  path: string,
  entries: Map<string, string>,
): Promise<void> {
  const root = await layer.opendirat(encoder.encode(DIFF));
  try {
    for (const entry of await walkTree(root)) {
      entries.set(`${path}/${entry.path}`, JSON.stringify(entry));
    }
  } finally {
    await root.close();
  }
}

/**
 * Tells the type, mode and owner of a file of a home.
 *
 * @internal
 */
export function tellStat({ mode, uid, gid }: { mode: number; uid: number; gid: number }): string {
  return `${mode.toString(8)} ${uid}:${gid}`;
}

/** One path at which two pictures differ. */
export interface PictureDifference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Tells where two pictures of one home differ.
 *
 * @param isJudged - leaves paths out.
 * @internal
 */
export function comparePictures(
  before: HomePicture,
  after: HomePicture,
  isJudged: (path: string) => boolean,
): readonly PictureDifference[] {
  const differences: PictureDifference[] = [];
  for (const path of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const [old = 'nothing', now = 'nothing'] = [before.entries.get(path), after.entries.get(path)];
    if (old !== now && isJudged(path)) differences.push({ path, before: old, after: now });
  }
  return differences;
}
