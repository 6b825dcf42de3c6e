/** Plays the same story on both sides and tells where they first disagree. */
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { outcome, viewTree, type TreeView } from './observe.js';
import { perform, type Step } from './operations.js';
import type { Side } from './fake-side.js';

/** Layers, what is done in them, and what is done in the tree that they make. */
export interface Story {
  /** Where each lower and the upper lies, the lowest first. */
  readonly kinds: readonly VolumeKindName[];
  /** One list a layer, the lowest first, the upper last. */
  readonly layers: readonly (readonly Step[])[];
  readonly steps: readonly (Step | Beneath)[];
  /** Done after a remount of the same layers. */
  readonly again?: readonly Step[];
  /** Done after the result was mounted as a lower of another upper. */
  readonly later: readonly Step[];
  /** Mount options before the directories. */
  readonly options?: string;
}

/** What somebody does in a layer of a tree that is mounted. */
export interface Beneath {
  readonly layer: number;
  readonly step: Step;
}

/** Everything that is compared, in the order it was seen. */
export type Told = readonly (readonly [what: string, seen: string | TreeView])[];

/** Plays a story on one side. */
export async function tell(side: Side, story: Story): Promise<Told> {
  const told: [string, string | TreeView][] = [];
  const { fs, mounter } = side;
  const layers: string[] = [];
  for (const [i, steps] of story.layers.entries()) {
    const layer = await side.place(story.kinds[i] ?? 'ext4');
    for (const name of ['diff', 'work']) await fs.mkdir(`${layer}/${name}`, 0o755);
    layers.push(layer);
    for (const step of steps) {
      told.push([`layer ${i}: ${show(step)}`, await perform(fs, `${layer}/diff`, step)]);
    }
  }
  const merged = await side.place('ext4');
  const options = story.options === undefined ? '' : `${story.options},`;

  const play = async (steps: readonly (Step | Beneath)[]): Promise<void> => {
    const [upper = '', ...lowers] = [...layers].reverse();
    const below = lowers.map((layer) => `${layer}/diff`).join(':');
    const data = `${options}lowerdir=${below},upperdir=${upper}/diff,workdir=${upper}/work`;
    const mount = await outcome(() => mounter.mount({ target: merged, flags: 0, data }));
    told.push(['mount', mount]);
    if (mount !== 'ok') return;
    for (const step of steps) {
      const answer =
        'layer' in step
          ? await perform(fs, `${layers[step.layer] ?? ''}/diff`, step.step)
          : await perform(fs, merged, step);
      told.push([show(step), answer]);
    }
    told.push(['merged', await viewTree(fs, merged)]);
    told.push(['umount', await outcome(() => mounter.umount(merged, 0))]);
    told.push(['upper', await viewTree(fs, `${upper}/diff`)]);
    told.push(['work', String(Object.keys(await viewTree(fs, `${upper}/work`)).length)]);
  };

  await play(story.steps);
  if (story.again !== undefined) await play(story.again);
  const next = await side.place(story.kinds.at(-1) ?? 'ext4');
  for (const name of ['diff', 'work']) await fs.mkdir(`${next}/${name}`, 0o755);
  layers.push(next);
  await play(story.later);
  return told;
}

function show(step: Step | Beneath): string {
  return JSON.stringify(step);
}
