import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { findJudge } from '../domain/profiles/find-judge.js';
import { findProfile } from '../domain/profiles/find-profile.js';
import { runOnce, THOROUGH } from '../oracle/judge/campaign.js';
import { type Divergence, formatAnswer } from '../oracle/judge/divergence.js';
import { formatDivergence } from '../oracle/report/format-report.js';
import { formatOperation } from '../oracle/report/format-operation.js';
import { decodeReplay, type Replay } from '../oracle/report/replay-token.js';
import { reproScript } from '../oracle/report/repro-script.js';
import type { SequenceTargets } from '../oracle/targets/sequence-target.js';
import { BUILTIN_FAKE, BUILTIN_LINUX, decideTarget, PROGRAM } from './check/decide-target.js';
import { rerunInOwnMountNamespace } from './check/mount-namespace.js';
import { expectMayMount, makeWorkDirectory } from './check/run-real-input.js';
import { directoryOf } from './check/run-store.js';
import { CommandExit, EXIT, UsageError } from './exit-code.js';
import { oneLine } from './failure.js';
import { writeJson, writeTo } from './output.js';
import { reportFailure } from './report-failure.js';
import type { CliStreams } from './streams.js';
import { fakeTargets } from './targets/fake-targets.js';
import { linuxTargets } from './targets/linux-targets.js';
import { withProgramTargets } from './targets/with-program-targets.js';
import { STORE, withStoreTargets } from './targets/with-store-targets.js';

const LABEL = 'overlay2-ref replay';
const STDOUT = 'standard output';

interface ReplayOptions {
  readonly target?: string;
  readonly script?: boolean;
  readonly json?: boolean;
}

/**
 * Adds `replay`, which runs one sequence again, step by step.
 *
 * @internal
 */
export function registerReplay(program: Command, streams: CliStreams): void {
  program
    .command('replay')
    .description('run one sequence of a check again, step by step')
    .argument('<token>', 'what a check has told, or a file with it')
    .option(
      '--target <name>',
      `${BUILTIN_LINUX}, ${BUILTIN_FAKE}, ${STORE}DIR or ${PROGRAM}CMD; the check's unless told`,
    )
    .option('--script', 'print it as a shell script instead')
    .option('--json', 'one JSON document')
    .action(async (token: string, options: ReplayOptions) => {
      const { json = false } = options;
      try {
        await replay(streams, token, options);
      } catch (error) {
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
      }
    });
}

async function replay(streams: CliStreams, token: string, options: ReplayOptions): Promise<void> {
  const recorded = decodeReplay(await readToken(token));
  if (options.script === true) {
    const { profile, sequence } = recorded;
    await writeTo(streams.stdout, reproScript(sequence, { profile, replay: token }), STDOUT);
    return;
  }
  const { name } = await decideTarget(options.target ?? recorded.target, streams);
  if (name === BUILTIN_LINUX) expectMayMount(streams);
  if (name !== BUILTIN_FAKE) {
    const code = await rerunInOwnMountNamespace(streams, options);
    if (code !== undefined) throw new CommandExit(code);
  }
  await withTargets(streams, name, recorded, (targets) =>
    step(streams, targets, recorded, options),
  );
}

async function readToken(token: string): Promise<string> {
  if (!/[./]/.test(token)) return token;
  try {
    return await readFile(token, 'utf8');
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function withTargets(
  streams: CliStreams,
  name: string,
  { profile: profileName, kernel }: Replay,
  use: (targets: SequenceTargets) => Promise<void>,
): Promise<void> {
  const profile = findJudge(profileName);
  if (profile === undefined) throw new UsageError(`unknown profile ${profileName}`);
  const isBuiltin = name === BUILTIN_FAKE || name === BUILTIN_LINUX;
  if (isBuiltin && findProfile(profileName) === undefined) {
    throw new UsageError(`${name} cannot answer as ${profileName} does`);
  }
  if (name === BUILTIN_FAKE) {
    const targets = await fakeTargets({ profile, ...(kernel === undefined ? {} : { kernel }) });
    await useUp(targets, use);
    return;
  }
  const isStore = name.startsWith(STORE);
  const directory = await makeWorkDirectory(isStore ? await directoryOf(name) : undefined);
  try {
    const place = join(directory, 'sequences');
    await mkdir(place);
    if (name.startsWith(PROGRAM)) {
      await withProgramTargets({ name, profile, place, streams }, use);
      return;
    }
    if (isStore) {
      await withStoreTargets({ name, profile, place }, use);
      return;
    }
    const targets = await linuxTargets({ profile, backend: 'mount2', place });
    await useUp(targets, use);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function useUp(
  targets: SequenceTargets,
  use: (targets: SequenceTargets) => Promise<void>,
): Promise<void> {
  try {
    await use(targets);
  } finally {
    await targets.dispose();
  }
}

async function step(
  streams: CliStreams,
  targets: SequenceTargets,
  { judgeProfile, sequence }: Replay,
  { json = false }: ReplayOptions,
): Promise<void> {
  const lines: string[] = [];
  const steps: object[] = [];
  const { divergence } = await runOnce({ targets, judgeProfile }, sequence, {
    ...THOROUGH,
    judged(operation, answer, verdict) {
      const mark = !verdict.agrees ? 'DIVERGES' : verdict.blind ? 'not judged' : 'as allowed';
      const line = oneLine(formatAnswer(answer));
      lines.push(`${steps.length + 1}. ${formatOperation(operation)}`, `   ${line}: ${mark}`);
      steps.push({ operation, answer, verdict });
    },
  });
  const agrees = divergence === undefined;
  if (json) {
    const document = { target: targets.name, judgeProfile, agrees, steps, divergence };
    await writeJson(streams.stdout, document, STDOUT);
  } else {
    const end = agrees ? [`${targets.name} agrees with ${judgeProfile}`] : told(divergence);
    await writeTo(streams.stdout, `${[...lines, ...end].join('\n')}\n`, STDOUT);
  }
  if (!agrees) throw new CommandExit(EXIT.FAILED);
}

function told(divergence: Divergence): readonly string[] {
  return formatDivergence(divergence).map(oneLine);
}
