import { expect } from 'vitest';

/** Matches an error with exactly this message, whatever its other fields are. */
export function withMessage(message: string): unknown {
  return expect.objectContaining({ message });
}
