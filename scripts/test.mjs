// Every test that this machine allows: `npm test`, or `npm test -- test/unit/domain` for some.
import { runVitest } from './run-vitest.mjs';

runVitest(process.argv.slice(2));
