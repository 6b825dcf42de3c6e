/** The steps of a scenario that touch files and mounts, behind the driver's back or in a layer. */
import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import { isErrno, SyscallError } from '../../src/domain/errors.js';
import type { Timestamp } from '../../src/domain/host/file-stat.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { dumpTree } from './scenario-dump.js';
import {
  atPlace,
  joinBytes,
  openFollowing,
  readWhole,
  removeTree,
  sortedNames,
  writeAll,
} from './scenario-files.js';
import type { Stage } from './scenario-stage.js';
import { expand, readBytes, showBytes } from './scenario-text.js';
import type { Step } from './scenario-types.js';

const NODE_TYPES: Readonly<Record<string, number>> = {
  char: FILE_TYPE.CHARACTER,
  block: FILE_TYPE.BLOCK,
  fifo: FILE_TYPE.FIFO,
  socket: FILE_TYPE.SOCKET,
};
/** Device numbers and the like, which differ from run to run, begin a line of the mount table. */
const RUN_NUMBERS = /^\d+ \d+ \d+:\d+ /;

/** Fills in the templates of a step's strings. */
export async function expandStep(stage: Stage, step: Step): Promise<Step> {
  const readLink = async (id: string): Promise<string> => {
    const handle = await openFollowing(
      stage.files,
      Buffer.from(`${stage.home}/${id}/link`),
      OPEN.READ_ONLY,
      0,
    );
    try {
      return (await readWhole(handle)).toString('utf8');
    } finally {
      await handle.close();
    }
  };
  const filled: Record<string, unknown> = { ...step };
  for (const key of ['path', 'to', 'content', 'id', 'parent', 'value', 'label', 'data']) {
    const text = filled[key];
    if (typeof text === 'string') filled[key] = await expand(text, readLink);
  }
  return filled as unknown as Step;
}

/** Plays a step that is no method of the driver. Its failures are told by errno alone. */
export async function playFileStep(stage: Stage, raw: Step): Promise<unknown> {
  const step = await expandStep(stage, raw);
  const operation = OPERATIONS[step.do];
  if (operation === undefined) throw new Error(`unknown step ${step.do}`);
  const path = joinBytes(stage.home, readBytes(step.path ?? ''));
  try {
    return await operation({ stage, step, path, mode: Number.parseInt(step.mode ?? '', 8) });
  } catch (error) {
    throw error instanceof SyscallError ? error.bare() : error;
  }
}

interface Operation {
  readonly stage: Stage;
  readonly step: Step;
  readonly path: Buffer;
  /** NaN when the step names none. */
  readonly mode: number;
}

