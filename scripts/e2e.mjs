// The e2e tests, as root, in a mount namespace of their own: `npm run e2e [-- test/e2e/x.test.ts]`.
import { runVitest, whyNoMountNamespace } from './run-vitest.mjs';

const reason = whyNoMountNamespace();
if (reason === undefined) {
  runVitest(['--project', 'e2e', ...process.argv.slice(2)]);
} else {
  console.error(`e2e tests are skipped: ${reason}`);
  // A machine that is no root's may skip them; root finding no namespace means a broken set-up.
  process.exitCode = process.getuid?.() === 0 ? 1 : 0;
}
