import { z } from 'zod';
import { formatMountLabel } from '../../../domain/mounts/mount-label.js';
import {
  escapeLayerOption,
  escapeLowerdir,
  splitLowerdir,
  splitMountOptions,
  unescapeLayerOption,
} from '../../../domain/mounts/overlay-escape.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { everyText, told } from './alphabet.js';

const TEXT = z.strictObject({ text: z.string() });
const LETTERS = ['\\', ',', ':', 'a'] as const;
const KERNEL = 'Linux fs/overlayfs/params.c ovl_next_opt, ovl_unescape';

const DATA = [
  'lowerdir=/a:/b,upperdir=/c,workdir=/d',
  'index=off,lowerdir=/a\\:b:/c,upperdir=/d\\,e,workdir=/f',
  ',,lowerdir=/a,',
  'context="a,b",lowerdir=/a',
  'lowerdir=/a\\\\,upperdir=/b',
  '',
] as const;

const LABELS: readonly string[] = [
  '',
  'l',
  'a,b',
  'q"u',
  'a\\b',
  'ä',
  '\t',
  '\u0000',
  'u:object_r:t:s0:c1,c2',
];

function* short(length: number) {
  for (const text of everyText(LETTERS, length)) yield { input: { text }, comment: told(text) };
}

/** How option strings are put together and how the kernel takes them apart. */
export const MOUNT_OPTIONS: RuleGroup = {
  rule: 'mount-options',
  source: 'Linux fs/overlayfs/params.c; opencontainers/selinux label_selinux.go',
  functions: [
    ruleFunction({
      name: 'escapeLowerdir',
      source: 'Linux Documentation/filesystems/overlayfs.rst',
      why: 'In lowerdir a colon parts layers, so that it needs a backslash, too',
      input: TEXT,
      value: z.string(),
      run: ({ text }) => escapeLowerdir(text),
      cases: () => short(2),
    }),
    ruleFunction({
      name: 'escapeLayerOption',
      source: 'Linux Documentation/filesystems/overlayfs.rst',
      why: 'In upperdir and workdir a colon is a plain character',
      input: TEXT,
      value: z.string(),
      run: ({ text }) => escapeLayerOption(text),
      cases: () => short(2),
    }),
    ruleFunction({
      name: 'splitLowerdir',
      source: KERNEL,
      why: 'A backslash takes the next byte as it is, and goes; two colons have nothing between',
      input: TEXT,
      value: z.array(z.string()),
      run: ({ text }) => [...splitLowerdir(text)],
      cases: () => short(3),
    }),
    ruleFunction({
      name: 'unescape',
      source: KERNEL,
      why: 'A lone backslash at the end goes',
      input: TEXT,
      value: z.string(),
      run: ({ text }) => unescapeLayerOption(text),
      cases: () => short(2),
    }),
    ruleFunction({
      name: 'splitOptions',
      source: KERNEL,
      why: 'Quotes mean nothing to overlayfs; empty options are passed over',
      input: TEXT,
      value: z.array(z.string()),
      run: ({ text }) => [...splitMountOptions(text)],
      *cases() {
        for (const text of DATA) yield { input: { text }, comment: told(text) };
        yield* short(2);
      },
    }),
    ruleFunction({
      name: 'FormatMountLabel',
      source: 'opencontainers/selinux go-selinux/label/label_selinux.go FormatMountLabel',
      why: 'The label is quoted as Go’s %q does, and no label adds nothing',
      input: z.strictObject({ options: z.string(), label: z.string() }),
      value: z.string(),
      run: ({ options, label }) => formatMountLabel(options, label),
      *cases() {
        for (const options of ['', 'lowerdir=/a']) {
          for (const label of LABELS) {
            yield { input: { options, label }, comment: `${told(options)}, label ${told(label)}` };
          }
        }
      },
    }),
  ],
};
