// Establishes how overlay is found in /proc/filesystems.
import { describe, expect, it } from 'vitest';
import { listsOverlay } from '../../../../src/domain/host/proc-filesystems.js';

describe('listsOverlay', () => {
  it.each([
    'nodev\toverlay\n',
    'nodev\toverlay',
    'nodev\tsysfs\n\text4\nnodev\toverlay\nnodev\ttmpfs\n',
    'nodev\toverlay\r\n',
  ])('finds overlay in %j', (text) => {
    expect(listsOverlay(text)).toBe(true);
  });

  it.each([
    '',
    'nodev\tsysfs\n\text4\n',
    'nodev overlay\n',
    '\toverlay\n',
    'nodev\toverlayfs\n',
    'xnodev\toverlay\n',
    'nodev\toverlay \n',
  ])('does not find it in %j', (text) => {
    expect(listsOverlay(text)).toBe(false);
  });
});
