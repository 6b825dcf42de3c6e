import { chainFlaws } from './chain-flaws.js';
import type { Flaw } from './flaw.js';
import { homeFlaws } from './home-flaws.js';
import { linkFlaws } from './link-flaws.js';
import { mountFlaws } from './mount-flaws.js';
import { partFlaws } from './part-flaws.js';
import { FSCK_RULES } from './rules.js';
import { indexStore } from './store-index.js';
import type { StoreSurvey } from './survey.js';

/**
 * Finds everything that is wrong in a home.
 *
 * @returns findings in the order of the rules, then of the paths.
 * @public
 * @since 0.1.0
 */
export function findFlaws(survey: StoreSurvey): readonly Flaw[] {
  const index = indexStore(survey);
  const flaws = [
    ...linkFlaws(index),
    ...chainFlaws(index),
    ...partFlaws(index),
    ...homeFlaws(index),
    ...mountFlaws(index),
  ];
  const order = new Map(FSCK_RULES.map(({ id }, i) => [id, i]));
  const place = ({ rule }: Flaw): number => order.get(rule) ?? 0;
  return flaws.sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1));
}
