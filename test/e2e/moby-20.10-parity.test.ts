/**
 * Establishes that the driver in profile moby-20.10 answers as moby 20.10 does, wherever that was
 * recorded to answer otherwise than the seed: every such scenario of test/scenarios is played on
 * the real kernel and compared with the recorded answers.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { MOBY_20_10 } from '../../src/domain/profiles/moby-20.10.js';
import type { Answer } from '../helpers/scenario-canonical.js';
import { describeDifference } from '../helpers/scenario-compare.js';
import {
  makeScenarioHome,
  readFixture,
  readScenario,
  type ScenarioHome,
  scenarioNames,
  unpackArchive,
} from '../helpers/scenario-fixtures.js';
import { openLinuxScenarioHost } from '../helpers/scenario-linux.js';
import { whyNotHere } from '../helpers/scenario-needs.js';
import type { ScenarioHost } from '../helpers/scenario-types.js';
import { unmountBelow } from '../helpers/scenario-unmount.js';
import { givenArchives, runScenario } from '../helpers/scenario.js';

let host: ScenarioHost | undefined;
let place: ScenarioHome | undefined;

afterEach(async () => {
  if (place !== undefined) {
    unmountBelow(place.home);
    place.remove();
    place = undefined;
  }
  await host?.dispose();
  host = undefined;
});

/** Modes 0710 (V-01) and the fourth row (V-03) alone were not recorded as differences. */
function masked(answers: readonly Answer[]): readonly Answer[] {
  const text = JSON.stringify(answers)
    .replaceAll('dir 0710 ', 'dir 0700 ')
    .replaceAll(',["userxattr","false"]', '');
  return JSON.parse(text) as readonly Answer[];
}

const names = scenarioNames().filter((name) => readFixture(name).moby2010 !== undefined);

describe.each(names)('the scenario %s', (name) => {
  const scenario = readScenario(name);
  const reason = whyNotHere(scenario.needs);

  it('is answered as moby 20.10 answered it', async ({ skip }) => {
    if (reason !== undefined) skip(reason);
    host = await openLinuxScenarioHost(MOBY_20_10);
    const { answers, moby2010 = [] } = readFixture(name);
    const later = new Map(moby2010.map((answer) => [answer.step, answer]));
    const wanted = answers.map((answer) => later.get(answer.step) ?? answer);
    const steps = scenario.steps.map(({ seed: _seed, ...step }) => step);
    host.setUmask(Number.parseInt(scenario.umask ?? '022', 8));
    place = makeScenarioHome(scenario);
    const given = givenArchives(wanted, unpackArchive);

    const ours = await runScenario({ host, home: place.home, steps: scenario.steps, given });

    const difference = describeDifference(steps, masked(wanted), masked(ours), unpackArchive);
    expect(difference).toBeUndefined();
  });
});
