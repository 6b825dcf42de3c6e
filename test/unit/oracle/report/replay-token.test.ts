/** Shows that a replay survives its token, and that anything else is refused by name. */
import { describe, expect, it } from 'vitest';
import {
  decodeReplay,
  encodeReplay,
  type Replay,
} from '../../../../src/oracle/report/replay-token.js';

const REPLAY: Replay = {
  target: 'builtin:fake',
  profile: 'moby-2019',
  judgeProfile: 'strict',
  kernel: '6.1',
  seed: 4294967295,
  index: 12,
  sequence: {
    surroundings: { homePadding: 7 },
    operations: [
      { op: 'create', id: 'a\0ä', parent: '', readWrite: false },
      { op: 'apply', id: 'a', parent: '', archive: [{ name: '\u00ff', type: 'file', mode: 0 }] },
    ],
  },
  faults: [{ call: 3, errno: 'EIO' }],
};

describe('replay tokens', () => {
  it('carry everything, in one word that shells take as it is', () => {
    const token = encodeReplay(REPLAY);

    expect(token).toMatch(/^[\w-]+$/);
    expect(decodeReplay(token)).toEqual(REPLAY);
    expect(decodeReplay(`  ${token}\n`)).toEqual(REPLAY);
  });

  it('may be JSON', () => {
    expect(decodeReplay(JSON.stringify(REPLAY))).toEqual(REPLAY);
  });

  it.each([
    ['nothing', ''],
    ['a token of another version', 'o2r9-abc'],
    ['a damaged token', encodeReplay(REPLAY).slice(0, 40)],
    ['other JSON', '{"a": 1}'],
    ['no operations', JSON.stringify({ ...REPLAY, sequence: {} })],
    [
      'operations that are none',
      JSON.stringify({
        ...REPLAY,
        sequence: { surroundings: { homePadding: 0 }, operations: [3] },
      }),
    ],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeReplay(text)).toThrowError(
      expect.objectContaining({
        code: 'replay',
        message: expect.stringMatching(/^not a replay: /),
      }),
    );
  });
});
