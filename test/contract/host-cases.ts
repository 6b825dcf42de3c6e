/** What `Kernel`, `Random` and `Clock` must answer. */
import { expect } from 'vitest';
import { decodeUtf8 } from '../../src/domain/utf8.js';
import { expectFailure, type Case } from './contract.js';

/** Every case of the host's facts. */
export const HOST_CASES: readonly Case[] = [
  {
    name: 'the release starts with two numbers',
    async run({ ports: { kernel } }) {
      expect(await kernel.release()).toMatch(/^\d+\.\d+/);
    },
  },
  {
    name: 'the page size is a power of two, 4096 or more, and the umask has nine bits',
    async run({ ports: { kernel } }) {
      const size = kernel.pageSize();
      expect(size).toBeGreaterThanOrEqual(4096);
      expect(Number.isInteger(Math.log2(size))).toBe(true);
      expect(kernel.umask() & ~0o777).toBe(0);
    },
  },
  {
    name: 'the temporary directory is an absolute path',
    async run({ ports: { kernel } }) {
      expect(kernel.tempDirectory()).toMatch(/^\//);
    },
  },
  {
    name: 'the file systems are a list with overlay in it, one a line',
    async run({ ports: { kernel } }) {
      expect((await kernel.fileSystems()).split('\n')).toContain('nodev\toverlay');
    },
  },
  {
    name: 'overlay parameters are Y or N, and an unknown one is missing',
    async run({ ports: { kernel } }) {
      expect(await kernel.overlayParameter('index')).toMatch(/^[YN]\n$/);
      const path = '/sys/module/overlay/parameters/none';
      const unknown = kernel.overlayParameter('none');
      await expectFailure(unknown, { errno: 'ENOENT', syscall: 'open', path });
    },
  },
  {
    name: 'the id map is lines of three numbers',
    async run({ ports: { kernel } }) {
      expect(await kernel.uidMap()).toMatch(/^(\s*\d+\s+\d+\s+\d+\n)+$/);
    },
  },
  {
    name: 'the mount table is lines of ten fields or more, to the last',
    async run({ ports: { kernel } }) {
      const text = decodeUtf8(await kernel.mountInfo());
      expect(text.endsWith('\n')).toBe(true);
      for (const line of text.slice(0, -1).split('\n')) {
        expect(line.split(' ').length).toBeGreaterThanOrEqual(10);
      }
    },
  },
  {
    name: 'random bytes come as many as asked, and differ',
    async run({ ports: { random } }) {
      const [a, b] = [await random.bytes(17), await random.bytes(17)];
      expect([a.length, b.length, (await random.bytes(0)).length]).toEqual([17, 17, 0]);
      expect(a).not.toEqual(b);
    },
  },
  {
    name: 'the clock does not run backwards, and sleep lets other work have a turn',
    async run({ ports: { clock } }) {
      const [wall, monotonic] = [clock.now(), clock.monotonicMs()];
      let turned = false;
      setImmediate(() => (turned = true));

      await clock.sleep(0);
      await clock.sleep(2);

      expect(turned).toBe(true);
      expect(clock.monotonicMs()).toBeGreaterThan(monotonic);
      const later = clock.now();
      expect(later.seconds).toBeGreaterThanOrEqual(wall.seconds);
      expect(later.nanoseconds).toBeLessThan(1_000_000_000);
    },
  },
];
