/**
 * Establishes that mounting in memory refuses what this kernel refuses, with the same errno, and
 * shows what it took as this kernel's mount table does.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MNT_DETACH } from '../../../src/domain/mounts/umount-flags.js';
import { OPEN } from '../../../src/domain/host/open-flags.js';
import { outcome, viewTree } from './observe.js';
import { fakeSide, RealPlaces, type Side } from './sides.js';

/** Data with `@` for the directory that everything lies in. */
const DATA: readonly string[] = [
  'lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/w,',
  ',,lowerdir=@/l,upperdir=@/u,,workdir=@/w',
  'ro,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  '=x,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'source=x,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  '',
  'foo',
  'lowerdir',
  'lowerdir=',
  'lowerdir=@/l',
  'lowerdir=@/l:@/l2',
  'lowerdir=@/l:@/l2,workdir=@/w',
  'lowerdir=@/l:@/l2,upperdir=@/u',
  'lowerdir=@/l,workdir=@/w',
  'upperdir=@/u,workdir=@/w',
  'upperdir=,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/w,lowerdir=',
  'lowerdir=@/none,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l2,lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/none,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l,upperdir=@/none,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/none',
  'lowerdir=@/none,foo',
  'foo,lowerdir=@/none',
  'lowerdir=@/f,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l,upperdir=@/f,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/f',
  'lowerdir=@/f/x:@/l',
  'lowerdir=@/loop:@/l',
  'lowerdir=@/link:@/l2',
  'lowerdir=@/l:@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l:@/link,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l:@/l/sub',
  'lowerdir=@/l/sub:@/l',
  'lowerdir=@/l,upperdir=@/l,workdir=@/w',
  'lowerdir=@/l,upperdir=@/l/sub,workdir=@/w',
  'lowerdir=@/u/sub,upperdir=@/u,workdir=@/w',
  'lowerdir=@/w,upperdir=@/u,workdir=@/w',
  'lowerdir=@/w/work,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/u',
  'lowerdir=@/l,upperdir=@/u,workdir=@/u/sub',
  'lowerdir=@/l,upperdir=@/w/sub,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/other/w',
  'lowerdir=@/l,upperdir=@/merged/u,workdir=@/merged/w',
  'lowerdir=@/merged:@/l2',
  'lowerdir=@/l2:@/merged,upperdir=@/u,workdir=@/w',
  'lowerdir=@/twice:@/l2',
  'lowerdir=@/l::@/l2,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l:@/l2::@/l2',
  'lowerdir=::@/l',
  'lowerdir=@/l::',
  'lowerdir=@/l::@/l2:@/u',
  'lowerdir=@/l:::@/l2',
  'lowerdir=@/l:,upperdir=@/u,workdir=@/w',
  'lowerdir=:@/l,upperdir=@/u,workdir=@/w',
  'lowerdir+=@/l,lowerdir+=@/l2',
  'lowerdir+=@/l,datadir+=@/l2,lowerdir+=@/u',
  'lowerdir=@/l,lowerdir+=@/l2',
  'lowerdir+=@/a:b,lowerdir+=@/l2',
  'context="x",lowerdir=@/l,upperdir=@/u,workdir=@/w',
  'lowerdir=@/a:b:@/l',
  'lowerdir=@/a\\:b:@/l',
  'lowerdir=@/a,b:@/l',
  'lowerdir=@/a\\,b:@/l',
  'lowerdir=@/a\\b:@/l',
  'lowerdir=@/a\\\\b:@/l',
  'lowerdir=@/l,upperdir=@/a:b,workdir=@/w',
  'lowerdir=@/l,upperdir=@/a\\:b,workdir=@/w',
  'lowerdir=@/l,upperdir=@/a\\,b,workdir=@/w',
  'lowerdir=@/l,upperdir=@/u,workdir=@/w\\',
  'lowerdir=@/a b:@/l',
  ...[
    'index=on',
    'index=off',
    'index=yes',
    'index',
    'redirect_dir=on',
    'redirect_dir=off',
    'redirect_dir=follow',
    'redirect_dir=nofollow',
    'redirect_dir=maybe',
    'metacopy=on,redirect_dir=off',
    'metacopy=off',
    'nfs_export=on,index=off',
    'nfs_export=off',
    'xino=on',
    'xino=auto',
    'xino=off',
    'xino=',
    'uuid=on',
    'uuid=off',
    'uuid=null',
    'uuid=auto',
    'userxattr',
    'userxattr=on',
    'userxattr,metacopy=on',
    'userxattr,redirect_dir=on',
    'default_permissions',
    'volatile',
    'fsync=volatile',
    'fsync=auto',
    'fsync=ordered',
    'override_creds',
    'nooverride_creds',
    'verity=off',
    'verity=maybe',
    'index=on,index=off',
  ].flatMap((option) => [
    `${option},lowerdir=@/l,upperdir=@/u,workdir=@/w`,
    // Without an upper, metacopy works whatever the redirects; it is not modelled.
    ...(option.startsWith('metacopy=on') ? [] : [`lowerdir=@/l:@/l2,${option}`]),
  ]),
];

