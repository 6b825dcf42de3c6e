import { SyscallError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';
import { goJoin } from '../../domain/go/path.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { FileSystem } from '../../ports/file-system.js';
import { removeTree } from './change-file.js';
import type { Operation, TamperTo } from './operation.js';

const TEXT_BYTES_MAX = 4096;
const LINK_OF = /\{link:([^}]*)\}/g;
const NEW_FILE = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE;

/**
 * Does to a layer's metadata what somebody else might: a file goes, is emptied or gets another
 * text; a directory goes, is emptied or becomes a file with the text; the symlink of the layer,
 * which its `link` names, goes or gets another target.
 *
 * @throws SyscallError ENOENT where there is no such layer, or nothing to take away.
 * @internal
 */
export async function tamper(
  files: FileSystem,
  home: string,
  { id, part, to }: Extract<Operation, { op: 'tamper' }>,
): Promise<void> {
  const dir = goJoin(home, id);
  if (part === 'symlink') {
    const link = `${home}/l/${await readFile(files, `${dir}/link`)}`;
    await files.unlink(link);
    if (to !== 'missing') await files.symlink(await textOf(files, home, to), link);
    return;
  }
  const path = `${dir}/${part}`;
  if (part === 'diff' || part === 'work') return tamperDirectory(files, home, dir, part, to);
  if (to === 'missing') return files.unlink(path);
  await writeFile(files, path, await textOf(files, home, to));
}

async function tamperDirectory(
  files: FileSystem,
  home: string,
  dir: string,
  part: string,
  to: TamperTo,
): Promise<void> {
  const layer = await files.openRoot(dir);
  try {
    await removeTree(layer, encodeUtf8(part));
  } finally {
    await layer.close();
  }
  if (to === 'empty') await files.mkdir(`${dir}/${part}`, 0o755);
  else if (to !== 'missing') {
    await writeFile(files, `${dir}/${part}`, await textOf(files, home, to));
  }
}

/** Gives a text with `{link:a}` replaced by what the `link` of layer `a` holds. */
async function textOf(
  files: FileSystem,
  home: string,
  to: Exclude<TamperTo, 'missing'>,
): Promise<string> {
  if (to === 'empty') return '';
  let text = to.text;
  for (const [whole, id = ''] of to.text.matchAll(LINK_OF)) {
    text = text.replace(whole, await readFile(files, `${home}/${id}/link`));
  }
  return text;
}

/**
 * Reads a small file of a home as text.
 *
 * @throws SyscallError
 * @internal
 */
export async function readFile(files: FileSystem, path: string): Promise<string> {
  const file = await files.open(path, OPEN.READ_ONLY, 0);
  try {
    const buffer = new Uint8Array(TEXT_BYTES_MAX);
    return decodeUtf8(buffer.subarray(0, await file.read(buffer)));
  } finally {
    await file.close();
  }
}

async function writeFile(files: FileSystem, path: string, text: string): Promise<void> {
  const file = await files.open(path, NEW_FILE, 0o644);
  try {
    const bytes = encodeUtf8(text);
    let done = 0;
    while (done < bytes.length) {
      const wrote = await file.write(bytes.subarray(done));
      if (wrote === 0) throw new SyscallError({ errno: ERRNO.ENOSPC, syscall: 'write', path });
      done += wrote;
    }
  } finally {
    await file.close();
  }
}
