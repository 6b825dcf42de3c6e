import { z } from 'zod';
import { isLinkId, linkIdFromBytes, parseLinkId } from '../../../domain/layers/link-id.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { fromBase64, toBase64, told } from './alphabet.js';

const BYTES = 17;
const ID = 'ABCDEFGHIJKLMNOPQRSTUVWX23';

/** Texts that are link ids, or nearly. */
const TEXTS = [
  ID,
  '',
  'l',
  ID.slice(1),
  `${ID}A`,
  ID.toLowerCase(),
  `${ID}\n`,
  `\n${ID}`,
  ` ${ID}`,
  'A'.repeat(26),
  '7'.repeat(26),
  '0'.repeat(26),
  '1'.repeat(26),
  '8'.repeat(26),
  'A'.repeat(25),
  'A'.repeat(27),
  `${'A'.repeat(25)}=`,
  `${'A'.repeat(25)}/`,
  `${'A'.repeat(25)}ä`,
  `${'A'.repeat(24)}..`,
  '../a',
  '.',
  '..',
  'garbage',
] as const;

/** Link ids: how they are made of random bytes, and what a `link` file may hold. */
export const LINK_ID_GROUP: RuleGroup = {
  rule: 'link-id',
  source: 'moby overlay2/randomid.go',
  functions: [
    ruleFunction({
      name: 'generateID',
      source: 'moby overlay2/randomid.go generateID',
      why: 'Standard base-32 of 17 bytes, cut to 26 characters: the last six bits never show',
      input: z.strictObject({ bytes: z.string() }),
      value: z.string(),
      run: ({ bytes }) => linkIdFromBytes(fromBase64(bytes)),
      *cases(random) {
        const one = (bytes: Uint8Array, comment: string) => ({
          input: { bytes: toBase64(bytes) },
          comment,
          flags: ['needs-bytes'] as const,
        });
        yield one(new Uint8Array(BYTES), 'all bits clear');
        yield one(new Uint8Array(BYTES).fill(0xff), 'all bits set');
        for (let bit = 0; bit < BYTES * 8; bit++) {
          const bytes = new Uint8Array(BYTES);
          bytes[bit >> 3] = 0x80 >> (bit & 7);
          yield one(bytes, `bit ${bit} alone`);
        }
        for (let i = 0; i < 20; i++) {
          yield one(
            Uint8Array.from({ length: BYTES }, () => random.below(256)),
            'drawn bytes',
          );
        }
      },
    }),
    ruleFunction({
      name: 'isLinkId',
      source: 'docs/profiles.md Q-14, Q-18, Q-21',
      why: 'Exactly 26 of A-Z and 2-7, and nothing around them, not even a newline',
      input: z.strictObject({ text: z.string() }),
      value: z.boolean(),
      run: ({ text }) => isLinkId(text),
      *cases() {
        for (const text of TEXTS) yield { input: { text }, comment: told(text) };
      },
    }),
    ruleFunction({
      name: 'parseLinkId',
      source: 'docs/profiles.md Q-14',
      why: 'Strict checks what the seed trusts, and quotes id and content as Go does',
      input: z.strictObject({ content: z.string(), id: z.string() }),
      value: z.string(),
      run: ({ content, id }) => parseLinkId(content, id),
      *cases() {
        for (const content of TEXTS) {
          const comment = `the link of "a" holds ${told(content)}`;
          yield { input: { content, id: 'a' }, comment, flags: ['strict'] };
        }
        const input = { content: 'x', id: 'a"\\\u0000' };
        yield { input, comment: 'an id that needs quoting', flags: ['strict'] };
      },
    }),
  ],
};