let places: RealPlaces;
let sides: Side[] = [];

beforeAll(() => {
  places = new RealPlaces();
});

beforeEach(() => {
  sides = [fakeSide(), places.side()];
});

afterEach(async () => {
  for (const side of sides) await side.dispose();
});

afterAll(() => places.dispose());

/** Makes what the data names, with an overlay in `merged` and one over it in `twice`. */
async function furnish(side: Side): Promise<string> {
  const { fs, mounter } = side;
  const root = await side.place('ext4');
  const names = ['l', 'l/sub', 'l2', 'u', 'u/sub', 'w', 'w/sub', 'm', 'a:b', 'a,b', 'a\\b', 'a b'];
  const inner = ['merged', 'twice', 'other', 'il', 'iu', 'iu/u', 'iu/w', 'iw'];
  for (const name of [...names, ...inner]) await fs.mkdir(`${root}/${name}`, 0o755);
  await (await fs.open(`${root}/f`, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644)).close();
  await fs.symlink('l', `${root}/link`);
  await fs.symlink('loop', `${root}/loop`);
  const data = `lowerdir=${root}/il,upperdir=${root}/iu,workdir=${root}/iw`;
  await mounter.mount({ target: `${root}/merged`, flags: 0, data });
  const over = `lowerdir=${root}/merged:${root}/il`;
  await mounter.mount({ target: `${root}/twice`, flags: 0, data: over });
  return root;
}

/** Runs the same on both sides, each with its own root, and compares what that gave. */
async function expectSame(run: (side: Side, root: string) => Promise<unknown>): Promise<unknown> {
  const seen: unknown[] = [];
  for (const side of sides) seen.push(await run(side, await furnish(side)));
  expect(seen[0]).toEqual(seen[1]);
  return seen[0];
}

async function tryMount(side: Side, root: string, data: string, target = 'm'): Promise<string> {
  const told = data.replaceAll('@', root);
  const mount = { target: `${root}/${target}`, flags: 0, data: told };
  return outcome(() => side.mounter.mount(mount));
}

