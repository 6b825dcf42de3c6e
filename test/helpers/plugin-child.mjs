/**
 * `plugin serve` of the built package, which kills itself instead of a call that would change
 * something: its parent sends which one, counted from then on, and hears `armed`.
 * Arguments: socket, state directory.
 */
import { CallGate } from '../../dist/adapters/faults/call-gate.js';
import { interceptPorts } from '../../dist/adapters/faults/intercept.js';
import { mutatingOnly } from '../../dist/adapters/faults/port-call.js';
import { startLinux } from '../../dist/cli/plugin/start-linux.js';
import { STRICT } from '../../dist/domain/profiles/strict.js';
import { JsonLog } from '../../dist/plugin/call-log.js';
import { servePlugin } from '../../dist/plugin/serve-plugin.js';

const [, , path, stateDirectory] = process.argv;
const passOn = (_call, perform) => perform();
let around = passOn;

process.on('message', (at) => {
  const gate = new CallGate((_call, number) => {
    if (number === at) process.kill(process.pid, 'SIGKILL');
    return 'pass';
  }, mutatingOnly);
  around = gate.around;
  process.send('armed');
});

const log = new JsonLog('info', (line) => process.stderr.write(line));
await servePlugin({
  at: { path },
  stateDirectory,
  start: startLinux({
    profile: STRICT,
    backend: 'mount2',
    logLevel: 'info',
    writeLog: (line) => log.logDriverLine(line),
    decorate: (ports) => interceptPorts(ports, (call, perform) => around(call, perform)),
  }),
  log,
});
