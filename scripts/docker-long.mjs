// The tests with Docker's daemon, those that take minutes included: `npm run docker-long`.
import { runVitest, whyNoMountNamespace } from './run-vitest.mjs';

const reason = whyNoMountNamespace();
if (reason === undefined) {
  process.env.DOCKER_LONG = '1';
  runVitest(['--project', 'e2e', 'test/e2e/docker', 'test/e2e/plugin', ...process.argv.slice(2)]);
} else {
  console.error(`the tests with Docker's daemon are skipped: ${reason}`);
}
