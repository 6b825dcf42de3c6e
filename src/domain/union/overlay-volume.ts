import type { FileStat } from '../host/file-stat.js';
import { FILE_TYPE } from '../host/file-type.js';
import { FS_MAGIC } from '../host/backing-fs.js';
import { copyUp } from './copy-up.js';
import { findEntry, ROOT } from './find-entry.js';
import { inodeError } from './inode-error.js';
import { listEntries } from './list-entries.js';
import { linkEntry, makeEntry } from './make-entry.js';
import { moveEntry } from './move-entry.js';
import { nodeAttributes } from './node-attributes.js';
import { isImpure } from './origin.js';
import { realName, shownNames } from './private-xattrs.js';
import { removeEntry } from './remove-entry.js';
import { Union, type UnionParts } from './union.js';
import { ABSENT, type UnionNode } from './union-node.js';
import type {
  AttributeChange,
  ByteString,
  FindVolume,
  NewNode,
  NodeKey,
  NodeRef,
  RenameFlags,
  Volume,
  VolumeEntry,
  VolumeFacts,
  VolumeId,
} from './volume.js';

const XATTR_NAME_MAX = 255;
const XATTR_SIZE_MAX = 65_536;

/**
 * An overlay mount as Linux shows it to root: an upper layer that changes, and layers below it
 * that do not. It keeps no bytes and no attributes, only what was looked up, as the kernel's caches
 * do; so changes that somebody else makes to a layer show where nobody has looked yet.
 *
 * Modelled: look-up through whiteouts, opaque directories and redirects; listings; copy-up with
 * the directories above; whiteouts, shared by a mount; hard links that a copy-up breaks; renames
 * with `EXDEV` or redirects; private attributes, hidden and escaped; the marks that a kernel leaves
 * on disk; inode and device numbers; traps of overlapping layers. Not modelled: metacopy and
 * nfs_export (mounts that ask for it are refused); links that `index=on` keeps together (they are
 * broken as without it); ACLs; data layers beyond being mounted; freeing of caches; a planted
 * redirect to a directory that shows under its own name, too (the kernel answers ESTALE).
 *
 * @source Linux fs/overlayfs
 * @internal
 */
export class OverlayVolume implements Volume {
  readonly id: VolumeId;
  readonly root: NodeKey = ROOT;
  readonly #union: Union;

