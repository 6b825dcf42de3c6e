import { z } from 'zod';

const FLAG = z.boolean().exactOptional();

/** What a testee says that it can do; what is absent it cannot. */
export const CAPABILITIES = z
  .object({
    quota: FLAG.describe('layers may be limited in size'),
    label: FLAG.describe('mounts may carry an SELinux label'),
    storageOpt: FLAG.describe('create takes storage options'),
    diff: FLAG.describe('diff, applyDiff, changes and diffSize, all of them'),
    changes: FLAG,
    diffSize: FLAG,
    applyDiff: FLAG,
    onDisk: FLAG.describe('the home is a real directory'),
    files: z
      .enum(['path', 'requests', 'none'])
      .exactOptional()
      .describe('how trees are changed and read: by path, by requests, or not at all'),
    mountData: FLAG.describe('get tells the mounts that it made'),
    restart: FLAG.describe('the request restart works'),
    crash: FLAG.describe('killing it leaves what a killed driver leaves'),
    readOnlyBase: FLAG,
    concurrent: FLAG,
    metadata: FLAG.describe('getMetadata works'),
    status: FLAG.describe('status works'),
    cleanup: FLAG.describe('cleanup works'),
  })
  .meta({ id: 'capabilities' });

/** What a testee says that it can do. */
export type Capabilities = z.infer<typeof CAPABILITIES>;

/** What answers depend on, beside the home. */
export const WORLD = z
  .object({
    backingFs: z.string().describe('what Status calls the file system below'),
    pageSize: z.int().positive().describe('bytes the kernel reads of mount data'),
    pageLimited: z.boolean().describe('false where mounts take one option a call'),
    indexOff: z.boolean().describe('whether mounts ask for index=off'),
    nativeDiff: z.boolean().describe('what the native-diff probe finds'),
    quota: z.boolean().describe('whether project quotas work'),
    labels: z.boolean().describe('whether mounts may carry a label'),
    sharedWhiteouts: z.boolean().describe('whether the kernel links its whiteouts together'),
    marksNewDirectories: z
      .boolean()
      .optional()
      .describe('whether the kernel marks directories opaque that are made in merged ones'),
    marksRedirects: z
      .boolean()
      .optional()
      .describe('whether the kernel renames merged directories, by marks'),
    copiesOpaque: z
      .boolean()
      .optional()
      .describe('whether the kernel copies the opaque mark of a directory up with it'),
    allowsOverlap: z.boolean().optional().describe('whether the kernel mounts overlapping layers'),
    umask: z.int().nonnegative(),
  })
  .meta({ id: 'world' });
