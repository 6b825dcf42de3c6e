import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from './dependency-rules.js';

/** A source file, parsed; its `fileName` is relative to the directory it was looked for in. */
export type SourceFile = ts.SourceFile;

/** A place in a source file that breaks a rule, as `<file>:<line> <what is wrong>`. */
export type Complaint = string;

const SOURCE = /\.(ts|mjs|cjs)$/;

/** Gives all source files below some folders, parsed, planted violations left out. */
export function readSourceFiles(folders: readonly string[], base = ROOT): readonly SourceFile[] {
  const files = folders
    .flatMap((folder) => listFiles(join(base, folder)))
    .filter((path) => SOURCE.test(path))
    .map((path) => parse(relative(base, path), readFileSync(path, 'utf8')));
  if (files.length === 0) throw new Error(`no source files in ${folders.join(', ')}`);
  return files;
}

/** Gives the files below a folder, without build results, packages and planted violations. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return entry.isFile() ? [path] : [];
    return IGNORED.test(relative(ROOT, path)) ? [] : listFiles(path);
  });
}

const FOLDERS = ['dist', 'dist-bundle', 'node_modules', 'reports', 'test/architecture/fixtures'];
const IGNORED = new RegExp(`^(\\.(git|matrix|museum|stryker-tmp.*)|${FOLDERS.join('|')})$`);

/** Parses a text as the source file of that name. */
export function parse(fileName: string, text: string): SourceFile {
  return ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
}

/** Formats a complaint about a node of a file. */
export function complain(file: SourceFile, node: ts.Node, what: string): Complaint {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${file.fileName}:${line + 1} ${what}`;
}
