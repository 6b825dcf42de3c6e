/**
 * Seeds fast-check for a test file. The seed comes from `FC_SEED`, which the vitest configuration
 * sets for all workers; run outside of it, the seed is random and printed here.
 */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';

const given = process.env['FC_SEED'];
const seed = given === undefined ? randomInt(2 ** 31) : Number(given);

if (!Number.isInteger(seed)) throw new Error(`FC_SEED is not an integer: ${String(given)}`);
if (given === undefined) process.stderr.write(`FC_SEED=${seed} repeats this run\n`);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
