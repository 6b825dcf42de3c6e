/**
 * Establishes how a label is appended to mount options, by the worked examples.
 */
import { describe, expect, it } from 'vitest';
import { formatMountLabel } from '../../../../src/domain/mounts/mount-label.js';

describe('formatMountLabel', () => {
  it.each([
    ['a=b', 'system_u:object_r:c_t:s0:c1,c2', 'a=b,context="system_u:object_r:c_t:s0:c1,c2"'],
    ['', 'q"u', 'context="q\\"u"'],
    ['x', '', 'x'],
    ['', '', ''],
    ['x', 'a\\b\nc', 'x,context="a\\\\b\\nc"'],
    ['x', 'é\u00ad', 'x,context="é\\u00ad"'],
  ])('appends to %j the label %j', (options, label, result) => {
    expect(formatMountLabel(options, label)).toBe(result);
  });
});
