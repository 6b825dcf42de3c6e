/** Ways to damage a sound home, each with the rules that must be broken then. */
import type { FsckRuleId } from '../../src/domain/fsck/rules.js';
import { encodeUtf8 } from '../../src/domain/utf8.js';
import { readText, writeFile } from '../../src/driver/files.js';
import type { FileSystem } from '../../src/ports/file-system.js';

/** A home to be damaged: two bases, and a chain above the first one. */
export interface DamagedHome {
  readonly fs: FileSystem;
  readonly home: string;
}

/** One damage. */
export interface Damage {
  readonly name: string;
  /** One of these rules is broken by it. */
  readonly rules: readonly FsckRuleId[];
  /** Whether a repair gives the very home back that was damaged. */
  readonly mendable: boolean;
  do(place: DamagedHome): Promise<void>;
}

const STRAY = 'A'.repeat(26);

const at = ({ home }: DamagedHome, path: string): string => `${home}/${path}`;

const linkOf = (place: DamagedHome, id: string): Promise<string> =>
  readText(place.fs, at(place, `${id}/link`));

async function overwrite(place: DamagedHome, path: string, text: string): Promise<void> {
  await place.fs.unlink(at(place, path)).catch(() => undefined);
  await writeFile(place.fs, at(place, path), text, 0o644);
}

const damage = (
  name: string,
  rules: readonly FsckRuleId[],
  mendable: boolean,
  act: (place: DamagedHome) => Promise<unknown>,
): Damage => ({ name, rules, mendable, do: async (place) => void (await act(place)) });

async function relink(place: DamagedHome, name: string, target: string | undefined) {
  await place.fs.unlink(at(place, `l/${name}`)).catch(() => undefined);
  if (target !== undefined) await place.fs.symlink(target, at(place, `l/${name}`));
}

