import { formatChange } from '../../domain/diffs/change.js';
import { GraphDriverError } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import type { Target } from '../targets/target.js';
import { Divergence, expectSame } from './divergence.js';
import { listArchive, smallArchive } from './golden-archive.js';
import { HomeListing } from './home-listing.js';

/**
 * Plays one session whose every answer and every file on disk is written down beside it: what the
 * seed was seen to do, and where profile strict does otherwise.
 *
 * @param count - hears of each thing that was compared.
 * @throws {@link Divergence} at the first difference.
 * @internal
 */
export async function playGoldenSession(
  target: Target,
  count: (what: string, by: number) => void,
): Promise<void> {
  const session = new GoldenSession(target, count);
  await session.createAndFill();
  await session.createChild();
  await session.editMounted();
  await session.compareDiffs();
  await session.failToCreate();
}

class GoldenSession {
  readonly #target: Target;
  readonly #count: (what: string, by: number) => void;
  readonly #listing = new HomeListing();
  readonly #isStrict: boolean;

  constructor(target: Target, count: (what: string, by: number) => void) {
    this.#target = target;
    this.#count = count;
    this.#isStrict = target.profile === 'strict';
  }

  async createAndFill(): Promise<void> {
    const { driver } = this.#target;
    await this.#expectDisk('', 0, ['dir 0700 .', 'dir 0700 l']);

    await driver.create('base', '');
    await this.#expectDisk('base', 0, ['dir 0700 base', 'dir 0755 base/diff', LINK_BASE]);
    await this.#expectDisk('l', 0, ['dir 0700 l', 'lnk 0777 l/L1 -> ../base/diff']);

    const archive = smallArchive({ 'd/': '', 'd/x': 'hello', a: 'aaa', b: 'bb', c: 'c' });
    this.#expect('ApplyDiff(base)', 'size', 11n, await driver.applyDiff('base', '', archive));
    await this.#expectDisk('base/diff', 1, [
      'dir 0755 base/diff',
      'reg 0644 base/diff/a "aaa"',
      'reg 0644 base/diff/b "bb"',
      'reg 0644 base/diff/c "c"',
      'dir 0755 base/diff/d',
      'reg 0644 base/diff/d/x "hello"',
    ]);
  }

  async createChild(): Promise<void> {
    await this.#target.driver.create('r1', 'base');
    await this.#expectDisk('base', 0, [
      'dir 0700 base',
      'reg 0600 base/committed ""',
      'dir 0755 base/diff',
      LINK_BASE,
    ]);
    await this.#expectDisk('r1', 0, [
      'dir 0700 r1',
      'dir 0755 r1/diff',
      'reg 0644 r1/link "L2"',
      'reg 0644 r1/lower "l/L1"',
      'dir 0700 r1/work',
    ]);
  }

  async editMounted(): Promise<void> {
    const { driver, files, home } = this.#target;
    const merged = await driver.get('r1', '');
    this.#expect('Get(r1)', 'path', `${home}/r1/merged`, merged);
    this.#expect('Get(r1)', 'mounted', true, await this.#isMounted(merged));
    await this.#expectDisk('r1/work', 0, ['dir 0700 r1/work', 'dir 0000 r1/work/work']);
    const root = await files.openRoot(merged);
    try {
      await editAsInTheBook(root);
    } finally {
      await root.close();
    }
    await driver.put('r1');
    this.#expect('Put(r1)', 'mounted', false, await this.#isMounted(merged));
    await this.#expectDisk('r1', 0, [
      'dir 0700 r1',
      'dir 0755 r1/diff',
      'reg 0644 r1/link "L2"',
      'reg 0644 r1/lower "l/L1"',
      'dir 0700 r1/work',
    ]);
    await this.#expectDisk('r1/diff', 1, [
      'dir 0755 r1/diff',
      'chr 0000 r1/diff/a',
      'chr 0000 r1/diff/b',
      'reg 0600 r1/diff/c "c"',
      'dir 0755 r1/diff/d opaque',
      'reg 0644 r1/diff/d/y "yy"',
    ]);
  }

  async compareDiffs(): Promise<void> {
    const { driver } = this.#target;
    // A kernel that shares one inode among whiteouts shows in the second one's link name.
    const second = (await this.#sharesWhiteouts()) && !this.#isStrict ? '"a"' : '""';
    await this.#expectArchive('Diff(r1, base)', await driver.diff('r1', 'base'), [
      '0 .wh.a "" 0',
      `0 .wh.b ${second} 0`,
      '0 c "" 1',
      '5 d/ "" 0',
      '0 d/.wh..wh..opq "" 0',
      '0 d/y "" 2',
    ]);
    this.#expect('DiffSize(r1, base)', 'size', 3n, await driver.diffSize('r1', 'base'));
    await this.#expectChanges('base', ['A /d/y', 'C /c', 'C /d', 'D /a', 'D /b', 'D /d/x']);
    await this.#expectChanges('', ['A /c', 'A /d', 'A /d/y']);
    await this.#expectArchive('Diff(r1, "")', await driver.diff('r1', ''), WHOLE_TREE);

    await driver.create('r2', 'r1');
    await this.#expectArchive('Diff(r2, base)', await driver.diff('r2', 'base'), [
      '0 .wh.a "" 0',
      '0 .wh.b "" 0',
      '0 c "" 1',
      '5 d/ "" 0',
      '0 d/.wh.x "" 0',
      '0 d/y "" 2',
    ]);
  }

  /** The two failures that the seed does not undo, and strict does. */
  async failToCreate(): Promise<void> {
    const { driver, home } = this.#target;
    const missing = this.#isStrict
      ? `lstat ${home}/ghost: no such file or directory`
      : `open ${home}/ghost/committed: no such file or directory`;
    await this.#expectFailure('Create(x, ghost)', missing, () => driver.create('x', 'ghost'));
    this.#expect('Create(x, ghost)', 'x is left', false, await driver.exists('x'));
    await this.#expectLinks(this.#isStrict ? 3 : 4);

    const taken = this.#isStrict ? `mkdir ${home}/base: file exists` : missing;
    await this.#expectFailure('Create(base, ghost)', taken, () => driver.create('base', 'ghost'));
    const baseStays = this.#isStrict;
    this.#expect('Create(base, ghost)', 'base stays', baseStays, await driver.exists('base'));
    if (baseStays) return;
    const broken = `error creating overlay mount to ${home}/r1/merged: no such file or directory`;
    await this.#expectFailure('Get(r1)', broken, () => driver.get('r1', ''));
  }

  async #expectDisk(path: string, depth: number, expected: readonly string[]): Promise<void> {
    const { files, home } = this.#target;
    const found = await this.#listing.list(files, home, path, depth);
    this.#expect(`${home}/${path}`, 'on disk', this.#masked(expected), found.join('\n'));
  }

  /** The modes above are those of a umask of 022. */
  #masked(lines: readonly string[]): string {
    const umask = this.#target.kernel.umask();
    return lines.map((line) => mask(line, umask)).join('\n');
  }

  async #expectArchive(
    call: string,
    archive: AsyncIterable<Uint8Array>,
    expected: readonly string[],
  ): Promise<void> {
    const found = await listArchive(archive);
    this.#expect(call, 'entries', expected.join('\n'), found.join('\n'));
  }

  async #expectChanges(parent: string, expected: readonly string[]): Promise<void> {
    const found = (await this.#target.driver.changes('r1', parent)).map(formatChange).sort();
    this.#expect(`Changes(r1, "${parent}")`, 'changes', expected.join('\n'), found.join('\n'));
  }

  async #expectFailure(call: string, text: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof GraphDriverError)) throw error;
      this.#expect(call, 'error', text, error.message);
      return;
    }
    throw new Divergence(call, 'error', text, 'success');
  }

  async #expectLinks(expected: number): Promise<void> {
    const { files, home } = this.#target;
    const found = await this.#listing.list(files, home, 'l', 0);
    this.#expect(`${home}/l`, 'symlinks', expected, found.length - 1);
  }

  async #isMounted(path: string): Promise<boolean> {
    const table = decodeUtf8(await this.#target.kernel.mountInfo());
    return table.split('\n').some((line) => line.split(' ')[4] === path.replaceAll(' ', '\\040'));
  }

  async #sharesWhiteouts(): Promise<boolean> {
    const { files, home } = this.#target;
    return (await files.lstat(`${home}/r1/diff/a`)).nlink > 1;
  }

  #expect(
    subject: string,
    aspect: string,
    expected: string | number | bigint | boolean,
    actual: string | number | bigint | boolean,
  ): void {
    expectSame(subject, aspect, expected, actual);
    this.#count('answers', 1);
  }
}

