/**
 * The catalogue of the seed's numbered quirks. What each answers in each profile is written in
 * `docs/profiles.md`; the branch that a quirk decides is where the domain or driver asks for it.
 */

/** One quirk: its number, how much harm it can do, and what it is. */
const QUIRK_ROWS = [
  [
    'Q-01',
    'low',
    'backing file system name is process-wide and keeps an old value for unknown magics',
  ],
  ['Q-02', 'medium', 'quota-supported flag is process-wide and never cleared'],
  ['Q-03', 'low', 'an empty id map is not the same as no map'],
  ['Q-04', 'low', 'Exists("") is true'],
  ['Q-05', 'medium', "CreateReadWrite writes into the caller's storage options"],
  ['Q-06', 'medium', 'a failed create leaks its symlink'],
  ['Q-07', 'medium', 'creating an existing id succeeds'],
  ['Q-08', 'high', 'a failed create over an existing id deletes that layer'],
  ['Q-09', 'high', 'a failed child create leaves the parent committed'],
  ['Q-10', 'medium', 'ids are not validated'],
  ['Q-11', 'high', 'upper-case SIZE in Create crashes without quota'],
  ['Q-12', 'medium', 'SIZE beside size is decided at random'],
  ['Q-13', 'high', "a read error on the parent's lower cuts the chain silently"],
  ['Q-14', 'high', 'an empty link makes the link directory a layer'],
  ['Q-15', 'medium', 'Get of a base layer is writable, uncounted, unchecked'],
  ['Q-16', 'medium', 'mount options are not escaped'],
  ['Q-17', 'high', 'mount data of exactly one page is cut by the kernel'],
  ['Q-18', 'high', 'an empty lower mounts the home itself'],
  ['Q-19', 'medium', 'Put hides failures to unmount'],
  ['Q-20', 'high', 'Remove does not clear the reference count'],
  ['Q-21', 'high', 'Remove trusts what link holds'],
  ['Q-22', 'high', 'unmounting by prefix has no component boundary'],
  ['Q-23', 'medium', 'an unknown id counts as a base layer in diff calls'],
  ['Q-24', 'medium', 'ApplyDiff ignores the naive-only decision'],
  ['Q-25', 'low', 'the native-diff probe is remembered per process'],
  ['Q-26', 'medium', 'a naive diff against no parent does not map ids back'],
  ['Q-27', 'medium', 'the naive unpacker makes implied parents 0600'],
  ['Q-28', 'low', 'the native unpacker does not know aufs metadata'],
  ['Q-29', 'medium', 'root directory metadata is never in a diff'],
  [
    'Q-30',
    'high',
    'entries that cannot be archived vanish, a shrunk file ends the stream silently',
  ],
  ['Q-31', 'medium', 'only the security.capability attribute travels'],
  ['Q-32', 'low', 'hard links are recognised by inode number alone'],
  ['Q-33', 'low', 'the owner of a whiteout is not mapped back'],
  ['Q-34', 'medium', 'whiteouts that share an inode carry a stale link name'],
  ['Q-35', 'medium', 'real files named .wh.* become whiteouts'],
  ['Q-36', 'medium', 'a root opaque mark has no effect natively'],
  ['Q-37', 'medium', 'a native whiteout does not replace an existing entry'],
  ['Q-38', 'high', 'degenerate whiteout names are destructive'],
  ['Q-39', 'low', 'a fifo in a user namespace fails at chown'],
  ['Q-40', 'medium', 'an archive may set trusted.overlay attributes'],
  ['Q-41', 'low', 'a directory without access time gets 1970'],
  ['Q-42', 'low', 'the differ takes block devices and sockets for directories'],
  ['Q-43', 'low', 'deletions of files named .wh.* are lost'],
  ['Q-44', 'low', 'ids equal to the mapped root are not mapped'],
  ['Q-45', 'low', 'a quota below 512 bytes is unlimited'],
  ['Q-46', 'medium', 'a re-created id has no quota'],
  ['Q-47', 'low', 'driver metadata counts against the quota'],
  ['Q-48', 'low', 'an inherited home project id is shared by all layers'],
  ['Q-49', 'low', 'a size overflow wraps'],
  ['Q-50', 'low', 'an unsupported quota probe leaves its device node'],
] as const;

/**
 * The number of a quirk, `Q-01` … `Q-50`.
 *
 * @public
 * @since 0.1.0
 */
export type QuirkId = (typeof QUIRK_ROWS)[number][0];

/**
 * One row of the catalogue.
 *
 * @public
 * @since 0.1.0
 */
export interface Quirk {
  readonly id: QuirkId;
  readonly severity: 'low' | 'medium' | 'high';
  readonly title: string;
}

/**
 * The catalogue in order of number.
 *
 * @source moby overlay2/overlay.go and the packages it calls
 * @public
 * @since 0.1.0
 */
export const QUIRKS: readonly Quirk[] = Object.freeze(
  QUIRK_ROWS.map(([id, severity, title]) => Object.freeze({ id, severity, title })),
);
