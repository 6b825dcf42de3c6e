/** Where a daemon on the plugin answers otherwise than on its own overlay2: docs/docker.md. */

/** One command, what is told on either side, and the reason. */
export interface DockerDifference {
  readonly command: string;
  readonly own: RegExp;
  readonly ours: RegExp;
  readonly why: string;
}

export const DOCKER_DIFFERENCES: readonly DockerDifference[] = [
  {
    command: 'info --format {{json .DriverStatus}}',
    own: /"userxattr",\s*"false"/,
    ours: /"Native Overlay Diff",\s*"true"\s*\]\s*\]$/,
    why: 'moby has had that row since 20.10, and the seed is of 2019',
  },
  {
    command: 'build -q --network none SCRATCH/reserved',
    own: /^«\d+»$/m,
    ours: /the name is reserved for whiteouts$/,
    why: "an archive cannot hold a file that is named like a whiteout, and moby's deletes instead",
  },
  {
    command: 'import - broken',
    own: /Error processing tar file\(exit status 1\): unexpected EOF$/,
    ours: /GraphDriver\.ApplyDiff\?id=«\d+»&parent=": io: read\/write on closed pipe$/,
    why: 'the daemon gives up reading before the plugin does, and tells of its connection',
  },
  {
    command: 'import - endless',
    own: /^«\d+»$/,
    ours: /the archive has no end after 512 bytes/,
    why: "what is left of a repeated request's body must not pass for a layer",
  },
  {
    command: 'create --storage-opt shape=round --network none box0 true',
    own: /Unknown option shape$/,
    ours: /--storage-opt is supported only for overlay over xfs/,
    why: '20.10 looks at the name of an option first, the seed at the quota',
  },
];
