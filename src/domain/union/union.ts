import { FILE_TYPE } from '../host/file-type.js';
import { inodeError } from './inode-error.js';
import type { UnionRules } from './kernel-preset.js';
import type { UnionSettings } from './mount-settings.js';
import { isMark, PRIVATE, readXattr } from './private-xattrs.js';
import { refKey } from './ref-key.js';
import { type UnionNode, UnionNodes } from './union-node.js';
import type { ByteString, FindVolume, NodeKey, NodeRef, Volume, VolumeId } from './volume.js';

/** A part of a volume that takes part in a union. */
export interface Layer extends NodeRef {
  /** Which of the union's file systems it lies on; 0 is the upper's. */
  readonly fileSystem: number;
  /** Only metacopied files would take bytes from it, which are not modelled. */
  readonly isData: boolean;
}

/** A whiteout in the work directory that further ones are links of. */
export interface SharedWhiteout {
  readonly name: ByteString;
  readonly node: NodeKey;
}

/** What a union is made of; nothing of it changes but where it says so. */
export interface UnionParts {
  readonly id: VolumeId;
  readonly find: FindVolume;
  readonly rules: UnionRules;
  readonly settings: UnionSettings;
  /** The upper layer, absent in a union that cannot be written to, and its work directory. */
  readonly upper: (Layer & { readonly work: NodeKey }) | undefined;
  /** Uppermost first, data layers last. */
  readonly lowers: readonly Layer[];
  /** `st_dev` of the union. */
  readonly device: bigint;
  /** `st_dev` of files by file system, where that is not the union's. */
  readonly pseudoDevices: readonly bigint[];
  /** Bits of an inode number that tell the file system; 0 where none do. */
  readonly xinoBits: number;
  /** Keys of what no look-up may arrive at: roots of layers, and the work directory. */
  readonly traps: ReadonlySet<number>;
  /** What the mount marked as in use. */
  readonly marked: readonly NodeRef[];
  readonly readOnly: boolean;
}

const OPAQUE_LETTER = 0x79;
const XATTR_WHITEOUTS_LETTER = 0x78;

/**
 * The state of a union, and the questions that all of its operations ask of the layers.
 *
 * @internal
 */
export class Union {
  readonly parts: UnionParts;
  readonly nodes: UnionNodes;
  readonly #layers: (Volume | undefined)[] = [];
  /** Changes: the whiteout to link to, and what the next temporary name is made of. */
  whiteout: SharedWhiteout | undefined;
  nextTemporary = 1;
  /** Changes: linking whiteouts failed once, so that it is not tried again. */
  sharesWhiteouts: boolean;

  constructor(parts: UnionParts, nodes = new UnionNodes()) {
    this.parts = parts;
    this.nodes = nodes;
    this.sharesWhiteouts = parts.rules.sharesWhiteouts;
  }

  /** Gives the volume of a layer, 0 for the upper. */
  volume(layer: number): Volume {
    let volume = this.#layers[layer];
    if (volume === undefined) {
      volume = this.parts.find(this.layer(layer).volume);
      this.#layers[layer] = volume;
    }
    return volume;
  }

  layer(number: number): Layer {
    const { upper, lowers } = this.parts;
    return (number === 0 ? upper : lowers[number - 1]) as Layer;
  }

  /** The upper volume of a union that is known to have one. */
  get upperVolume(): Volume {
    return this.volume(0);
  }

  /** The directory `work` in the work directory. */
  get work(): NodeKey {
    if (this.parts.upper === undefined) throw inodeError('EROFS');
    return this.parts.upper.work;
  }

  checkWritable(): void {
    if (this.parts.readOnly) throw inodeError('EROFS');
  }

  /** The volume of the topmost part of a node, whose attributes are shown. */
  topVolume(node: UnionNode): Volume {
    return this.volume(node.upper === undefined ? (node.lowers[0]?.layer ?? 0) : 0);
  }

  /** The topmost part of a node. */
  topNode(node: UnionNode): NodeKey {
    return node.upper ?? (node.lowers[0]?.node as NodeKey);
  }

  /** The real name of one of the union's own attributes. */
  privateName(suffix: string): string {
    return this.parts.settings.xattrPrefix + suffix;
  }

  isTrap(layer: number, node: NodeKey): boolean {
    return this.parts.traps.has(refKey({ volume: this.layer(layer).volume, node }));
  }

  /** Tells whether something in a layer hides what is below it. */
  isWhiteout(layer: number, node: NodeKey): boolean {
    const volume = this.volume(layer);
    const type = volume.mode(node) & FILE_TYPE.MASK;
    if (type === FILE_TYPE.CHARACTER) {
      const { rdevMajor, rdevMinor } = volume.attributes(node);
      return rdevMajor === 0 && rdevMinor === 0;
    }
    if (type !== FILE_TYPE.REGULAR || !this.parts.rules.knowsXattrWhiteouts) return false;
    const names = volume.listxattr(node);
    if (names.length === 0 || !names.includes(this.privateName(PRIVATE.WHITEOUT))) return false;
    return volume.attributes(node).size === 0n;
  }

  /** Tells whether a directory of a layer hides what is below it. */
  isOpaque(layer: number, node: NodeKey): boolean {
    return isMark(this.#opaqueMark(layer, node), OPAQUE_LETTER);
  }

  /** Tells whether files with the whiteout attribute are to be looked for in a directory. */
  holdsXattrWhiteouts(layer: number, node: NodeKey): boolean {
    if (!this.parts.rules.knowsXattrWhiteouts) return false;
    return isMark(this.#opaqueMark(layer, node), XATTR_WHITEOUTS_LETTER);
  }

  /** Holds the real parts of a node, so that they outlive their names. */
  holdParts(node: UnionNode): void {
    if (node.upper !== undefined) this.upperVolume.hold(node.upper);
    for (const { layer, node: part } of node.lowers) this.volume(layer).hold(part);
  }

  /** Forgets a node that has no name and that nobody holds. */
  dropUnused(node: UnionNode): void {
    if (node.names > 0 || node.holds > 0) return;
    this.nodes.remove(node);
    this.releaseParts(node);
  }

  releaseParts(node: UnionNode): void {
    if (node.upper !== undefined) this.upperVolume.release(node.upper);
    for (const { layer, node: part } of node.lowers) this.volume(layer).release(part);
  }

  fork(find: FindVolume): Union {
    const fork = new Union({ ...this.parts, find }, this.nodes.fork());
    fork.whiteout = this.whiteout;
    fork.nextTemporary = this.nextTemporary;
    fork.sharesWhiteouts = this.sharesWhiteouts;
    return fork;
  }

  #opaqueMark(layer: number, node: NodeKey): Uint8Array | undefined {
    return readXattr(this.volume(layer), node, this.privateName(PRIVATE.OPAQUE));
  }
}
