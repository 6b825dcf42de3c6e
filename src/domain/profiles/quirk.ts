/** A number of the quirk catalogue, Q-01 … Q-50. */
export type QuirkId = `Q-${string}`;