const OPERATIONS: Readonly<Record<string, (operation: Operation) => Promise<unknown>>> = {
  umask: async ({ stage, mode }) => stage.host.setUmask(mode),
  dump: ({ stage, step, path }) => dumpTree(stage.files, path, dumpName(step)),
  mounts,
  read: async ({ stage, path }) => {
    const handle = await openFollowing(stage.files, path, OPEN.READ_ONLY, 0);
    try {
      return showBytes(await readWhole(handle));
    } finally {
      await handle.close();
    }
  },
  entries: ({ stage, path }) =>
    atPlace(stage.files, path, async ({ parent, name }) => {
      const directory = await parent.opendirat(name);
      try {
        return (await sortedNames(directory)).map(showBytes);
      } finally {
        await directory.close();
      }
    }),
  times: ({ stage, path }) =>
    atPlace(stage.files, path, async ({ parent, name }) => {
      const { atime, mtime } = await parent.lstatat(name);
      return { atime: showMoment(atime), mtime: showMoment(mtime) };
    }),
  mount: async ({ stage, step, path }) =>
    stage.host.mountBacking(step.type ?? '', path.toString(), step.data ?? ''),
  mountFile: async ({ stage, step, path }) =>
    stage.host.mountFile(step.data ?? '', path.toString()),
  unmount: ({ stage, step, path }) => stage.host.unmount(path.toString(), step.lazy ?? false),
  open: async ({ stage, step, path }) => {
    const handle = await openFollowing(stage.files, path, OPEN.READ_WRITE, 0);
    stage.handles.set(step.name ?? '', handle);
  },
  writeOpen: async ({ stage, step }) => {
    const handle = stage.handles.get(step.name ?? '');
    if (handle !== undefined) await writeAll(handle, Buffer.from(step.content ?? ''));
  },
  closeOpen: async ({ stage, step }) => stage.handles.get(step.name ?? '')?.close(),
  write: writeFile,
  mkdir: ({ stage, path, mode }) =>
    atPlace(stage.files, path, async ({ parent, name }) => {
      await parent.mkdirat(name, 0o700);
      await parent.chmodat(name, orElse(mode, 0o755));
    }),
  rm: ({ stage, path }) => atPlace(stage.files, path, ({ parent, name }) => parent.unlinkat(name)),
  rmdir: ({ stage, path }) =>
    atPlace(stage.files, path, ({ parent, name }) => parent.rmdirat(name)),
  rmr: ({ stage, path }) => atPlace(stage.files, path, removeTree),
  rename: ({ stage, step, path }) =>
    atPlace(stage.files, path, ({ parent, name }) =>
      atPlace(stage.files, other(stage, step), (to) => parent.renameat(name, to.parent, to.name)),
    ),
  symlink: ({ stage, step, path }) =>
    atPlace(stage.files, path, ({ parent, name }) =>
      parent.symlinkat(readBytes(step.to ?? ''), name),
    ),
  link: ({ stage, step, path }) =>
    atPlace(stage.files, path, ({ parent, name }) =>
      atPlace(stage.files, other(stage, step), (to) => parent.linkat(to.parent, to.name, name)),
    ),
  chmod: ({ stage, path, mode }) =>
    atPlace(stage.files, path, ({ parent, name }) => parent.chmodat(name, orElse(mode, 0o644))),
  chown: ({ stage, step, path }) =>
    atPlace(stage.files, path, ({ parent, name }) =>
      parent.lchownat(name, step.uid ?? 0, step.gid ?? 0),
    ),
  mknod: makeNode,
  setxattr: ({ stage, step, path }) =>
    atPlace(stage.files, path, ({ parent, name }) =>
      parent.lsetxattrat(name, step.name ?? '', readBytes(step.value ?? '')),
    ),
  utimes: ({ stage, step, path }) => {
    const moment = { seconds: BigInt(step.mtime ?? 0), nanoseconds: step.nanos ?? 0 };
    return atPlace(stage.files, path, ({ parent, name }) => parent.utimensat(name, moment, moment));
  },
};

function showMoment({ seconds, nanoseconds }: Timestamp): string {
  return `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
}

function orElse(mode: number, otherwise: number): number {
  return Number.isNaN(mode) ? otherwise : mode;
}

function other(stage: Stage, step: Step): Buffer {
  return joinBytes(stage.home, readBytes(step.to ?? ''));
}

function dumpName(step: Step): string {
  return join('.', step.path ?? '').replace(/\/$/, '');
}

async function mounts({ stage }: Operation): Promise<readonly string[]> {
  const below = Buffer.from(dirname(stage.home)).toString('latin1');
  const lines = stage.host.mountTable().toString('latin1').trimEnd().split('\n');
  return lines
    .filter((line) => `${line.split(' ')[4]}/`.startsWith(`${below}/`))
    .map((line) => showBytes(Buffer.from(line.replace(RUN_NUMBERS, ''), 'latin1')));
}

/** An existing file keeps its mode unless the step names one. */
async function writeFile({ stage, step, path, mode }: Operation): Promise<void> {
  await atPlace(stage.files, path, async ({ parent, name }) => {
    const missing = await parent.lstatat(name).then(
      () => false,
      (error: unknown) => isErrno(error, 'ENOENT'),
    );
    const flags = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE;
    const handle = await parent.openat(name, flags, 0o600);
    try {
      await writeAll(handle, readBytes(step.content ?? ''));
      if (step.size !== undefined) await handle.ftruncate(BigInt(step.size));
      if (missing || step.mode !== undefined) await handle.fchmod(orElse(mode, 0o644));
    } finally {
      await handle.close();
    }
  });
}

async function makeNode({ stage, step, path, mode }: Operation): Promise<void> {
  const type = NODE_TYPES[step.type ?? ''];
  if (type === undefined) throw new Error(`mknod of type ${step.type}`);
  await atPlace(stage.files, path, async ({ parent, name }) => {
    await parent.mknodat(name, type | 0o600, step.major ?? 0, step.minor ?? 0);
    await parent.chmodat(name, orElse(mode, 0o644));
  });
}
