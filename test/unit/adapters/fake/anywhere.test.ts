/**
 * Establishes that a driver in memory runs in a process that may read nothing but this package (no
 * /proc), load no native code and has no rights, on the build, which `npm test` makes first.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const CHILD = join(ROOT, 'test/helpers/fake-child.mjs');

/** Node 20 calls the permission model by another name. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

test('it needs no root, no native code and nothing of the host', () => {
  const flags = [PERMISSION, `--allow-fs-read=${join(ROOT, '*')}`, '--no-warnings'];

  const told = execFileSync(process.execPath, [...flags, CHILD], { encoding: 'utf8' });

  const { native, user, uid } = JSON.parse(told) as Readonly<Record<string, unknown>>;
  expect({ native, uid }).toEqual({ native: [], uid: 0 });
  expect(user).not.toBe(0);
});

test('such a process is really denied what it is said to be denied', () => {
  const flags = [PERMISSION, `--allow-fs-read=${join(ROOT, '*')}`, '--no-warnings'];
  const run = (code: string): string =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', code], {
      encoding: 'utf8',
      cwd: ROOT,
    });

  const denied = (code: string): string =>
    run(`try { ${code} } catch (error) { process.stdout.write(String(error.code)) }`);
  expect([
    denied("(await import('node:fs')).readFileSync('/proc/self/status')"),
    denied("process.dlopen({ exports: {} }, '/none.node')"),
  ]).toEqual(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']);
});
