import { type Command, Option } from 'commander';
import { findProfile, PROFILE_NAMES } from '../../domain/profiles/find-profile.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import { formatAnswer } from '../../oracle/judge/divergence.js';
import type { World } from '../../oracle/model/facts.js';
import { formatOperation } from '../../oracle/report/format-operation.js';
import { homeLines } from '../../oracle/report/home-lines.js';
import { type Accusation, judgeTrace, type TraceVerdict } from '../../oracle/trace/judge-trace.js';
import { CommandExit, EXIT, UsageError } from '../exit-code.js';
import { oneLine } from '../failure.js';
import { writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import { type History, readTrace } from './read-trace.js';

const LABEL = 'overlay2-ref trace';
const STDOUT = 'standard output';
const MEANWHILE_TOLD_MAX = 8;

/** The machine of a history that does not tell: today's kernel on ext4, without SELinux. */
const USUAL_WORLD: Omit<World, 'home'> = {
  backingFs: 'extfs',
  pageSize: 4096,
  pageLimited: true,
  indexOff: true,
  nativeDiff: true,
  quota: false,
  labels: false,
  sharedWhiteouts: true,
  umask: 0o022,
};

interface TraceOptions {
  readonly profile?: string;
  readonly home?: string;
  readonly json?: boolean;
}

/**
 * Adds `trace`, which judges a history that somebody's driver has recorded.
 *
 * @internal
 */
export function registerTrace(program: Command, streams: CliStreams): void {
  program
    .command('trace')
    .description('judge a recorded history of calls, overlapping ones too')
    .argument('<file>', 'one JSON object a line; - for standard input')
    .addOption(
      new Option('--profile <name>', 'whose rules; those of the first line, unless told').choices(
        PROFILE_NAMES,
      ),
    )
    .option('--home <path>', 'of a file whose first line does not say')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: TraceOptions) => {
      const { json = false } = options;
      try {
        await trace(streams, file, options);
      } catch (error) {
        if (error instanceof CommandExit) throw error;
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
      }
    });
}

/** What became of all histories of a file; those after the first accusation are not looked at. */
interface Sum extends Omit<TraceVerdict, 'accusation'> {
  readonly accusation?: Accusation;
  readonly histories: number;
  readonly profile: ProfileName;
}

async function trace(streams: CliStreams, file: string, options: TraceOptions): Promise<void> {
  const began = performance.now();
  let sum: Sum | undefined;
  for await (const history of readTrace(file, streams.stdin, options.home)) {
    sum = add(sum, judge(history, options), profileOf(history, options));
    if (sum.accusation !== undefined) break;
  }
  if (sum === undefined) throw new UsageError(`${file}: there are no calls in it`);
  const seconds = (performance.now() - began) / 1000;
  const isWrong = sum.accusation !== undefined;
  const isOpen = sum.givenUpAt !== undefined;
  if (options.json === true) {
    const document = { file, agrees: !isWrong && !isOpen, seconds, ...told(sum) };
    await writeJson(streams.stdout, document, STDOUT);
  } else {
    const text = linesOf(sum, seconds).map(oneLine).join('\n');
    await writeTo(streams.stdout, `${text}\n`, STDOUT);
  }
  if (isWrong || isOpen) throw new CommandExit(EXIT.FAILED);
}

function judge(history: History, options: TraceOptions): TraceVerdict {
  const { head, events } = history;
  const { world, home } = head;
  // Nobody can say what Status has to tell of a file system that is not told of.
  const judged = events.filter(
    ({ operation }) => operation.op !== 'status' || world?.backingFs !== undefined,
  );
  const verdict = judgeTrace(judged, {
    profile: profileOf(history, options),
    world: { ...USUAL_WORLD, ...world, home },
    seesFiles: head.files === 'recorded',
  });
  const skipped = events.length - judged.length;
  return { ...verdict, events: events.length, blind: verdict.blind + skipped };
}

function profileOf({ head }: History, options: TraceOptions): ProfileName {
  const name = options.profile ?? head.profile ?? 'moby-2019';
  const profile = findProfile(name);
  if (profile === undefined) throw new UsageError(`unknown profile ${name}`);
  return profile.name;
}

function add(sum: Sum | undefined, next: TraceVerdict, profile: ProfileName): Sum {
  if (sum === undefined) return { ...next, histories: 1, profile };
  return {
    ...next,
    profile,
    histories: sum.histories + 1,
    events: sum.events + next.events,
    blind: sum.blind + next.blind,
    parts: sum.parts + next.parts,
    statesMost: Math.max(sum.statesMost, next.statesMost),
    ...(sum.givenUpAt === undefined ? {} : { givenUpAt: sum.givenUpAt }),
  };
}

function told({ accusation, ...rest }: Sum): object {
  if (accusation === undefined) return rest;
  const { event, ...why } = accusation;
  const { line, operation, answer, began, ended, caller } = event;
  const call = { line, operation, answer, start: began, end: ended, caller };
  return { ...rest, accusation: { ...call, ...why } };
}

function linesOf(sum: Sum, seconds: number): readonly string[] {
  const { events, blind, parts, statesMost, histories, profile, accusation, givenUpAt } = sum;
  const rate = Math.round(events / Math.max(seconds, 0.001));
  const counts =
    `${events} calls of ${histories} ${histories === 1 ? 'history' : 'histories'}, ` +
    `${parts} parts, at most ${statesMost} states at a time, ${blind} not judged; ` +
    `${seconds.toFixed(1)} s, ${rate} calls a second`;
  if (accusation !== undefined) return [...accusationLines(accusation, profile), counts];
  if (givenUpAt === undefined) return [`the history is one that ${profile} allows`, counts];
  return [`given up at line ${givenUpAt}: there are too many orders of the calls there`, counts];
}

function accusationLines(accusation: Accusation, profile: ProfileName): readonly string[] {
  const { event, expected, rule, home, meanwhile } = accusation;
  const shown = meanwhile.slice(0, MEANWHILE_TOLD_MAX).join(', ');
  const more = meanwhile.length > MEANWHILE_TOLD_MAX ? ' and others' : '';
  return [
    `line ${event.line}: no order of the calls that ${profile} allows explains this answer`,
    `  call      ${formatOperation(event.operation)}`,
    `  answer    ${formatAnswer(event.answer)}`,
    ...expected.map((text) => `  allowed   ${text}`),
    ...(rule === undefined ? [] : [`  rule      ${rule}`]),
    ...(meanwhile.length === 0 ? [] : [`  meanwhile calls of lines ${shown}${more}`]),
    '  the layers that it has to do with, before it:',
    ...homeLines(home).map((line) => `    ${line}`),
  ];
}
