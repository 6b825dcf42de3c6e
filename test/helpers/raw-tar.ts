/** Archives written by hand, so that they can hold what no writer would write. */

/** An entry; everything but the name has a harmless default. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  /** The type flag: `0` file, `1` hard link, `2` symlink, `3` and `4` devices, `5` directory. */
  readonly type?: string;
  readonly link?: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** What the header says instead of the content's length. */
  readonly sizeSaid?: number;
  readonly mode?: number;
  readonly device?: readonly [major: number, minor: number];
}

const BLOCK = 512;

/** Gives an archive of entries with its two blocks at the end. */
export function rawTar(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), Buffer.alloc(2 * BLOCK)]);
}

/** Gives one entry: its header and its content, padded. */
export function rawEntry(entry: RawEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([headerOf(entry, content.length), content, padding]);
}

function headerOf(entry: RawEntry, contentBytes: number): Buffer {
  const { type = '0', mode = 0o644, sizeSaid = contentBytes, device = [0, 0] } = entry;
  const header = Buffer.alloc(BLOCK);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  const octal = (value: number, at: number, digits: number): void =>
    void header.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(sizeSaid, 124, 11);
  octal(1_500_000_000, 136, 11);
  header.write(type, 156, 'latin1');
  Buffer.from(entry.link ?? '').copy(header, 157, 0, 100);
  header.write('ustar\u000000', 257, 'latin1');
  octal(device[0], 329, 7);
  octal(device[1], 337, 7);
  header.fill(' ', 148, 156);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  header[154] = 0;
  return header;
}
