/** Establishes which kernels have a name, with what of their module switched on. */
import { describe, expect, it } from 'vitest';
import { findKernelPreset } from '../../../../src/domain/union/kernel-presets.js';

describe('a kernel preset', () => {
  it('has switches of its module on that its name lists', () => {
    const plain = findKernelPreset('6.18');
    const preset = findKernelPreset('6.18+redirect_dir+metacopy');

    expect(plain.parameters).toMatchObject({ redirect_dir: 'N', metacopy: 'N', index: 'N' });
    expect(preset.parameters).toMatchObject({ redirect_dir: 'Y', metacopy: 'Y', index: 'N' });
    expect(preset.name).toBe('6.18+redirect_dir+metacopy');
    expect(preset.rules).toBe(plain.rules);
  });

  it.each([
    ['7.9', 'no kernel is named 7.9; there are 4.0, '],
    ['4.0+redirect_dir', '4.0 has no switch redirect_dir; there are none'],
    ['4.10', 'no kernel is named 4.10'],
    ['6.18+redirect_max', '6.18 has no switch redirect_max; there are check_copy_up, '],
    ['6.18+', '6.18 has no switch ; there are '],
  ])('of the name %j is refused', (name, text) => {
    expect(() => findKernelPreset(name)).toThrow(text);
  });
});