describe('mounting in memory agrees with this kernel', () => {
  test.each(DATA)('with %s', async (data) => {
    await expectSame(async (side, root) => {
      const answer = await tryMount(side, root, data);
      if (answer !== 'ok') return answer;
      const shown = (await side.shownOptions(`${root}/m`)).replaceAll(root, '@');
      return [shown, await viewTree(side.fs, `${root}/m`), await viewTree(side.fs, `${root}/u`)];
    });
  });

  test.each([499, 500, 501])('with %i lowers, by relative paths', async (count) => {
    await expectSame(async (side, root) => {
      for (let i = 0; i < count; i++) await side.fs.mkdir(`${root}/${i}`, 0o755);
      const data = `lowerdir=${Array.from({ length: count }, (_, i) => i).join(':')}`;
      return outcome(() => side.mounter.mount({ target: 'm', flags: 0, data, cwd: root }));
    });
  });

  test('with data around a page', async () => {
    const answers = await expectSame(async (side, root) => {
      const told: string[] = [];
      for (let bytes = 4090; bytes <= 4100; bytes++) {
        const start = `lowerdir=${'l:'.repeat(3)}`;
        const end = `l2,upperdir=u,workdir=w`;
        const filling = './'.repeat(bytes).slice(0, bytes - start.length - end.length);
        const data = `lowerdir=l:${filling}${end.replace(',workdir=w', ',workdir=wx')}`;
        await side.fs.mkdir(`${root}/wx`, 0o755).catch(() => undefined);
        const sized = data.length > bytes ? data.replace('./', '') : data;
        const call = { target: 'm', flags: 0, data: sized, cwd: root };
        told.push(`${sized.length} ${await outcome(() => side.mounter.mount(call))}`);
        told.push(await side.shownOptions(`${root}/m`));
        await outcome(() => side.mounter.umount(`${root}/m`, 0));
      }
      return told;
    });
    expect(new Set(answers as string[]).size).toBeGreaterThan(4);
  });

  test('with an upper that is used already, with and without an index', async () => {
    await expectSame(async (side, root) => {
      const told: string[] = [];
      const data = 'lowerdir=@/l,upperdir=@/u,workdir=@/w';
      const again = ['', ',index=on', ',index=off'];
      told.push(await tryMount(side, root, data));
      for (const index of again) told.push(await tryMount(side, root, data + index, 'l2'));
      for (const index of again) {
        told.push(await tryMount(side, root, `lowerdir=@/u:@/a:b${index}`, 'il'));
        told.push(await tryMount(side, root, `lowerdir=@/u:@/il${index}`, 'il'));
        const below = `lowerdir=@/il,upperdir=@/u/sub,workdir=@/a b${index}`;
        told.push(await tryMount(side, root, below, 'il'));
      }
      return told;
    });
  });

  test('with an index and another lower than before', async () => {
    await expectSame(async (side, root) => {
      const told: string[] = [];
      for (const lower of ['l', 'l2', 'l']) {
        for (const index of ['on', 'off', 'on']) {
          const data = `index=${index},lowerdir=@/${lower},upperdir=@/u,workdir=@/w`;
          told.push(await tryMount(side, root, data));
          told.push(await outcome(() => side.mounter.umount(`${root}/m`, 0)));
        }
      }
      return [told, await viewTree(side.fs, `${root}/u`), await viewTree(side.fs, `${root}/w`)];
    });
  });

  test('after a volatile mount, and with leftovers in the work directory', async () => {
    await expectSame(async (side, root) => {
      const told: unknown[] = [];
      const data = 'lowerdir=@/l,upperdir=@/u,workdir=@/w';
      told.push(await tryMount(side, root, `volatile,${data}`));
      told.push(await outcome(() => side.mounter.umount(`${root}/m`, 0)));
      told.push(await viewTree(side.fs, `${root}/w`), await tryMount(side, root, data));
      await side.fs.rmdir(`${root}/w/work/incompat/volatile`).catch(() => undefined);
      const { fs } = side;
      await fs.mkdir(`${root}/a:b/work`, 0o755);
      for (const name of ['x', 'x/y']) await fs.mkdir(`${root}/a:b/work/${name}`, 0o755);
      const other = 'lowerdir=@/l,upperdir=@/u,workdir=@/a:b';
      told.push(await tryMount(side, root, other), await viewTree(fs, `${root}/a:b`));
      told.push(await outcome(() => side.mounter.umount(`${root}/m`, 0)));
      for (const name of ['x', 'x/y', 'x/y/z']) await fs.mkdir(`${root}/a:b/work/${name}`, 0o755);
      told.push(await tryMount(side, root, other), await viewTree(fs, `${root}/a:b`));
      told.push(await outcome(() => fs.mkdir(`${root}/m/new`, 0o755)));
      told.push((await side.shownOptions(`${root}/m`)).replaceAll(root, '@'));
      return told;
    });
  });

  test('and with unmounting', async () => {
    await expectSame(async (side, root) => {
      const { fs, mounter } = side;
      const told: string[] = [];
      const umount = async (path: string, flags = 0): Promise<void> => {
        told.push(await outcome(() => mounter.umount(`${root}/${path}`, flags)));
      };
      await umount('m');
      await umount('none');
      await umount('f');
      await umount('merged');
      told.push(await tryMount(side, root, 'lowerdir=@/l:@/l2'));
      const open = await fs.openRoot(`${root}/m`);
      await umount('m');
      await umount('m/sub');
      await umount('m', MNT_DETACH);
      await umount('m', MNT_DETACH);
      const { length } = await open.getdents();
      told.push(String(length));
      await open.close();
      told.push(await tryMount(side, root, 'lowerdir=@/l:@/l2'));
      told.push(await tryMount(side, root, 'lowerdir=@/l2:@/il', 'm/sub'));
      await umount('m');
      told.push(await outcome(() => fs.rmdir(`${root}/m`)));
      told.push(await outcome(() => fs.rmdir(`${root}/m/sub`)));
      await umount('m', MNT_DETACH);
      await umount('m/sub');
      told.push(await outcome(() => fs.rmdir(`${root}/m`)));
      told.push(await tryMount(side, root, 'lowerdir=@/l:@/l2', 'f'));
      told.push(await tryMount(side, root, 'lowerdir=@/l:@/l2', 'none'));
      return told;
    });
  });

  test('marks of use end with the last reference, not with a lazy unmount', async () => {
    const answers = await expectSame(async (side, root) => {
      const data = 'index=on,lowerdir=@/l,upperdir=@/u,workdir=@/w';
      const told = [await tryMount(side, root, data)];
      const open = await side.fs.openRoot(`${root}/m`);
      await side.mounter.umount(`${root}/m`, MNT_DETACH);
      told.push(await tryMount(side, root, data));
      await open.close();
      for (let i = 0; i < 50 && told.at(-1) !== 'ok'; i++)
        told.push(await tryMount(side, root, data));
      return [told[0], told[1], told.at(-1)];
    });
    expect(answers).toEqual(['ok', 'EBUSY', 'ok']);
  });
});
