/** Establishes that verifying vectors sees one that is wrong, and a file that is no such file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../helpers/cli-streams.js';

const OWN = new URL('../../../../vectors/', import.meta.url);

const textOf = (name: string): string => readFileSync(new URL(name, OWN), 'utf8');

describe('vectors verify', () => {
  let directory = '';

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vectors-'));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function verify(name: string, text: string) {
    writeFileSync(join(directory, 'one.json'), text);
    const result = await runCli(['vectors', 'verify', directory]);
    expect(result.stderr, name).toBe('');
    return result;
  }

  it('agrees with our own files', async () => {
    const { exitCode, stdout } = await verify('quota', textOf('quota.json'));

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^one\.json: \d+\n\d+ vectors: all are as our code has it\n$/);
  });

  it('names a vector that is wrong, and both answers', async () => {
    const text = textOf('go-path.json').replace('"value":"a/b"', '"value":"a/c"');
    const { exitCode, stdout } = await verify('go-path', text);

    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 of them WRONG');
    expect(stdout).toContain('expected {"value":"a/c"}');
    expect(stdout).toContain('actual   {"value":"a/b"}');
  });

  it('sees a sequence whose answer is another', async () => {
    const file = JSON.parse(textOf('sequences.json')) as { vectors: object[] };
    const one = JSON.stringify({ ...file, vectors: file.vectors.slice(2, 4) });
    const right = await verify('sequences', one);
    const wrong = await verify('sequences', one.replace('"mounted":false', '"mounted":true'));

    expect(right.exitCode).toBe(0);
    expect(wrong.exitCode).toBe(1);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['no rule', '{}', 'it names no rule'],
    ['an unknown rule', '{"rule":"x"}', 'there is no rule x'],
    ['an unknown flag', textOf('quota.json').replace('"flags":[]', '"flags":["x"]'), 'malformed'],
  ])('says of a file with %s what is wrong with it', async (name, text, expected) => {
    const { exitCode, stdout } = await verify(name, text);

    expect(exitCode).toBe(1);
    expect(stdout).toContain(expected);
  });

  it.each([
    ['a directory that is not there', ['verify', '/nonexistent/vectors']],
    ['no directory to write to', []],
  ])('is a wrong command line for %s', async (_what, words) => {
    const { exitCode, stderr } = await runCli(['vectors', ...words]);

    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
