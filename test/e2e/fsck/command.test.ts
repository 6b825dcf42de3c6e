/**
 * Establishes what `fsck` says and does on a real home: exit codes, a dry run that changes nothing,
 * repair with a journal and its undo, a lock that it waits for, SARIF, and mounts.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { type CliSetting, runCli } from '../../helpers/cli-streams.js';
import { TestHome } from '../../helpers/test-home.js';

const STRAY = 'A'.repeat(26);

let place: TestHome;

beforeEach(async () => {
  place = new TestHome();
  const driver = await place.open({ profile: STRICT });
  await driver.create('p', '');
  await driver.create('c', 'p');
  await place.endProcess();
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);
const fsck = (words: readonly string[], setting: CliSetting = {}) =>
  runCli(['fsck', ...words], setting);

/** Two mendable damages, and one that is not. */
function damage(): void {
  writeFileSync(at('p/link'), '');
  symlinkSync('../gone/diff', at(`l/${STRAY}`));
  writeFileSync(at('notes'), '');
}

it('says of a sound home that nothing is wrong, and changes nothing by looking', async () => {
  const before = await place.dump();

  const { exitCode, stdout, stderr } = await fsck([place.home]);

  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${place.home}: 2 layers, 0 mounted: nothing wrong\n`);
  expect(stderr).toBe('');
  expect(await place.dump()).toEqual(before);
});

it('tells each finding with its rule, its quirk, what it causes and the mend', async () => {
  damage();

  const { exitCode, stdout } = await fsck([place.home]);

  expect(exitCode).toBe(1);
  expect(stdout).toContain('error    p/link: link is empty\n         rule    link-empty (Q-14)\n');
  expect(stdout).toContain('causes  children of the layer get the link directory as their lower');
  expect(stdout).toContain(`mend    remove the symlink l/${STRAY} -> ../gone/diff`);
  expect(stdout).toMatch(/: 2 layers, 0 mounted: 1 error, 2 warnings\n$/);
});

it('has exit code 2 for a wrong command line and 3 for what it cannot read', async () => {
  expect(await fsck([])).toMatchObject({ exitCode: 2 });
  expect(await fsck([place.home, '--yes'])).toMatchObject({ exitCode: 2 });
  expect(await fsck(['--undo', '/j', place.home])).toMatchObject({ exitCode: 2 });
  expect(await fsck([join(place.scratch, 'missing')])).toMatchObject({ exitCode: 3 });
  renameSync(place.home, join(place.scratch, 'overlay2'));
  const { exitCode, stderr } = await fsck([place.scratch]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('it has neither l nor layers; its overlay2 may be one');
});

it('shows a plan and changes nothing until it is told to', async () => {
  damage();
  const before = await place.dump();

  const { exitCode, stderr } = await fsck([place.home, '--repair']);

  expect(exitCode).toBe(1);
  expect(stderr).toContain('would write p/link again: "" becomes "');
  expect(stderr).toContain('nothing was changed: --yes does it');
  expect(await place.dump()).toEqual(before);
});

it.each([
  ['y\n', 'done: remove the symlink'],
  ['n\n', 'nothing was changed'],
])('asks on a terminal and takes %j for an answer', async (input, said) => {
  damage();
  const journal = join(place.scratch, 'j');

  const { stderr } = await fsck([place.home, '--repair', '--journal', journal], {
    input,
    stdinIsTty: true,
  });

  expect(stderr).toContain('do this? [y/N] ');
  expect(stderr).toContain(said);
});

it('mends with a journal, and takes it back from the journal', async () => {
  const sound = await place.dump();
  damage();
  mkdirSync(at('.remove-X/diff'), { recursive: true });
  writeFileSync(at('.remove-X/diff/f'), 'f');
  const damaged = await place.dump();
  const journal = join(place.scratch, 'journal');

  const words = [place.home, '--repair', '--yes', '--json', '--journal', journal];
  const { exitCode, stdout } = await fsck(words);

  expect(exitCode).toBe(1);
  const { findings, repair } = JSON.parse(stdout) as {
    findings: { rule: string }[];
    repair: { journal: string; asideDirectory: string; done: { done: boolean }[] };
  };
  expect(findings.map(({ rule }) => rule)).toEqual(['stray-home']);
  expect(repair.done.map(({ done }) => done)).toEqual([true, true, true]);
  expect(repair.journal).toBe(journal);
  expect(readdirSync(repair.asideDirectory)).toEqual(['.remove-X']);
  rmSync(at('notes'));
  expect(await place.dump()).toEqual(sound);
  writeFileSync(at('notes'), '');

  expect(await fsck(['--undo', journal])).toMatchObject({ exitCode: 0 });
  expect(await place.dump()).toEqual(damaged);
});

it('leaves what was changed since when it takes a repair back', async () => {
  damage();
  const journal = join(place.scratch, 'journal');
  await fsck([place.home, '--repair', '--yes', '--journal', journal]);
  writeFileSync(at('p/link'), 'mine');

  const { exitCode, stdout } = await fsck(['--undo', journal]);

  expect(exitCode).toBe(1);
  expect(stdout).toContain('p/link holds "mine": it was changed meanwhile');
  expect(readFileSync(at('p/link'), 'utf8')).toBe('mine');
  expect(lstatSync(at(`l/${STRAY}`)).isSymbolicLink()).toBe(true);
});

it('writes its journal outside of the home, and never over a file', async () => {
  damage();
  const words = [place.home, '--repair', '--yes', '--journal'];

  expect(await fsck([...words, at('journal')])).toMatchObject({ exitCode: 2 });
  writeFileSync(join(place.scratch, 'taken'), 'mine');
  expect(await fsck([...words, join(place.scratch, 'taken')])).toMatchObject({ exitCode: 1 });

  expect(readFileSync(join(place.scratch, 'taken'), 'utf8')).toBe('mine');
  expect(readFileSync(at('p/link'), 'utf8')).toBe('');
});

it('waits for the lock that writers hold, and mends nothing without it', async () => {
  damage();
  const writer = await place.compose({ profile: STRICT, lockWaitMs: 0 });
  writeFileSync(at('p/link'), '');

  const { exitCode, stderr } = await fsck([place.home, '--repair', '--yes', '--wait', '0.1']);

  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('another process uses this home');
  expect(readFileSync(at('p/link'), 'utf8')).toBe('');
  await writer.dispose();
});

it('knows mounted layers, and a mount whose layer is gone', async () => {
  const driver = await place.open({ profile: STRICT });
  await driver.createReadWrite('box', 'c');
  await driver.get('box');
  const mounted = await fsck([place.home, '--json']);
  expect(JSON.parse(mounted.stdout)).toMatchObject({ mounted: ['box'], findings: [] });

  renameSync(at('box'), at('.remove-box'));
  const words = [place.home, '--repair', '--yes', '--journal', join(place.scratch, 'j'), '--json'];
  const { stdout, stderr } = await fsck(words);

  const { findings } = JSON.parse(stdout) as { findings: { rule: string }[] };
  expect(findings.map(({ rule }) => rule)).toContain('mounted-layer-gone');
  expect(stderr).toContain('would not move .remove-box out of the home');
  renameSync(at('.remove-box'), at('box'));
});

it('follows no symlink that is put in place of a layer’s parts', async () => {
  rmSync(at('p/link'));
  writeFileSync(join(place.scratch, 'secret'), STRAY);
  symlinkSync(join(place.scratch, 'secret'), at('p/link'));

  const { stdout } = await fsck([place.home]);

  expect(stdout).toContain('link is no regular file but a symlink');
  expect(stdout).not.toContain(STRAY);
  await fsck([place.home, '--repair', '--yes', '--journal', join(place.scratch, 'j')]);
  expect(existsSync(join(place.scratch, 'secret'))).toBe(true);
});

it('writes SARIF that names the place of each finding', async () => {
  damage();
  const path = join(place.scratch, 'log.sarif');

  await fsck([place.home, '--sarif', path]);

  const log = JSON.parse(readFileSync(path, 'utf8')) as { runs: { results: object[] }[] };
  expect(log.runs[0]?.results).toHaveLength(3);
  expect(log.runs[0]?.results[0]).toMatchObject({ ruleId: 'link-empty', level: 'error' });
});
