/**
 * Establishes that the driver in profile moby-2019 answers as the pinned moby driver does: every
 * scenario of test/scenarios is played on the real kernel, and the answers, the files left on disk,
 * the mount table and the bytes of archives are compared with those recorded from the seed's
 * overlay.go. Where a witness of the seed is built here, what it answers now is compared too.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../helpers/scenario-canonical.js';
import { describeDifference } from '../helpers/scenario-compare.js';
import {
  findWitness,
  makeScenarioHome,
  playOnPeer,
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

const witness = findWitness('seed');

let host: ScenarioHost;
let place: ScenarioHome | undefined;

beforeEach(async () => {
  host = await openLinuxScenarioHost();
});

afterEach(async () => {
  if (place !== undefined) {
    unmountBelow(place.home);
    place.remove();
    place = undefined;
  }
  await host.dispose();
});

describe.each(scenarioNames())('the scenario %s', (name) => {
  const scenario = readScenario(name);
  const reason = whyNotHere(scenario.needs);

  it('is answered as the seed answered it', async ({ skip }) => {
    if (reason !== undefined) skip(reason);
    const { answers } = readFixture(name);
    host.setUmask(Number.parseInt(scenario.umask ?? '022', 8));
    place = makeScenarioHome(scenario);
    const given = givenArchives(answers, unpackArchive);

    const ours = await runScenario({ host, home: place.home, steps: scenario.steps, given });

    expect(describeDifference(scenario.steps, answers, ours, unpackArchive)).toBeUndefined();
  });

  it('was recorded as the seed answers it now', ({ skip }) => {
    if (reason !== undefined) skip(reason);
    if (witness === undefined) return skip('the seed is not built here: see peers/README.md');
    const { answers } = readFixture(name);
    const steps = scenario.steps.map(({ seed: _seed, loose: _loose, ...step }) => step);

    const now = playOnPeer(witness, scenario).map(withoutListing);

    expect(describeDifference(steps, answers, now, unpackArchive)).toBeUndefined();
  });
});

/** The witness tells what is in an archive, which its bytes tell already. */
function withoutListing(answer: Answer): Answer {
  const told = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { listing: _listing, ...rest } = value as Record<string, unknown>;
    return rest;
  };
  return { ...answer, ok: told(answer.ok), also: told(answer.also) };
}
