// Prints the table of rules of docs/fsck.md from the built catalogue.
//
//   npm run build && node scripts/fsck-rules.mjs
import { FSCK_RULES } from '../dist/domain/fsck/rules.js';

console.log('| Rule | Severity | Q | What is wrong | What it will cause | Mend |');
console.log('|---|---|---|---|---|---|');
for (const { id, severity, quirk, title, effect, remedy } of FSCK_RULES) {
  console.log(`| \`${id}\` | ${severity} | ${quirk ?? ''} | ${title} | ${effect} | ${remedy} |`);
}
