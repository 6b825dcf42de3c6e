import type { ProfileName } from '../../domain/profiles/profile.js';
import type { World } from '../model/facts.js';
import { factsOf } from './profile-facts.js';
import { type Core, State } from './state.js';

/** Gives the rules of a profile and a state to judge by them: of a home just made, unless told. */
export function coreOf(profile: ProfileName, world: World, known?: State): Core {
  const facts = factsOf(profile);
  const state = known ?? new State();
  if (known === undefined) state.strays = facts.strays;
  return { rules: { ...facts, profile, world }, state };
}
