/** Establishes how link ids are made from a source of random bytes that is short, or fails. */
import { describe, expect, it } from 'vitest';
import type { Ports } from '../../../src/driver/context.js';
import { GoPanicError } from '../../../src/driver/go-panic.js';
import { generateLinkId } from '../../../src/driver/link-ids.js';
import { failure, partOf } from '../../helpers/part-of.js';

/** Gives answers in order, the last one for ever; notes pauses and log lines. */
function scripted(...answers: readonly (readonly number[] | Error)[]) {
  const pausesMs: number[] = [];
  const logs: string[] = [];
  const asked: number[] = [];
  let at = 0;
  const ports: Pick<Ports, 'random' | 'clock' | 'logger'> = {
    random: {
      bytes: async (length) => {
        asked.push(length);
        const answer = answers[Math.min(at++, answers.length - 1)];
        if (answer instanceof Error) throw answer;
        return Uint8Array.from(answer ?? []).subarray(0, length);
      },
    },
    clock: partOf<Ports['clock']>({ sleep: async (ms) => void pausesMs.push(ms) }),
    logger: { log: (level, message) => void logs.push(`${level}: ${message}`) },
  };
  return { ports, pausesMs, logs, asked };
}

const SEVENTEEN = Array.from({ length: 17 }, (_, index) => index);

describe('generateLinkId', () => {
  it('gives 26 characters of base-32 for 17 bytes', async () => {
    expect(await generateLinkId(scripted(SEVENTEEN).ports)).toBe('AAAQEAYEAUDAOCAJBIFQYDIOB4');
  });

  it('keeps what a short read gave and asks for the rest', async () => {
    const { ports, asked } = scripted(SEVENTEEN.slice(0, 5), SEVENTEEN.slice(5));
    expect(await generateLinkId(ports)).toBe('AAAQEAYEAUDAOCAJBIFQYDIOB4');
    expect(asked).toEqual([17, 12]);
  });

  it('pauses longer after each EPERM, and says so', async () => {
    const refused = failure('EPERM', 'read', '/dev/urandom');
    const { ports, pausesMs, logs } = scripted(refused, refused, SEVENTEEN);
    expect(await generateLinkId(ports)).toBe('AAAQEAYEAUDAOCAJBIFQYDIOB4');
    expect(pausesMs).toEqual([10, 20]);
    expect(logs[1]).toBe(
      'error: error generating version 4 uuid, retrying: ' +
        'read /dev/urandom: operation not permitted',
    );
  });

  it('panics after nine pauses', async () => {
    const { ports, pausesMs } = scripted(failure('EPERM', 'read', '/dev/urandom'));
    const panic = generateLinkId(ports);
    await expect(panic).rejects.toBeInstanceOf(GoPanicError);
    await expect(panic).rejects.toThrow(
      'error reading random number generator, retried for 450ms: ' +
        'read /dev/urandom: operation not permitted',
    );
    expect(pausesMs).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  it('panics at once for any other errno', async () => {
    await expect(generateLinkId(scripted(failure('EAGAIN', 'read')).ports)).rejects.toThrow(
      'error reading random number generator, retried for 0s: ' +
        'resource temporarily unavailable',
    );
  });

  it('lets what is no failed call through', async () => {
    await expect(generateLinkId(scripted(new TypeError('a mistake')).ports)).rejects.toThrow(
      TypeError,
    );
  });
});