const LINK_BASE = 'reg 0644 base/link "L1"';
const WHOLE_TREE: readonly string[] = ['0 c "" 1', '5 d/ "" 0', '0 d/y "" 2'];

/** Takes a umask off the modes that depend on it: all but those that an archive gives. */
function mask(line: string, umask: number): string {
  return line.replace(/^(dir|reg) (0\d{3}) (?!.*\/diff\/)/, (_, type: string, mode: string) => {
    const masked = (Number.parseInt(mode, 8) & ~umask).toString(8).padStart(4, '0');
    return `${type} ${masked} `;
  });
}

async function editAsInTheBook(root: Directory): Promise<void> {
  const name = encodeUtf8;
  await root.unlinkat(name('a'));
  await root.unlinkat(name('b'));
  const old = await root.opendirat(name('d'));
  await old.unlinkat(name('x'));
  await old.close();
  await root.rmdirat(name('d'));
  await root.mkdirat(name('d'), 0o755);
  await root.chmodat(name('d'), 0o755);
  const d = await root.opendirat(name('d'));
  const file = await d.openat(name('y'), OPEN.WRITE_ONLY | OPEN.CREATE, 0o644);
  await file.write(encodeUtf8('yy'));
  await file.fchmod(0o644);
  await file.close();
  await d.close();
  await root.chmodat(name('c'), 0o600);
}
