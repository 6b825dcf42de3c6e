// The faults of the museum, and how one is put into a module without touching the module.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from './root.mjs';

const FAULTS = join(ROOT, 'test/museum/faults');

/** Reads all faults, in the order of their files. */
export function readFaults() {
  const files = readdirSync(FAULTS).filter((name) => name.endsWith('.json'));
  return files
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(FAULTS, name), 'utf8')))
    .map((fault) => ({ ...fault, find: lines(fault.find), replace: lines(fault.replace) }));
}

/**
 * Makes the module that a fault is in: the TypeScript source with the one text replaced, compiled
 * as the build compiles it.
 *
 * @param root - the directory with `src` and `dist`.
 * @returns the URL of the built module, and the text to load in its place.
 */
export function plantFault(fault, root = ROOT) {
  const source = readFileSync(join(root, fault.file), 'utf8');
  const parts = source.split(fault.find);
  if (parts.length !== 2) {
    throw new Error(`${fault.id}: its text is ${parts.length - 1} times in ${fault.file}`);
  }
  const { outputText, diagnostics } = ts.transpileModule(parts.join(fault.replace), {
    fileName: fault.file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      verbatimModuleSyntax: true,
    },
  });
  if (diagnostics.length > 0) {
    const text = ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n');
    throw new Error(`${fault.id}: ${text}`);
  }
  const built = fault.file.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');
  return { url: pathToFileURL(join(root, built)).href, source: outputText };
}

/** Texts of several lines are lists of lines, so that they can be read. */
function lines(text) {
  return typeof text === 'string' ? text : text.join('\n');
}