  constructor(parts: UnionParts, forked?: Union) {
    this.id = parts.id;
    this.#union = forked ?? new Union(parts);
    if (forked === undefined) addRoot(this.#union);
  }

  /** For who extends it with what a machine needs. */
  protected get union(): Union {
    return this.#union;
  }

  /** What it is made of. */
  get parts(): UnionParts {
    return this.#union.parts;
  }

  facts(): VolumeFacts {
    const { parts } = this.#union;
    const { upper, lowers, readOnly } = parts;
    let stackDepth = 0;
    let dType = true;
    for (const { volume } of upper === undefined ? lowers : [upper, ...lowers]) {
      const facts = parts.find(volume).facts();
      stackDepth = Math.max(stackDepth, facts.stackDepth);
      dType &&= facts.dType;
    }
    return { magic: FS_MAGIC.OVERLAY, readOnly, stackDepth: stackDepth + 1, dType };
  }

  exists(node: NodeKey): boolean {
    return this.#union.nodes.get(node).names > 0;
  }

  mode(node: NodeKey): number {
    const found = this.#union.nodes.get(node);
    return this.#union.topVolume(found).mode(this.#union.topNode(found));
  }

  attributes(node: NodeKey): FileStat {
    return nodeAttributes(this.#union, this.#union.nodes.get(node));
  }

  lookup(directory: NodeKey, name: ByteString): NodeKey | undefined {
    const found = findEntry(this.#union, directory, name);
    return found > ABSENT ? found : undefined;
  }

  parent(directory: NodeKey): NodeKey {
    const node = this.#union.nodes.get(directory);
    if (!node.isDirectory) throw inodeError('ENOTDIR');
    return node.parent;
  }

  entries(directory: NodeKey): readonly VolumeEntry[] {
    return listEntries(this.#union, directory);
  }

  readlink(node: NodeKey): ByteString {
    const found = this.#union.nodes.get(node);
    return this.#union.topVolume(found).readlink(this.#union.topNode(found));
  }

  create(directory: NodeKey, name: ByteString, what: NewNode): NodeKey {
    return makeEntry(this.#union, directory, name, what);
  }

  link(node: NodeKey, directory: NodeKey, name: ByteString): void {
    linkEntry(this.#union, node, directory, name);
  }

  unlink(directory: NodeKey, name: ByteString): void {
    removeEntry(this.#union, directory, name, false);
  }

  rmdir(directory: NodeKey, name: ByteString): void {
    removeEntry(this.#union, directory, name, true);
  }

  rename(
    from: NodeKey,
    fromName: ByteString,
    to: NodeKey,
    toName: ByteString,
    flags?: RenameFlags,
  ): void {
    moveEntry(this.#union, from, fromName, to, toName, flags);
  }

  change(node: NodeKey, change: AttributeChange): void {
    const union = this.#union;
    union.checkWritable();
    const type = this.mode(node) & FILE_TYPE.MASK;
    if (change.size !== undefined && type !== FILE_TYPE.REGULAR) {
      throw inodeError(type === FILE_TYPE.DIRECTORY ? 'EISDIR' : 'EINVAL');
    }
    union.upperVolume.change(copyUp(union, node).upper, change);
  }

  getxattr(node: NodeKey, name: ByteString): Uint8Array {
    const union = this.#union;
    const found = union.nodes.get(node);
    return union.topVolume(found).getxattr(union.topNode(found), this.#realName(name));
  }

  setxattr(node: NodeKey, name: ByteString, value: Uint8Array): void {
    const union = this.#union;
    union.checkWritable();
    if (name === '' || name.length > XATTR_NAME_MAX) throw inodeError('ERANGE');
    if (value.length > XATTR_SIZE_MAX) throw inodeError('E2BIG');
    this.#checkUserXattr(node, name);
    const real = this.#realName(name);
    union.upperVolume.setxattr(copyUp(union, node).upper, real, value);
  }

  removexattr(node: NodeKey, name: ByteString): void {
    const union = this.#union;
    union.checkWritable();
    this.#checkUserXattr(node, name);
    const real = this.#realName(name);
    const found = union.nodes.get(node);
    // Nothing is copied up for an attribute that is not there.
    if (found.upper === undefined) union.topVolume(found).getxattr(union.topNode(found), real);
    union.upperVolume.removexattr(copyUp(union, node).upper, real);
  }

  listxattr(node: NodeKey): readonly ByteString[] {
    const union = this.#union;
    const found = union.nodes.get(node);
    const names = union.topVolume(found).listxattr(union.topNode(found));
    if (names.length === 0) return names;
    const { rules, settings } = union.parts;
    return shownNames(settings.xattrPrefix, names, rules.escapesXattrs);
  }

  open(node: NodeKey, forWriting: boolean): NodeRef {
    const union = this.#union;
    if (forWriting) union.checkWritable();
    const isRegular = (this.mode(node) & FILE_TYPE.MASK) === FILE_TYPE.REGULAR;
    const found = forWriting && isRegular ? copyUp(union, node) : union.nodes.get(node);
    return union.topVolume(found).open(union.topNode(found), forWriting);
  }

  read(node: NodeKey, position: number, buffer: Uint8Array): number {
    const { volume, node: real } = this.open(node, false);
    return this.#union.parts.find(volume).read(real, position, buffer);
  }

  write(node: NodeKey, position: number, bytes: Uint8Array): number {
    const { volume, node: real } = this.open(node, true);
    return this.#union.parts.find(volume).write(real, position, bytes);
  }

  hold(node: NodeKey): void {
    this.#union.nodes.own(node).holds += 1;
  }

  release(node: NodeKey): void {
    const found = this.#union.nodes.own(node);
    found.holds -= 1;
    this.#union.dropUnused(found);
  }

  /** Gives an independent volume in the same state over the volumes of another machine. */
  fork({ find }: { readonly find: FindVolume }): OverlayVolume {
    const union = this.#union.fork(find);
    return new OverlayVolume(union.parts, union);
  }

  /** Lets go of the layers, after the last use. */
  dispose(): void {
    for (const node of this.#union.nodes.all()) this.#union.releaseParts(node);
  }

  #realName(name: ByteString): ByteString {
    const { rules, settings } = this.#union.parts;
    return realName(settings.xattrPrefix, name, rules.escapesXattrs);
  }

  /** @source Linux fs/xattr.c xattr_permission */
  #checkUserXattr(node: NodeKey, name: ByteString): void {
    if (!name.startsWith('user.')) return;
    const type = this.mode(node) & FILE_TYPE.MASK;
    if (type !== FILE_TYPE.REGULAR && type !== FILE_TYPE.DIRECTORY) throw inodeError('EPERM');
  }
}

/** The root merges all layers, whatever marks they have. */
function addRoot(union: Union): UnionNode {
  const { upper, lowers } = union.parts;
  const root = union.nodes.add({
    parent: ROOT,
    name: '',
    isDirectory: true,
    upper: upper?.node,
    lowers: lowers.flatMap(({ node, isData }, i) => (isData ? [] : [{ layer: i + 1, node }])),
  });
  root.listsMerged = true;
  root.impure = upper !== undefined && isImpure(union, upper.node);
  union.holdParts(root);
  return root;
}
