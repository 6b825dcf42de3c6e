import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { Difference } from '../divergence.js';
import type { Law, Moment } from './law.js';

/** Of `link`, as all may read it, and of `lower`, as all may write it, less the umask. */
const FILES = { link: 0o100_644, lower: 0o100_666 } as const;
const DIRECTORY = 0o040_000;

/** A layer that an operation has made, as it was before it and is now. */
function isMade({ operation, answer, before, pictures }: Moment): string | undefined {
  if (operation.op !== 'create' || !answer.ok || pictures === undefined) return undefined;
  const { id } = operation;
  return before.layers.some((layer) => layer.id === id) ? undefined : id;
}

function compare(moment: Moment, path: string, mode: number): Difference | undefined {
  const expected = `${mode.toString(8)} 0:0`;
  const told = moment.pictures?.after.entries.get(path) ?? '';
  const [bits = '', owner = ''] = told.split(' ');
  const actual = `${bits} ${owner}`;
  return told === '' || actual === expected ? undefined : { subject: path, expected, actual };
}

/** V-01, V-02: who may look into a layer. */
function layerDirectory(mode: number, masked: boolean, profiles: readonly ProfileName[]): Law {
  const octal = mode.toString(8).padStart(4, '0');
  return {
    name: `layer-directory-${octal}`,
    says: `a new layer's directory is ${octal} of root`,
    profiles,
    holdsFor: 'runs whose home is looked at whole',
    exceptions: [],
    quirk: 'V-01',
    watch: () => (moment) => {
      const id = isMade(moment);
      const bits = masked ? mode & ~moment.world.umask : mode;
      return id === undefined ? undefined : compare(moment, id, DIRECTORY | bits);
    },
  };
}

/** As the seed has it, strict, and a store. */
export const LAYER_DIRECTORY_0700: Law = layerDirectory(0o700, true, [
  'moby-2019',
  'strict',
  'containers-storage',
]);

/** As 20.10 has it. */
export const LAYER_DIRECTORY_0710: Law = layerDirectory(0o710, false, ['moby-20.10']);

/** What the driver writes about a layer is made for all to read, as far as the umask lets. */
export const METADATA_FILES: Law = {
  name: 'metadata-files',
  says: "a new layer's `link` is 0644 and its `lower` 0666, less the umask, of root",
  profiles: ['moby-2019', 'moby-20.10', 'strict', 'containers-storage'],
  holdsFor: 'runs whose home is looked at whole',
  exceptions: [],
  watch: () => (moment) => {
    const id = isMade(moment);
    if (id === undefined) return undefined;
    for (const [name, mode] of Object.entries(FILES)) {
      const difference = compare(moment, `${id}/${name}`, mode & ~moment.world.umask);
      if (difference !== undefined) return difference;
    }
    return undefined;
  },
};
