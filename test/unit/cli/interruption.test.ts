/** Shows what a signal does to a running operation, with signals that the test sends. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { Interruption } from '../../../src/cli/interruption.js';
import type { CliStreams } from '../../../src/cli/streams.js';
import type { Ports } from '../../../src/driver/context.js';

interface Stage {
  readonly signals: EventEmitter;
  readonly interruption: Interruption;
  readonly clock: Ports['clock'];
}

function stage(): Stage {
  const signals = new EventEmitter();
  const streams: CliStreams = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    on: (signal, listener) => signals.on(signal, listener),
    off: (signal, listener) => signals.off(signal, listener),
  };
  const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());
  const clock = { sleep, now: vi.fn<Ports['clock']['now']>(), monotonicMs: () => 42 };
  const interruption = new Interruption(streams);
  const ports = interruption.decorate({ clock } as unknown as Ports);
  return { signals, interruption, clock: ports.clock };
}

test('fails the next wait after a signal, and only that one', async () => {
  const { signals, clock } = stage();
  await clock.sleep(0);

  signals.emit('SIGTERM');

  await expect(clock.sleep(0)).rejects.toMatchObject({ code: 'interrupted', signal: 'SIGTERM' });
  await expect(clock.sleep(0)).resolves.toBeUndefined();
});

test('ends a wait that is on', async () => {
  const { signals, clock } = stage();
  const waiting = clock.sleep(600_000);

  signals.emit('SIGINT');

  await expect(waiting).rejects.toMatchObject({ message: 'interrupted by SIGINT' });
});

test('leaves the second signal to the process', () => {
  const { signals, interruption } = stage();
  const heard = vi.fn<() => void>();
  interruption.onInterrupt(heard);

  signals.emit('SIGINT');
  signals.emit('SIGTERM');

  expect(heard).toHaveBeenCalledTimes(1);
  expect(interruption.signal).toBe('SIGINT');
  expect(signals.listenerCount('SIGTERM')).toBe(0);
});

test('gives the signals back at its end', () => {
  const { signals, interruption } = stage();

  interruption.dispose();

  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('hands everything else of the clock through', () => {
  expect(stage().clock.monotonicMs()).toBe(42);
});
