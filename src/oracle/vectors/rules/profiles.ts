import { z } from 'zod';
import { keepsQuirk } from '../../../domain/profiles/profile.js';
import { QUIRKS } from '../../../domain/profiles/quirk.js';
import { profileOf, type RuleGroup, ruleFunction, VECTOR_PROFILES } from '../rule-group.js';

/** The catalogue of quirks, and which profile keeps them. */
export const PROFILES_GROUP: RuleGroup = {
  rule: 'profiles',
  source: 'docs/profiles.md',
  functions: [
    ruleFunction({
      name: 'quirk',
      source: 'docs/profiles.md',
      why: 'The seed has them all; strict mends them all',
      input: z.strictObject({ quirk: z.string() }),
      value: z.strictObject({
        title: z.string(),
        severity: z.enum(['low', 'medium', 'high']),
        kept: z.array(z.string()),
      }),
      run: ({ quirk }) => {
        const row = QUIRKS.find(({ id }) => id === quirk);
        if (row === undefined) throw new Error(`there is no quirk ${quirk}`);
        const kept = VECTOR_PROFILES.filter((profile) =>
          keepsQuirk(profileOf({ profile }), row.id),
        );
        return { title: row.title, severity: row.severity, kept: [...kept] };
      },
      *cases() {
        for (const { id, title } of QUIRKS) yield { input: { quirk: id }, comment: title };
      },
    }),
  ],
};
