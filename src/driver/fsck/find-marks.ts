import { isErrno } from '../../domain/errors.js';
import type { SurveyMark } from '../../domain/fsck/survey.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import type { Pacer } from '../archive/pacer.js';
import { unlessGone } from './confined.js';

const REDIRECT = 'trusted.overlay.redirect';
const METACOPY = 'trusted.overlay.metacopy';
const OPAQUE = 'trusted.overlay.opaque';
/** So many of a layer are told; one is enough to know. */
const MARKS_MAX = 20;

/**
 * Looks through a layer's own files for attributes of overlayfs that others read differently:
 * redirects, copies of metadata alone, and an opaque root.
 *
 * @param path - of the directory, relative to the home.
 * @throws SyscallError
 * @internal
 */
export async function findMarks(
  parent: Directory,
  name: string,
  path: string,
  pacer: Pacer,
): Promise<readonly SurveyMark[]> {
  const marks: SurveyMark[] = [];
  await unlessGone(() => walk(parent, encodeUtf8(name), path, { marks, pacer, depth: 0 }));
  return marks;
}

interface Walk {
  readonly marks: SurveyMark[];
  readonly pacer: Pacer;
  readonly depth: number;
}

async function walk(parent: Directory, name: Uint8Array, path: string, at: Walk): Promise<void> {
  const { marks, pacer, depth } = at;
  const directory = await parent.opendirat(name);
  try {
    const note = async (attribute: string, of: Uint8Array | undefined, where: string) => {
      const value =
        of === undefined
          ? await directory.fgetxattr(attribute)
          : await directory.lgetxattrat(of, attribute);
      marks.push({ attribute, path: where, value: decodeUtf8(value) });
    };
    const own = await attributesOf(() => directory.flistxattr());
    if (own.includes(REDIRECT)) await note(REDIRECT, undefined, path);
    if (depth === 0 && own.includes(OPAQUE)) await note(OPAQUE, undefined, path);
    for (const { name: child } of await directory.getdents()) {
      if (marks.length >= MARKS_MAX) return;
      if (pacer.isDue()) await pacer.rest();
      const stat = await unlessGone(() => directory.lstatat(child));
      const type = (stat?.mode ?? 0) & FILE_TYPE.MASK;
      const below = `${path}/${decodeUtf8(child)}`;
      if (type === FILE_TYPE.DIRECTORY) {
        await unlessGone(() => walk(directory, child, below, { ...at, depth: depth + 1 }));
      } else if (type === FILE_TYPE.REGULAR) {
        const attributes = await attributesOf(() => directory.llistxattrat(child));
        if (attributes.includes(METACOPY)) await note(METACOPY, child, below);
      }
    }
  } finally {
    await directory.close();
  }
}

/** A file system without attributes has no marks. */
async function attributesOf(list: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return (await unlessGone(list)) ?? [];
  } catch (error) {
    if (isErrno(error, 'ENOTSUP') || isErrno(error, 'EOPNOTSUPP')) return [];
    throw error;
  }
}
