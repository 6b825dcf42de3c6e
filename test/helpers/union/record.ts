/** What a kernel's overlayfs showed, recorded by scripts/record-union.mjs. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Story, Told } from './compare.js';

/** Everything that one kernel showed. */
export interface UnionRecord {
  /** The preset that stands for the kernel. */
  readonly preset: string;
  readonly umask: number;
  readonly stories: readonly { readonly story: Story; readonly told: Told }[];
  readonly mounts: readonly { readonly name: string; readonly seen: unknown }[];
}

/** Reads a record. */
export function readUnionRecord(file: URL): UnionRecord {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as UnionRecord;
}
