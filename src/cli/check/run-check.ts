import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepReport } from '../../oracle/real-input/step.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import type { CliStreams } from '../streams.js';
import { fakeTargets } from '../targets/fake-targets.js';
import { linuxTargets } from '../targets/linux-targets.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { expectMayMount, makeWorkDirectory, runRealInput } from './run-real-input.js';
import { runSequences } from './run-sequences.js';

/** How long sequences run where nobody says, in milliseconds. */
const FAKE_MS = 20_000;
const LINUX_MS = 10_000;

/**
 * Checks the driver on this machine's kernel: with the files of this machine, then with sequences.
 *
 * @param steps - takes what each step on real files did.
 * @throws Divergence at the first difference on real files; GraphDriverError of code `host` where
 *   this machine cannot mount.
 * @internal
 */
export async function checkLinux(
  streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
  steps: StepReport[],
): Promise<CheckReport | undefined> {
  expectMayMount(streams);
  const directory = await makeWorkDirectory(options.homeParent);
  try {
    if (options.realInput) {
      const workDirectory = join(directory, 'real');
      await mkdir(workDirectory);
      steps.push(...(await runRealInput(workDirectory, options, progress)));
    }
    if (options.runs === 0) return undefined;
    const { profile, backend } = options;
    const place = join(directory, 'sequences');
    await mkdir(place);
    const targets = await linuxTargets({ profile, backend, place });
    try {
      return await runSequences(targets, options, progress, LINUX_MS);
    } finally {
      await targets.dispose();
    }
  } finally {
    if (options.keep === true) streams.stderr.write(`kept ${directory}\n`);
    else await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Checks the driver in memory with sequences.
 *
 * @throws GraphDriverError of code `kernel-preset` for a kernel without rules.
 * @internal
 */
export async function checkFake(
  _streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
  _steps: StepReport[],
): Promise<CheckReport | undefined> {
  if (options.runs === 0) return undefined;
  const { profile, kernel } = options;
  const targets = await fakeTargets({ profile, ...(kernel === undefined ? {} : { kernel }) });
  try {
    return await runSequences(targets, options, progress, FAKE_MS);
  } finally {
    await targets.dispose();
  }
}
