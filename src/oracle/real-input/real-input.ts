import { formatChange } from '../../domain/diffs/change.js';
import { decodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import type { Target, TargetFactory } from '../targets/target.js';
import { expectSameTree } from './compare-merged.js';
import { expectSameAsSource } from './compare-source.js';
import { expectSame } from './divergence.js';
import { chooseSubjects, editTree } from './edits.js';
import { expectedChanges } from './expected-changes.js';
import { playGoldenSession } from './golden-session.js';
import { layerArchive } from './layer-archive.js';
import { type LayerPlan, LayerPlanner, type PlannedEntry } from './layer-plan.js';
import { installedPathLists } from './package-lists.js';
import { makeSpecialFiles } from './special-files.js';
import { type StepReport, StepRunner, type Progress } from './step.js';
import { withTree, withTrees } from './trees.js';

/** The layer that the container's edits go to. */
const EDITED = 'edited';
const DT_DIRECTORY = 4;

/** How much real input to take, and where to work. */
export interface RealInputOptions {
  /** An empty directory of the host, absolute; everything is made in it, nothing is removed. */
  readonly workDirectory: string;
  readonly layersMin: number;
  readonly filesMin: number;
  /** Layers beyond this many bytes are not taken. */
  readonly bytesMax: number;
  readonly now: () => number;
}

/**
 * Checks a driver on what is installed on this machine: builds layers from real files, mounts and
 * compares them, edits the mounted tree, takes diffs, applies them again and compares again; then
 * plays the golden session.
 *
 * @returns what each step did.
 * @throws {@link Divergence} at the first difference.
 * @internal
 */
export async function checkRealInput(
  makeTarget: TargetFactory,
  options: RealInputOptions,
  progress: Progress,
): Promise<readonly StepReport[]> {
  const runner = new StepRunner(progress, options.now);
  const target = await makeTarget(`${options.workDirectory}/overlay2`);
  try {
    const host = await target.files.openRoot('/');
    try {
      await new RealInputCheck(target, host, runner, options).run();
    } finally {
      await host.close();
    }
  } finally {
    await target.dispose();
  }
  const golden = await makeTarget(`${options.workDirectory}/golden`);
  try {
    await runner.step('play the golden session', (count) => playGoldenSession(golden, count));
    await golden.driver.cleanup();
  } finally {
    await golden.dispose();
  }
  return runner.reports;
}

class RealInputCheck {
  readonly #target: Target;
  readonly #host: Directory;
  readonly #runner: StepRunner;
  readonly #options: RealInputOptions;

  constructor(target: Target, host: Directory, runner: StepRunner, options: RealInputOptions) {
    this.#target = target;
    this.#host = host;
    this.#runner = runner;
    this.#options = options;
  }

  async run(): Promise<void> {
    const plans = await this.#choose();
    const top = await this.#apply(plans);
    await this.#compareWithSource(plans, top);
    await this.#edit(plans, top);
    await this.#compareNative(top);
    await this.#compareNaive(top);
    await this.#compareChanges(top);
    await this.#removeAll(plans);
  }

  /**
   * Takes packages until there are enough layers and files, and one layer of our own. Packages that
   * would outweigh the rest are passed over, the largest of the others come first.
   */
  #choose(): Promise<readonly LayerPlan[]> {
    const { layersMin, filesMin, bytesMax } = this.#options;
    const pathsMax = Math.ceil((2 * filesMin) / layersMin);
    return this.#runner.step('choose installed files', async (count) => {
      const planner = new LayerPlanner(this.#host);
      const plans: LayerPlan[] = [];
      let [files, bytes] = [0, 0];
      for (const list of await installedPathLists(this.#target.files)) {
        if (plans.length >= layersMin - 1 && files >= filesMin) break;
        if (list.paths.length > pathsMax) continue;
        const plan = await planner.plan(`layer-${plans.length}`, list.name, list.paths);
        const [fileCount, size] = [plan.entries.filter(isNoDirectory).length, weigh(plan)];
        if (fileCount === 0 || bytes + size > bytesMax) continue;
        plans.push(plan);
        [files, bytes] = [files + fileCount, bytes + size];
        count('files', fileCount);
        count('bytes', size);
      }
      plans.push(await this.#planSpecial(planner, plans.length));
      count('layers', plans.length);
      return plans;
    });
  }

  async #planSpecial(planner: LayerPlanner, index: number): Promise<LayerPlan> {
    const { files } = this.#target;
    const path = `${this.#options.workDirectory}/special`;
    await files.mkdir(path, 0o755);
    await makeSpecialFiles(files, path);
    const prefix = path.slice(1);
    const root = await files.openRoot(path);
    try {
      const names = await namesBelow(root, prefix);
      return await planner.plan(`layer-${index}`, 'made for this check', names, prefix);
    } finally {
      await root.close();
    }
  }

  #apply(plans: readonly LayerPlan[]): Promise<string> {
    const { driver } = this.#target;
    return this.#runner.step('apply layers', async (count) => {
      let parent = '';
      for (const plan of plans) {
        await driver.create(plan.id, parent);
        const size = await driver.applyDiff(plan.id, parent, layerArchive(this.#host, plan));
        expectSame(plan.origin, 'size of the layer', sizeOf(plan), size);
        expectSame(plan.origin, 'DiffSize', size, await driver.diffSize(plan.id, parent));
        parent = plan.id;
        count('layers', 1);
        count('entries', plan.entries.length);
      }
      return parent;
    });
  }

  #compareWithSource(plans: readonly LayerPlan[], top: string): Promise<void> {
    return this.#runner.step('compare the merged tree with its source', (count) =>
      withTree(this.#target, top, async (tree) => {
        count('entries', await expectSameAsSource(this.#host, plans, tree));
      }),
    );
  }

  #edit(plans: readonly LayerPlan[], top: string): Promise<void> {
    return this.#runner.step('edit as a container would', async (count) => {
      const entries = new Map(plans.flatMap((plan) => plan.entries.map((e) => [e.path, e])));
      const subjects = chooseSubjects(entries.values());
      await this.#target.driver.createReadWrite(EDITED, top);
      await withTree(this.#target, EDITED, async (tree) => {
        count('edits', await editTree(tree, subjects));
      });
    });
  }

  #compareNative(top: string): Promise<void> {
    const { driver } = this.#target;
    return this.#runner.step('apply the native diff to a sibling', async (count) => {
      await driver.create('sibling', top);
      await driver.applyDiff('sibling', top, counted(await driver.diff(EDITED, top), count));
      await this.#expectSameMerged(EDITED, 'sibling', { links: true }, count);
    });
  }

  /**
   * A grandchild's diff against its grandparent cannot be native: two trees are compared. A new
   * name of an old file is a file of its own then, since the old name shows no change.
   */
  #compareNaive(top: string): Promise<void> {
    const { driver } = this.#target;
    return this.#runner.step('apply the naive diff to a sibling', async (count) => {
      await driver.create('grandchild', EDITED);
      await driver.create('naive-sibling', top);
      const archive = counted(await driver.diff('grandchild', top), count);
      await driver.applyDiff('naive-sibling', top, archive);
      await this.#expectSameMerged(EDITED, 'naive-sibling', { links: false }, count);
    });
  }

  #expectSameMerged(
    expected: string,
    actual: string,
    rules: { readonly links: boolean },
    count: (what: string, by: number) => void,
  ): Promise<void> {
    return withTrees(this.#target, [expected, actual], async (...[wanted, found]) => {
      if (wanted === undefined || found === undefined) throw new Error('a tree is missing');
      count('entries', await expectSameTree(wanted, found, rules));
    });
  }

  #compareChanges(top: string): Promise<void> {
    const { driver } = this.#target;
    return this.#runner.step('compare the list of changes', async (count) => {
      const told = (await driver.changes(EDITED, top)).map(formatChange).sort();
      await withTrees(this.#target, [top, EDITED], async (...[before, after]) => {
        if (before === undefined || after === undefined) throw new Error('a tree is missing');
        const expected = await expectedChanges(before, after);
        expectSame(`Changes(${EDITED}, ${top})`, 'changes', expected.join('\n'), told.join('\n'));
        count('changes', expected.length);
      });
    });
  }

  #removeAll(plans: readonly LayerPlan[]): Promise<void> {
    const { driver, files, home, kernel } = this.#target;
    return this.#runner.step('remove every layer', async (count) => {
      const made = ['naive-sibling', 'grandchild', 'sibling', EDITED];
      for (const id of [...made, ...plans.map((plan) => plan.id).reverse()]) {
        await driver.remove(id);
        count('layers', 1);
      }
      await driver.cleanup();
      const table = decodeUtf8(await kernel.mountInfo());
      expectSame(home, 'mounts left behind', false, table.includes(` ${home}/`));
      const root = await files.openRoot(home);
      try {
        const left = (await root.getdents()).map(({ name }) => decodeUtf8(name)).sort();
        const layers = left.filter((name) => name !== 'l' && name !== 'backingFsBlockDev');
        expectSame(home, 'layers left behind', '', layers.join(' '));
      } finally {
        await root.close();
      }
    });
  }
}

/** What the driver has to say: apparent bytes of distinct files, and of symlinks' targets. */
function sizeOf(plan: LayerPlan): bigint {
  const seen = new Set<string>();
  let size = 0n;
  for (const { stat } of plan.entries) {
    const inode = `${stat.dev}:${stat.ino}`;
    if (!isNoDirectory({ stat }) || seen.has(inode)) continue;
    seen.add(inode);
    size += stat.size;
  }
  return size;
}

function isNoDirectory({ stat }: Pick<PlannedEntry, 'stat'>): boolean {
  return (stat.mode & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY;
}

function weigh(plan: LayerPlan): number {
  return Number(sizeOf(plan));
}

async function* counted(
  archive: AsyncIterable<Uint8Array>,
  count: (what: string, by: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of archive) {
    count('bytes', chunk.length);
    yield chunk;
  }
}

async function namesBelow(root: Directory, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, type } of await root.getdents()) {
    const path = `${prefix}/${decodeByteText(name)}`;
    names.push(path);
    if (type !== DT_DIRECTORY) continue;
    const below = await root.opendirat(name);
    try {
      names.push(...(await namesBelow(below, path)));
    } finally {
      await below.close();
    }
  }
  return names;
}
