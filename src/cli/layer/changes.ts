import type { Command } from 'commander';
import type { Change, ChangeKind } from '../../domain/diffs/change.js';
import type { CliStreams } from '../streams.js';
import { addLayerOptions, type LayerOptions } from './layer-options.js';
import { runOperation } from './operation.js';
import { decideParent, parentOption } from './parent.js';

interface ChangesOptions extends LayerOptions {
  readonly parent?: string;
}

const LETTERS: Readonly<Record<ChangeKind, string>> = Object.freeze({
  modify: 'C',
  add: 'A',
  delete: 'D',
});

/**
 * Adds `layer changes`, which lists the paths that differ between a layer and its parent.
 *
 * @internal
 */
export function registerChanges(layer: Command, streams: CliStreams): void {
  const words = 'list what a layer changed (C), added (A) and deleted (D), by path';
  addLayerOptions(layer.command('changes').description(words))
    .argument('<id>', 'the layer')
    .addOption(parentOption())
    .action((id: string, options: ChangesOptions) =>
      runOperation(streams, options, ['changes', id], async (operation) => {
        const found = await operation.write(async (writer) => {
          const parent = await decideParent(await writer.openReader(), id, options.parent);
          operation.noteMounting();
          return writer.driver.changes(id, parent);
        });
        const sorted = [...found].sort((a, b) => Buffer.compare(a.path, b.path));
        await operation.answer(formatChanges(sorted), sorted.map(documentOf));
      }),
    );
}

/**
 * Gives a line `C`, `A` or `D` and a path for each change; names that are not UTF-8 stay the bytes
 * that they are.
 *
 * @internal
 */
export function formatChanges(changes: readonly Change[]): Uint8Array {
  return Buffer.concat(
    changes.flatMap(({ kind, path }) => [
      Buffer.from(`${LETTERS[kind]} `),
      path,
      Buffer.from('\n'),
    ]),
  );
}

/** A name that JSON cannot hold is marked by its key. */
function documentOf({ kind, path }: Change): object {
  const bytes = Buffer.from(path);
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(bytes);
  return {
    kind: LETTERS[kind],
    ...(isText ? { path: text } : { pathBase64: bytes.toString('base64') }),
  };
}
