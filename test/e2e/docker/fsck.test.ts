/**
 * Establishes that a store that Docker's own daemon made has nothing wrong, in use and at rest,
 * from its mount namespace and from another one; and that damage to it is found and mended so that
 * the daemon goes on with it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../helpers/cli-streams.js';
import { DockerDaemon, makeRootFileSystem, whyNoDocker } from '../../helpers/docker-daemon.js';

const reason = whyNoDocker();
if (reason !== undefined) process.stderr.write(`skipped fsck of dockerd's store: ${reason}\n`);
const BIN = new URL('../../../bin/overlay2-ref', import.meta.url).pathname;
const DOCKERFILE = 'FROM base\nRUN touch /a\nRUN rm /a && mkdir /d\nRUN touch /d/x\n';

describe.skipIf(reason !== undefined)(`a store of Docker's daemon ${reason ?? ''}`, () => {
  let daemon: DockerDaemon;
  let home = '';

  beforeAll(async () => {
    daemon = new DockerDaemon();
    home = join(daemon.root, 'overlay2');
    await daemon.start('overlay2');
    daemon.succeed('import', makeRootFileSystem(daemon.scratch), 'base');
    const context = join(daemon.scratch, 'context');
    spawnSync('mkdir', [context]);
    writeFileSync(join(context, 'Dockerfile'), DOCKERFILE);
    daemon.succeed('build', '--network', 'none', '-t', 'three', context);
    daemon.succeed('run', '-d', '--network', 'none', '--name', 'box', 'three', 'sleep', '1000');
    daemon.succeed('create', '--network', 'none', '--name', 'idle', 'three', 'true');
  });

  afterAll(() => daemon.remove());

  async function fsck(...words: readonly string[]) {
    const { exitCode, stdout, stderr } = await runCli(['fsck', '--json', ...words]);
    return { exitCode, stderr, ...(JSON.parse(stdout) as Report) };
  }

  it('has nothing wrong while a container runs', async () => {
    const report = await fsck(home);

    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, clean: true, layers: 8 });
    expect(report.mounted).toHaveLength(1);
  });

  it('is known to be in use from a mount namespace that lacks the mount', () => {
    const look = `${process.execPath} ${BIN} fsck --json ${home}`;
    const command = `umount -l ${home}/*/merged; exec ${look}`;
    const { stdout } = spawnSync('unshare', ['-m', 'sh', '-c', command], { encoding: 'utf8' });
    const report = JSON.parse(stdout) as Report;

    expect(report.mounted).toHaveLength(1);
    expect(report.findings).toEqual([]);
  });

  it('is not mended riskily while in use', async () => {
    const leftover = join(home, '.remove-X');
    spawnSync('mkdir', [leftover]);

    const report = await fsck(home, '--repair', '--yes');

    expect(report.exitCode).toBe(1);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['temp-left']);
    expect(report.stderr).toContain('would not move .remove-X out of the home');
    rmSync(leftover, { recursive: true });
  });

  it('has nothing wrong at rest, and is mended so that the daemon goes on', async () => {
    daemon.succeed('rm', '-f', 'box');
    await daemon.end();
    expect(await fsck(home)).toMatchObject({ exitCode: 0, clean: true, mounted: [] });
    const parent = parentOf(home);
    const link = readFileSync(join(home, parent, 'link'), 'utf8');
    rmSync(join(home, 'l', link));
    const { exitCode, findings } = await fsck(home);
    expect(exitCode).toBe(1);
    expect(findings.map(({ rule }) => rule)).toContain('symlink-missing');

    const mended = await fsck(home, '--repair', '--yes', '--journal', `${daemon.scratch}/journal`);

    expect(mended).toMatchObject({ exitCode: 0, clean: true });
    await daemon.start('overlay2');
    expect(daemon.succeed('start', '-a', 'idle')).toBe('');
    const run = ['run', '--rm', '--network', 'none', 'three', 'ls', '/d'];
    expect(daemon.succeed(...run)).toBe('x');
  });
});

interface Report {
  readonly clean: boolean;
  readonly layers: number;
  readonly mounted: readonly string[];
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
}

/** A layer that has a child. */
function parentOf(home: string): string {
  const layers = readdirSync(home).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const parent = layers.find((id) => readdirSync(join(home, id)).includes('committed'));
  if (parent === undefined) throw new Error('no layer of the store is committed');
  return parent;
}
