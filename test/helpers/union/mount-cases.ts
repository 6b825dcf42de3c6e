/** What is tried of mounting, with what each kernel is to be compared by. */
import { OPEN } from '../../../src/domain/host/open-flags.js';
import { MNT_DETACH } from '../../../src/domain/mounts/umount-flags.js';
import type { Side } from './fake-side.js';
import { MOUNT_DATA } from './mount-data.js';
import { outcome, viewTree } from './observe.js';

/** One of them: it is given a side and a furnished directory, and tells what it saw. */
export interface MountCase {
  readonly name: string;
  run(side: Side, root: string): Promise<unknown>;
}

/** Runs a case in a new directory of a side. */
export async function runMountCase(side: Side, { run }: MountCase): Promise<unknown> {
  return run(side, await furnish(side));
}

/** All of them. */
export const MOUNT_CASES: readonly MountCase[] = [
  ...MOUNT_DATA.map((data) => ({
    name: `with ${data}`,
    async run(side: Side, root: string) {
      const answer = await tryMount(side, root, data);
      if (answer !== 'ok') return answer;
      const shown = (await side.shownOptions(`${root}/m`)).replaceAll(root, '@');
      return [shown, await viewTree(side.fs, `${root}/m`), await viewTree(side.fs, `${root}/u`)];
    },
  })),
  ...[499, 500, 501].map((count) => ({
    name: `with ${count} lowers, by relative paths`,
    async run(side: Side, root: string) {
      for (let i = 0; i < count; i++) await side.fs.mkdir(`${root}/${i}`, 0o755);
      const data = `lowerdir=${Array.from({ length: count }, (_, i) => i).join(':')}`;
      return outcome(() => side.mounter.mount({ target: 'm', flags: 0, data, cwd: root }));
    },
  })),
  {
    name: 'with data around a page',
    async run(side, root) {
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
    },
  },
  {
    name: 'with an upper that is used already, with and without an index',
    async run(side, root) {
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
    },
  },
  {
    name: 'with an index and another lower than before',
    async run(side, root) {
      const told: string[] = [];
      for (const lower of ['l', 'l2', 'l']) {
        for (const index of ['on', 'off', 'on']) {
          const data = `index=${index},lowerdir=@/${lower},upperdir=@/u,workdir=@/w`;
          told.push(await tryMount(side, root, data));
          told.push(await outcome(() => side.mounter.umount(`${root}/m`, 0)));
        }
      }
      return [told, await viewTree(side.fs, `${root}/u`), await viewTree(side.fs, `${root}/w`)];
    },
  },
  {
    name: 'after a volatile mount, and with leftovers in the work directory',
    async run(side, root) {
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
    },
  },
  {
    name: 'and with unmounting',
    async run(side, root) {
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
    },
  },
  {
    name: 'marks of use end with the last reference, not with a lazy unmount',
    async run(side, root) {
      const data = 'index=on,lowerdir=@/l,upperdir=@/u,workdir=@/w';
      const told = [await tryMount(side, root, data)];
      const open = await side.fs.openRoot(`${root}/m`);
      await side.mounter.umount(`${root}/m`, MNT_DETACH);
      told.push(await tryMount(side, root, data));
      await open.close();
      for (let i = 0; i < 50 && told.at(-1) !== 'ok'; i++)
        told.push(await tryMount(side, root, data));
      return [told[0], told[1], told.at(-1)];
    },
  },
];

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

async function tryMount(side: Side, root: string, data: string, target = 'm'): Promise<string> {
  const told = data.replaceAll('@', root);
  const mount = { target: `${root}/${target}`, flags: 0, data: told };
  return outcome(() => side.mounter.mount(mount));
}
