/** Shows each layer command at work on a real home, and that commands see each other's mounts. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliHome } from '../../helpers/cli-home.js';
import { rawTar } from '../../helpers/raw-tar.js';

const ARCHIVE = rawTar(
  { name: 'dir/', type: '5', mode: 0o755 },
  { name: 'dir/file', content: 'content' },
  { name: 'gone', content: 'soon' },
);

let cli: CliHome;

beforeEach(async () => {
  cli = new CliHome();
  await cli.succeed(['create', 'base']);
  await cli.succeed(['apply', 'base'], { input: ARCHIVE });
  await cli.succeed(['create', '--rw', '--parent', 'base', 'box']);
});

afterEach(() => cli.remove());

async function change(): Promise<void> {
  const merged = await cli.succeed(['mount', 'box']);
  writeFileSync(join(merged, 'dir/file'), 'changed content');
  writeFileSync(Buffer.from(`${merged}/n\xe9w`, 'latin1'), '12345');
  rmSync(join(merged, 'gone'));
  await cli.succeed(['umount', 'box']);
}

describe('layer apply', () => {
  it('prints the size and fills the layer', async () => {
    await cli.succeed(['create', 'other']);

    const result = await cli.run(['apply', 'other'], { input: gzipSync(ARCHIVE) });

    expect(result).toEqual(expect.objectContaining({ exitCode: 0, stdout: '11\n', stderr: '' }));
    expect(readFileSync(join(cli.home, 'other/diff/dir/file'), 'utf8')).toBe('content');
  });

  it('gives the size as a decimal string in JSON', async () => {
    const text = await cli.succeed(['apply', 'box', '--json'], { input: ARCHIVE });

    expect(JSON.parse(text)).toEqual({ id: 'box', sizeBytes: '11' });
  });

  it('shows on a terminal how much was read, and clears the line', async () => {
    const { stderr } = await cli.run(['apply', 'box'], { input: ARCHIVE, stderrIsTty: true });

    expect(stderr).toMatch(/^\r\u001b\[K0\.0 MiB read, \d+\.\d s\r\u001b\[K$/);
  });

  it.each([{ NO_COLOR: '1' }, { CI: 'true' }])('shows nothing under %j', async (env) => {
    const result = await cli.run(['apply', 'box'], { input: ARCHIVE, stderrIsTty: true, env });

    expect(result.stderr).toBe('');
  });
});

describe('layer diff', () => {
  it('writes an archive that makes the same layer again', async () => {
    await change();
    const { stdoutBytes, stderr } = await cli.run(['diff', 'box']);
    await cli.succeed(['create', '--parent', 'base', 'copy']);

    await cli.succeed(['apply', 'copy'], { input: stdoutBytes });

    expect(stderr).toBe('');
    const entries = (id: string): Buffer[] =>
      readdirSync(join(cli.home, id, 'diff'), { encoding: 'buffer' }).sort(Buffer.compare);
    expect(entries('copy')).toEqual(entries('box'));
    expect(statSync(join(cli.home, 'copy/diff/gone')).isCharacterDevice()).toBe(true);
  });

  it('compares mounted trees where the parent is another one, and says so', async () => {
    await change();

    const { exitCode, stderr, stdoutBytes } = await cli.run(['diff', '--parent', '', 'box']);

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^overlay2-ref layer diff box: compares mounted trees.*\n$/);
    expect(stdoutBytes.includes('changed content')).toBe(true);
    expect(cli.mounts()).toEqual([]);
  });

  it('can be piped into another layer of the same home', async () => {
    await change();
    await cli.succeed(['create', '--parent', 'base', 'copy']);
    const big = Buffer.alloc(4 * 1024 * 1024, 'x');
    await cli.succeed(['apply', 'box'], { input: rawTar({ name: 'big', content: big }) });
    const diff = cli.start(['diff', 'box']);
    const apply = cli.start(['apply', 'copy', '--wait', '5']);

    diff.stdout?.pipe(apply.stdin as NodeJS.WritableStream);
    const exitCode = await new Promise((resolve) => apply.on('close', resolve));

    expect(exitCode).toBe(0);
    expect(statSync(join(cli.home, 'copy/diff/big')).size).toBe(big.length);
  });
});

describe('layer diffsize', () => {
  it('prints the bytes of what the layer holds', async () => {
    await change();

    expect(await cli.succeed(['diffsize', 'box'])).toBe('20');
    expect(JSON.parse(await cli.succeed(['diffsize', 'box', '--json']))).toEqual({
      id: 'box',
      sizeBytes: '20',
    });
  });
});

describe('layer changes', () => {
  it('lists kinds and paths by the bytes of the paths', async () => {
    await change();

    const { stdoutBytes } = await cli.run(['changes', 'box']);

    expect(stdoutBytes.toString('latin1')).toBe('C /dir\nC /dir/file\nD /gone\nA /n\xe9w\n');
  });

  it('marks names that JSON cannot hold', async () => {
    await change();

    const changes: unknown = JSON.parse(await cli.succeed(['changes', 'box', '--json']));

    expect(changes).toEqual([
      { kind: 'C', path: '/dir' },
      { kind: 'C', path: '/dir/file' },
      { kind: 'D', path: '/gone' },
      { kind: 'A', pathBase64: Buffer.from('/n\xe9w', 'latin1').toString('base64') },
    ]);
  });
});

describe('layer mount and umount', () => {
  it('unmounts after mount, mount, umount from three processes', () => {
    const first = cli.spawn(['mount', 'box']);
    const second = cli.spawn(['mount', 'box']);
    expect(cli.mounts()).toEqual([join(cli.home, 'box/merged')]);

    const third = cli.spawn(['umount', 'box']);

    expect(first).toMatchObject({ exitCode: 0, stdout: `${cli.home}/box/merged\n`, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(third).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(cli.mounts()).toEqual([]);
  });

  it.each(['mount2', 'fsopen'])('shows the merged tree through %s', async (backend) => {
    const merged = await cli.succeed(['mount', 'box', '--backend', backend]);

    expect(readFileSync(join(merged, 'dir/file'), 'utf8')).toBe('content');
    await cli.succeed(['umount', 'box', '--backend', backend]);
  });

  it('takes a layer that is not mounted for unmounted', async () => {
    await expect(cli.succeed(['umount', 'box'])).resolves.toBe('');
  });
});

describe('layer rm, ls, inspect and status', () => {
  it('removes a layer and its link, also when it is mounted', async () => {
    await cli.succeed(['mount', 'box']);

    await cli.succeed(['rm', 'box']);

    expect(await cli.succeed(['ls'])).toBe('base');
    expect(cli.listing().filter((name) => name.startsWith('l/'))).toHaveLength(1);
    expect(cli.mounts()).toEqual([]);
  });

  it('tells what each layer is like', async () => {
    const layers = JSON.parse(await cli.succeed(['ls', '--json'])) as object[];

    expect(layers).toEqual([
      expect.objectContaining({ id: 'base', parent: '', depth: 0, committed: true }),
      expect.objectContaining({ id: 'box', parent: 'base', depth: 1, committed: false }),
    ]);
  });

  it('tells where the parts of a layer lie', async () => {
    const text = await cli.succeed(['inspect', 'box']);
    const document: unknown = JSON.parse(await cli.succeed(['inspect', 'box', '--json']));

    expect(text).toContain(`LowerDir:   ${cli.home}/base/diff`);
    expect(document).toMatchObject({
      id: 'box',
      mounted: false,
      metadata: { UpperDir: `${cli.home}/box/diff`, LowerDir: `${cli.home}/base/diff` },
    });
  });

  it('inspects a layer whose chain is broken', async () => {
    rmSync(join(cli.home, 'l'), { recursive: true });
    mkdirSync(join(cli.home, 'l'));

    const text = await cli.succeed(['inspect', 'box']);

    expect(text).toMatch(/^parent: +unknown$/m);
    expect(text).toMatch(/^broken: +readlink .*no such file or directory$/m);
  });

  it('tells about the home', async () => {
    const text = await cli.succeed(['status']);

    expect(text).toMatch(/^Home: .*\nBacking Filesystem: .*\nSupports d_type: true\n/);
    expect(text).toMatch(/\nLayers: 2$/);
  });

  it('writes nothing', async () => {
    const before = statSync(cli.home).ctimeMs;

    for (const command of ['ls', 'status']) await cli.succeed([command]);
    for (const command of ['inspect', 'diff', 'diffsize']) await cli.succeed([command, 'base']);

    expect(statSync(cli.home).ctimeMs).toBe(before);
  });
});

describe('profile moby-2019', () => {
  it('gives a base layer away as it is', async () => {
    const path = await cli.succeed(['mount', 'base', '--profile', 'moby-2019']);

    expect(path).toBe(join(cli.home, 'base/diff'));
  });
});
