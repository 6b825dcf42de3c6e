/**
 * Gives every command what it must refuse: unknown layers, homes that are missing, no homes or on
 * the wrong file system, a full disk. Each failure has to be one line that names what failed, and
 * to leave the home as usable as before.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliHome, flawsOf } from '../../helpers/cli-home.js';
import { rawTar } from '../../helpers/raw-tar.js';

const ON_A_LAYER = ['apply', 'diff', 'diffsize', 'changes', 'mount', 'umount', 'rm', 'inspect'];
const ARCHIVE = rawTar({ name: 'file', content: 'content' });
const MEBIBYTE = 1024 * 1024;

let cli: CliHome;

beforeEach(() => {
  cli = new CliHome();
});

afterEach(() => cli.remove());

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

describe('an unknown layer', () => {
  it.each(ON_A_LAYER)('fails layer %s in one line and changes nothing', async (command) => {
    await cli.succeed(['create', 'base']);
    const before = cli.listing();

    const result = await cli.run([command, 'none'], { input: ARCHIVE });

    expect(flawsOf(result)).toEqual([]);
    expect(result).toMatchObject({
      exitCode: 1,
      stderr:
        `overlay2-ref layer ${command} none: ` +
        `stat ${cli.home}/none: no such file or directory\n`,
    });
    expect(cli.listing()).toEqual(before);
  });

  it('cannot be a parent', async () => {
    await cli.succeed(['create', 'base']);

    const result = await cli.run(['create', '--parent', 'none', 'box']);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`${cli.home}/none: no such file or directory`);
    expect(await cli.succeed(['ls'])).toBe('base');
  });

  it('cannot be compared with', async () => {
    await cli.succeed(['create', 'base']);

    for (const command of ['diff', 'diffsize', 'changes']) {
      const result = await cli.run([command, '--parent', 'none', 'base']);
      expect(result).toMatchObject({ exitCode: 1, stdout: '' });
      expect(result.stderr).toContain(`stat ${cli.home}/none: no such file or directory`);
    }
    expect(cli.mounts()).toEqual([]);
  });
});

describe('an id that is none', () => {
  it.each(['..', '.', '', 'a/b', 'l', '/etc', 'x'.repeat(256)])(
    'fails every command with %j in one line',
    async (id) => {
      await cli.succeed(['create', 'base']);

      for (const command of ['create', ...ON_A_LAYER]) {
        const result = await cli.run([command, id], { input: ARCHIVE });
        expect(flawsOf(result)).toEqual([]);
        expect(result.exitCode).toBe(1);
        expect(result.stderr).toContain('invalid layer id ');
      }
      expect(await cli.succeed(['ls'])).toBe('base');
    },
  );

  it('cannot break out of the line', async () => {
    const result = await cli.run(['create', '../a\nb\u001b[2J']);

    expect(flawsOf(result)).toEqual([]);
    expect(result.stderr).not.toContain('\u001b');
  });
});

describe('a layer that exists', () => {
  it('is not created again', async () => {
    await cli.succeed(['create', 'base']);

    const result = await cli.run(['create', 'base']);

    expect(result).toMatchObject({
      exitCode: 1,
      stderr: `overlay2-ref layer create base: mkdir ${cli.home}/base: file exists\n`,
    });
  });
});

describe('a missing home', () => {
  it.each([...ON_A_LAYER, 'ls', 'status'])('fails layer %s and is not made', async (command) => {
    const id = ON_A_LAYER.includes(command) ? ['x'] : [];

    const result = await cli.run([command, ...id], { input: ARCHIVE });

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`stat ${cli.home}: no such file or directory`);
    expect(readdirSync(cli.scratch)).toEqual([]);
  });

  it('is made by create, but not its parents', async () => {
    const result = await cli.run(['create', 'x', '--home', join(cli.home, 'deep')]);

    expect(flawsOf(result)).toEqual([]);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(`mkdir ${cli.home}/deep: no such file or directory`);
    expect(readdirSync(cli.scratch)).toEqual([]);
  });

  it('is not left behind when options are refused', async () => {
    const result = await cli.run(['create', 'x', '--opt', 'overlay2.what=1']);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(readdirSync(cli.scratch)).toEqual([]);
  });
});

describe('a home that is none', () => {
  it('is left alone', async () => {
    mkdirSync(cli.home);
    writeFileSync(join(cli.home, 'precious'), 'mine');

    for (const command of [...ON_A_LAYER, 'ls', 'status']) {
      const id = ON_A_LAYER.includes(command) ? ['x'] : [];
      const result = await cli.run([command, ...id], { input: ARCHIVE });
      expect(flawsOf(result)).toEqual([]);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toContain(`stat ${cli.home}/l: no such file or directory`);
    }
    expect(readdirSync(cli.home)).toEqual(['precious']);
  });

  it('is refused when it is a file', async () => {
    writeFileSync(cli.home, 'mine');

    for (const command of ['create', ...ON_A_LAYER]) {
      const result = await cli.run([command, 'x'], { input: ARCHIVE });
      expect(flawsOf(result)).toEqual([]);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toContain('not a directory');
    }
    expect(readFileSync(cli.home, 'utf8')).toBe('mine');
  });

  it('is refused when it is a symlink to nothing', async () => {
    symlinkSync('/nonexistent', cli.home);

    const result = await cli.run(['create', 'x']);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
  });
});

describe('a home on a file system that cannot carry it', () => {
  it('is refused with exit code 3 and not left behind', async () => {
    const at = (name: string): string => join(cli.scratch, name);
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name));
    const data = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
    mount('-t', 'overlay', 'overlay', '-o', data, at('merged'));
    const home = join(at('merged'), 'home');

    const result = await cli.run(['create', 'x', '--home', home]);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toBe(
      'overlay2-ref layer create x: backing file system is unsupported for this graph driver ' +
        `('overlay2' is not supported over overlayfs; home ${home})\n`,
    );
    expect(readdirSync(at('merged'))).toEqual([]);
  });
});

describe('a home that another process uses', () => {
  it('is waited for, and then refused in one line', async () => {
    await cli.succeed(['create', 'base']);
    const holder = cli.start(['apply', 'base']);
    await untilLocked();

    const refused = await cli.run(['mount', 'base', '--wait', '0.1']);
    holder.stdin?.end(ARCHIVE);
    const waited = await cli.run(['mount', 'base', '--wait', '60']);
    await cli.succeed(['umount', 'base']);

    expect(flawsOf(refused)).toEqual([]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('another process uses this home');
    expect(waited.exitCode).toBe(0);
  });

  async function untilLocked(): Promise<void> {
    for (;;) {
      const { status } = spawnSync('flock', ['-n', cli.home, 'true']);
      if (status !== 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

describe('a full disk', () => {
  beforeEach(() => {
    mkdirSync(cli.home);
    mount('-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', cli.home);
  });

  it('fails apply, which takes everything back', async () => {
    await cli.succeed(['create', 'base']);
    const archive = rawTar(
      { name: 'small', content: 'x' },
      { name: 'large', content: Buffer.alloc(3 * MEBIBYTE) },
    );

    const result = await cli.run(['apply', 'base'], { input: archive });

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('no space left on device');
    expect(result.stderr).toContain('large');
    expect(readdirSync(join(cli.home, 'base'))).not.toContain('incomplete');
    expect(readdirSync(join(cli.home, 'base/diff'))).toEqual([]);
    expect(await cli.succeed(['apply', 'base'], { input: ARCHIVE })).toBe('7');
  });

  it('fails create, which leaves nothing', async () => {
    await cli.succeed(['create', 'base']);
    const before = cli.listing();
    spawnSync('dd', ['if=/dev/zero', `of=${cli.home}/base/diff/fill`, 'bs=4096']);

    const result = await cli.run(['create', '--parent', 'base', 'box']);

    expect(flawsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('no space left on device');
    expect(result.stderr).toContain(cli.home);
    expect(cli.listing()).toEqual(before);
  });

  it('fails diff when it is the disk of the archive', async () => {
    const output = join(cli.scratch, 'output');
    mkdirSync(output);
    await cli.succeed(['create', 'base']);
    await cli.succeed(['apply', 'base'], { input: ARCHIVE });
    mount('-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', output);

    const line = `exec "$0" "$1" layer diff --home "$2" base > "$3"`;
    const bin = join(import.meta.dirname, '../../../bin/overlay2-ref');
    const args = ['-c', line, process.execPath, bin, cli.home, join(output, 'archive.tar')];
    writeFileSync(join(output, 'fill'), Buffer.alloc(4096));
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });

    expect(status).toBe(1);
    expect(stderr).toBe(
      'overlay2-ref layer diff base: write standard output: no space left on device\n',
    );
  });
});

describe('a reader that goes away', () => {
  it('ends diff without a word', async () => {
    await cli.succeed(['create', 'base']);
    const content = Buffer.alloc(2 * MEBIBYTE);
    await cli.succeed(['apply', 'base'], { input: rawTar({ name: 'large', content }) });
    const diff = cli.start(['diff', 'base']);
    let stderr = '';
    diff.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));

    diff.stdout?.once('data', () => diff.stdout?.destroy());
    const exitCode = await new Promise((resolve) => diff.on('close', resolve));

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  });
});
