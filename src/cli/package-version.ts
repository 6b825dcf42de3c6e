import { createRequire } from 'node:module';

/**
 * Gives the version of this package. The bundle has another module in place of this one, since it
 * lies beside no `package.json`.
 *
 * @internal
 */
export function packageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('../../package.json') as { readonly version: string }).version;
}