/** Damages to layer `mid`, which has a parent `base` and a child `top`, in a home with `other`. */
export const DAMAGES: readonly Damage[] = [
  damage('link gone', ['link-missing'], true, (p) => p.fs.unlink(at(p, 'mid/link'))),
  damage('link empty', ['link-empty'], true, (p) => overwrite(p, 'mid/link', '')),
  damage('link with a newline', ['link-malformed'], true, async (p) =>
    overwrite(p, 'mid/link', `${await linkOf(p, 'mid')}\n`),
  ),
  damage('link to another layer', ['link-malformed'], true, (p) =>
    overwrite(p, 'mid/link', '../other'),
  ),
  damage('link of another layer', ['link-shared'], true, async (p) =>
    overwrite(p, 'mid/link', await linkOf(p, 'other')),
  ),
  damage('link a directory', ['link-malformed'], false, async (p) => {
    await p.fs.unlink(at(p, 'mid/link'));
    await p.fs.mkdir(at(p, 'mid/link'), 0o755);
  }),
  damage('link directory gone', ['link-dir-missing'], true, async (p) => {
    const links = await p.fs.openRoot(at(p, 'l'));
    for (const { name } of await links.getdents()) await links.unlinkat(name);
    await links.close();
    await p.fs.rmdir(at(p, 'l'));
  }),
  damage('symlink gone', ['symlink-missing'], true, async (p) =>
    relink(p, await linkOf(p, 'mid'), undefined),
  ),
  damage('symlink to another layer', ['symlink-misplaced'], true, async (p) =>
    relink(p, await linkOf(p, 'mid'), '../other/diff'),
  ),
  damage('symlink to nowhere', ['symlink-misplaced'], true, async (p) =>
    relink(p, await linkOf(p, 'mid'), '../gone/diff'),
  ),
  damage('symlink out of the home', ['symlink-misplaced'], true, async (p) =>
    relink(p, await linkOf(p, 'mid'), '/etc'),
  ),
  damage('a dangling symlink', ['symlink-dangling'], true, (p) => relink(p, STRAY, '../gone/diff')),
  damage('a second symlink', ['symlink-duplicate'], true, (p) => relink(p, STRAY, '../mid/diff')),
  damage('a file in l', ['link-entry-stray'], false, (p) => overwrite(p, 'l/x', 'x')),
  damage('lower empty', ['lower-empty'], true, (p) => overwrite(p, 'mid/lower', '')),
  damage('lower gone', ['lower-missing'], true, (p) => p.fs.unlink(at(p, 'mid/lower'))),
  damage('lower the link directory', ['lower-malformed'], true, (p) =>
    overwrite(p, 'mid/lower', 'l'),
  ),
  damage('lower of a missing layer', ['lower-dangling'], false, (p) =>
    overwrite(p, 'top/lower', `l/${STRAY}`),
  ),
  damage('lower cut', ['lower-differs'], false, async (p) =>
    overwrite(p, 'top/lower', `l/${await linkOf(p, 'mid')}`),
  ),
  damage('lower of itself', ['lower-cycle'], false, async (p) =>
    overwrite(p, 'top/lower', `l/${await linkOf(p, 'top')}`),
  ),
  damage('lower too long', ['lower-too-deep'], false, async (p) =>
    overwrite(
      p,
      'top/lower',
      Array(129)
        .fill(`l/${await linkOf(p, 'mid')}`)
        .join(':'),
    ),
  ),
  damage('diff gone', ['diff-missing'], false, (p) => p.fs.rmdir(at(p, 'mid/diff'))),
  damage('work gone', ['work-missing'], true, (p) => p.fs.rmdir(at(p, 'top/work'))),
  damage('work of a parent gone', ['work-missing-committed'], true, (p) =>
    p.fs.rmdir(at(p, 'mid/work')),
  ),
  damage('not committed', ['committed-missing'], true, (p) => p.fs.unlink(at(p, 'mid/committed'))),
  damage('committed without a child', ['committed-childless'], false, (p) =>
    overwrite(p, 'top/committed', ''),
  ),
  damage('merged left', ['merged-left'], true, (p) => p.fs.mkdir(at(p, 'top/merged'), 0o700)),
  damage('merged with a file', ['merged-filled'], false, async (p) => {
    await p.fs.mkdir(at(p, 'top/merged'), 0o700);
    await overwrite(p, 'top/merged/f', '');
  }),
  damage('an empty layer', ['layer-empty'], true, (p) => p.fs.mkdir(at(p, 'half'), 0o700)),
  damage('incomplete', ['incomplete'], false, (p) => overwrite(p, 'top/incomplete', '')),
  damage('an unfinished write', ['temp-left'], true, (p) => overwrite(p, 'top/.tmp-link1', 'x')),
  damage('an unfinished removal', ['temp-left'], true, async (p) => {
    await p.fs.mkdir(at(p, `.remove-${STRAY}`), 0o700);
    await p.fs.mkdir(at(p, `.remove-${STRAY}/diff`), 0o755);
    await overwrite(p, `.remove-${STRAY}/diff/f`, 'f');
  }),
  damage('a file in the home', ['stray-home'], false, (p) => overwrite(p, 'notes', '')),
  damage('a file in a layer', ['stray-layer'], false, (p) => overwrite(p, 'top/notes', '')),
  damage('a layer with an empty id', ['home-is-layer'], false, (p) => overwrite(p, 'link', STRAY)),
  damage('a link that all may write', ['mode-odd'], false, (p) =>
    p.fs.chmod(at(p, 'mid/link'), 0o666),
  ),
  damage('a layer of somebody else', ['owner-odd'], false, (p) => p.fs.chown(at(p, 'mid'), 7, 7)),
  damage('a redirect', ['redirect'], false, async (p) => {
    await p.fs.mkdir(at(p, 'top/diff/d'), 0o755);
    await mark(p, 'top/diff/d', 'trusted.overlay.redirect', 'e');
  }),
  damage('an opaque root', ['root-opaque'], false, (p) =>
    mark(p, 'top/diff', 'trusted.overlay.opaque', 'y'),
  ),
  damage('metadata alone', ['metacopy'], false, async (p) => {
    await overwrite(p, 'top/diff/m', '');
    await mark(p, 'top/diff/m', 'trusted.overlay.metacopy', '');
  }),
];

function mark(p: DamagedHome, path: string, name: string, value: string): Promise<void> {
  return p.fs.setxattr(at(p, path), name, encodeUtf8(value));
}
