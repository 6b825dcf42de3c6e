/** Establishes whom a plugin lets speak: root, and nobody else of whom it cannot tell. */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { admitRoot } from '../../../src/plugin/admit-root.js';

function socketOf(handle: unknown): Socket {
  return { _handle: handle } as unknown as Socket;
}

describe('admitRoot', () => {
  it('admits root alone, by the descriptor of the connection', () => {
    const mayConnect = admitRoot((fd) => (fd === 7 ? 0 : 1000));

    expect(mayConnect(socketOf({ fd: 7 }))).toBe(true);
    expect(mayConnect(socketOf({ fd: 8 }))).toBe(false);
  });

  it.each([undefined, null, {}, { fd: -1 }, { fd: '7' }])('refuses a handle of %j', (handle) => {
    expect(admitRoot(() => 0)(socketOf(handle))).toBe(false);
  });

  it('refuses who cannot be told', () => {
    const mayConnect = admitRoot(() => {
      throw new Error('ENOTCONN');
    });

    expect(mayConnect(socketOf({ fd: 7 }))).toBe(false);
  });
});
