import { isErrno, isNotExist } from '../../domain/errors.js';
import { mayBeLayer } from '../../domain/fsck/home-flaws.js';
import type {
  MountElsewhere,
  StoreSurvey,
  SurveyEntry,
  SurveyLayer,
  SurveyLink,
} from '../../domain/fsck/survey.js';
import { goJoin } from '../../domain/go/path.js';
import { fileSystemName } from '../../domain/host/backing-fs.js';
import { DIFF, LINK, LINK_DIR, LOWER, MERGED } from '../../domain/layers/layout.js';
import { isMountPointUnder, parseMountInfo } from '../../domain/mounts/mount-info.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import type { Ports } from '../ports.js';
import { entriesOf, entryOf, readSmallFile, unlessGone } from './confined.js';
import { findMarks } from './find-marks.js';
import { Pacer } from '../archive/pacer.js';

/**
 * How a home is looked at.
 *
 * @public
 * @since 0.1.0
 */
export interface SurveyRequest {
  /** Absolute. */
  readonly home: string;
  /** Whether the files of layers are looked at, too, for marks of overlayfs. */
  readonly looksIntoLayers: boolean;
  /** Layers that other mount namespaces have mounted. */
  readonly elsewhere: readonly MountElsewhere[];
}

/**
 * Looks at a whole home without writing, locking or following a symlink. What vanishes meanwhile,
 * as it may in a home that is in use, counts as never there.
 *
 * @throws SyscallError of what cannot be read; MountInfoError where the mount table is odd.
 * @internal
 */
export async function takeSurvey(ports: Ports, request: SurveyRequest): Promise<StoreSurvey> {
  const { home, elsewhere } = request;
  const { fs, kernel } = ports;
  const mounts = parseMountInfo(await kernel.mountInfo(), (point) =>
    isMountPointUnder(point, home, { wholeComponents: true }),
  );
  const mounted = new Set(mounts.map(({ mountPoint }) => mountPoint));
  const root = await fs.openRoot(home);
  try {
    const entries = await entriesOf(root);
    const layers: SurveyLayer[] = [];
    for (const entry of entries) {
      if (!mayBeLayer(entry)) continue;
      const isMounted = mounted.has(goJoin(home, entry.name, MERGED));
      const layer = await unlessGone(() => surveyLayer(ports, root, entry, request, isMounted));
      if (layer !== undefined) layers.push(layer);
    }
    return {
      home,
      homeEntry: entryOf(encodeUtf8('.'), await root.fstat()),
      entries,
      links: await surveyLinks(root, entries),
      layers,
      mounts,
      elsewhere,
      pageSizeBytes: kernel.pageSize(),
      indexOff: await knowsIndex(ports),
      backingFs: fileSystemName((await fs.statfs(home)).type) ?? '<unknown>',
    };
  } finally {
    await root.close();
  }
}

async function surveyLinks(
  root: Directory,
  entries: readonly SurveyEntry[],
): Promise<readonly SurveyLink[] | undefined> {
  const isThere = entries.some(({ name, kind }) => name === LINK_DIR && kind === 'directory');
  if (!isThere) return undefined;
  const directory = await root.opendirat(encodeUtf8(LINK_DIR));
  try {
    const links: SurveyLink[] = [];
    for (const entry of await entriesOf(directory)) {
      const isSymlink = entry.kind === 'symlink' && entry.isText;
      const target = isSymlink
        ? await unlessGone(() => directory.readlinkat(encodeUtf8(entry.name)))
        : undefined;
      if (isSymlink && target === undefined) continue;
      links.push({ ...entry, target: target === undefined ? undefined : decodeUtf8(target) });
    }
    return links;
  } finally {
    await directory.close();
  }
}

async function surveyLayer(
  { clock }: Ports,
  root: Directory,
  entry: SurveyEntry,
  { looksIntoLayers }: SurveyRequest,
  isMounted: boolean,
): Promise<SurveyLayer> {
  const directory = await root.opendirat(encodeUtf8(entry.name));
  try {
    const entries = new Map((await entriesOf(directory)).map((part) => [part.name, part]));
    const isFile = (name: string): boolean => entries.get(name)?.kind === 'file';
    const hasMerged = !isMounted && entries.get(MERGED)?.kind === 'directory';
    const hasDiff = entries.get(DIFF)?.kind === 'directory';
    const pacer = new Pacer(clock);
    return {
      ...entry,
      entries,
      link: isFile(LINK) ? await unlessGone(() => readSmallFile(directory, LINK)) : undefined,
      lower: isFile(LOWER) ? await unlessGone(() => readSmallFile(directory, LOWER)) : undefined,
      mergedNames: hasMerged ? ((await unlessGone(() => countNames(directory, MERGED))) ?? 0) : 0,
      marks:
        looksIntoLayers && hasDiff
          ? await findMarks(directory, DIFF, `${entry.name}/${DIFF}`, pacer)
          : [],
    };
  } finally {
    await directory.close();
    await clock.sleep(0);
  }
}

async function countNames(parent: Directory, name: string): Promise<number> {
  const directory = await parent.opendirat(encodeUtf8(name));
  try {
    return (await directory.getdents()).length;
  } finally {
    await directory.close();
  }
}

/** Drivers ask for `index=off` wherever the kernel knows of an index. */
async function knowsIndex({ kernel }: Ports): Promise<boolean> {
  try {
    await kernel.overlayParameter('index');
    return true;
  } catch (error) {
    if (isNotExist(error) || isErrno(error, 'EACCES')) return false;
    throw error;
  }
}
