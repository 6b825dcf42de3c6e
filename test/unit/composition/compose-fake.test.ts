/** Establishes that a driver starts in memory, and again on what an earlier one left there. */
import { expect, test } from 'vitest';
import { composeFake, type ComposeFakeOptions } from '../../../src/composition.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';

const HOME = '/var/lib/overlay2';

test('a later driver on the machine finds the layers of an earlier one', async () => {
  const first = await composeFake({ home: HOME });
  await first.driver.create('base', '', {});
  await first.driver.create('top', 'base', {});
  await first.dispose();

  const second = await composeFake({ home: HOME, machine: first.machine, profile: STRICT });

  expect(await second.driver.exists('top')).toBe(true);
  expect(await second.driver.getMetadata('top')).toMatchObject({ UpperDir: `${HOME}/top/diff` });
  await second.driver.remove('top');
  await second.dispose();
  await expect(first.ports.fs.stat(`${HOME}/top`)).rejects.toThrow('no such file or directory');
});

test('a new machine is a function of its seed, link ids too', async () => {
  const linkOf = async (seed: number): Promise<string> => {
    const { driver, ports } = await composeFake({ home: HOME, machineOptions: { seed } });
    await driver.create('a', '', {});
    const links = await ports.fs.openRoot(`${HOME}/l`);
    const [entry] = await links.getdents();
    return new TextDecoder().decode(entry?.name);
  };

  expect(await linkOf(1)).toBe(await linkOf(1));
  expect(await linkOf(1)).not.toBe(await linkOf(2));
});

test('a home is locked until its driver ends, and is taken back when a start fails', async () => {
  const options: ComposeFakeOptions = { home: HOME, lockWaitMs: 200 };
  const first = await composeFake(options);
  const { machine } = first;
  await expect(composeFake({ ...options, machine })).rejects.toThrow(
    `flock ${HOME}: resource temporarily unavailable`,
  );
  await first.dispose();

  const second = await composeFake({ ...options, machine });
  await second.dispose();

  const refused = composeFake({ ...options, home: '/tmp/other', machine, options: ['x=y'] });
  await expect(refused).rejects.toThrow('unknown option');
  await expect(first.ports.fs.stat('/tmp/other')).rejects.toThrow('no such file');
});

test('ports can be wrapped, and what the driver logs is kept', async () => {
  const calls: string[] = [];
  const { driver, ports } = await composeFake({
    home: HOME,
    logLevel: 'debug',
    decorate: (bound) => ({
      ...bound,
      logger: { log: (level, message) => void calls.push(`${level}: ${message}`) },
    }),
  });

  await driver.create('a', '', {});
  ports.logger.log('info', 'told');

  expect(calls).toContain('info: told');
});
