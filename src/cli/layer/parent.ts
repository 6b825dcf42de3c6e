import { Option } from 'commander';
import { GraphDriverError } from '../../domain/errors.js';
import { goQuote } from '../../domain/go/quote.js';
import type { OverlayReader } from '../../driver/reader.js';

/**
 * The option that says which layer another one is compared with.
 *
 * @internal
 */
export function parentOption(): Option {
  return new Option(
    '--parent <id>',
    "the layer to compare with: the layer's own parent unless told",
  );
}

/**
 * Gives the layer to compare a layer with: the one that was told, else the layer's own parent.
 *
 * @throws InvalidLayerIdError; SyscallError `stat <dir>: …` for an unknown layer.
 * @throws GraphDriverError where the layer's chain is too damaged to tell the parent.
 * @internal
 */
export async function decideParent(
  reader: OverlayReader,
  id: string,
  told: string | undefined,
): Promise<string> {
  await reader.requireLayer(id);
  if (told !== undefined) return told;
  const own = await reader.parent(id);
  if (own !== undefined) return own;
  const text = `the parent of layer ${goQuote(id)} cannot be told from its files; give --parent`;
  throw new GraphDriverError('broken-chain', text);
}
