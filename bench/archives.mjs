// Makes the archives that the works apply: plain tar, the same bytes in every run.
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 512;
const MIB = 1 << 20;
const FILES_PER_DIRECTORY = 100;
const MTIME = 1_500_000_000;

/** Every archive: how many files of how many bytes it holds. */
export const ARCHIVES = {
  small: { files: 10_000, bytes: 1024 },
  smallTenth: { files: 1000, bytes: 1024 },
  big: { files: 5, bytes: 100 * MIB },
  bigTenth: { files: 5, bytes: 10 * MIB },
  // Ten files of `small` with another content.
  edits: { files: 10, bytes: 1000 },
};

/** Writes an archive once; gives its path. */
export function makeArchive(directory, name) {
  const path = join(directory, `${name}.tar`);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  const { files, bytes } = ARCHIVES[name];
  const fd = openSync(path, 'wx');
  const content = noise(bytes);
  for (let i = 0; i < files; i++) {
    const parent = `dir-${Math.floor(i / FILES_PER_DIRECTORY)}`;
    if (i % FILES_PER_DIRECTORY === 0) writeAll(fd, header(`${parent}/`, '5', 0o755, 0));
    content.writeUInt32LE(i);
    writeAll(fd, header(`${parent}/file-${i}`, '0', 0o644, bytes));
    writeAll(fd, content);
    writeAll(fd, Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES));
  }
  writeAll(fd, Buffer.alloc(2 * BLOCK_BYTES));
  closeSync(fd);
  return path;
}

function header(name, type, mode, size) {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value, at, digits) => block.write(value.toString(8).padStart(digits, '0'), at);
  block.write(name, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(MTIME, 136, 11);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Bytes that look random and are not, so that no file system can make less of them. */
function noise(length) {
  const bytes = Buffer.alloc(length + 4);
  let state = 1;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes.subarray(0, length);
}

function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
