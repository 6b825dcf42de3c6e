// Establishes that a testee which does not answer as the protocol has it is a verdict that names
// the request, what came and its standard error: small programs that misbehave in one way each.
import { expect, test } from 'vitest';
import { ProtocolFault } from '../../../../src/oracle/protocol/protocol-fault.js';
import { ProgramClient } from '../../../../src/oracle/targets/program/program-client.js';

const LIMITS = { lineBytesMax: 4096, replyMs: 10_000 };

/** A program that runs some code for every line, with `say` to answer a line. */
function program(onLine: string): readonly string[] {
  const code = `
    const say = (text) => process.stdout.write(text + '\\n');
    let rest = '';
    process.stdin.on('data', (chunk) => {
      rest += chunk;
      const lines = rest.split('\\n');
      rest = lines.pop();
      for (const line of lines) { const request = JSON.parse(line); ${onLine} }
    });`;
  return [process.execPath, '-e', code];
}

async function faultOf(
  command: readonly string[],
  limits = LIMITS,
  times = 1,
): Promise<ProtocolFault> {
  const client = new ProgramClient(command, limits, () => undefined);
  try {
    for (let i = 0; i < times; i++) await client.ask('exists', { id: 'a' });
  } catch (error) {
    if (error instanceof ProtocolFault) return error;
    throw error;
  } finally {
    await client.kill();
  }
  throw new Error('there was no fault');
}

const GOOD = 'say(JSON.stringify({ id: request.id, result: { exists: true } }));';

test.each([
  ['a line that is no JSON', "say('hello');", 'not-json', 'hello'],
  ['JSON that is no object', "say('[1]');", 'not-json', '[1]'],
  ['a reply to another request', 'say(\'{"id":7,"result":{}}\');', 'wrong-id', '"id":7'],
  ['neither result nor error', 'say(\'{"id":1}\');', 'wrong-reply', 'exactly one'],
  ['a result of another form', 'say(\'{"id":1,"result":{}}\');', 'wrong-reply', 'result.exists'],
  ['a crash', 'process.exit(3);', 'exit', 'code 3'],
  ['an end by a signal', "process.kill(process.pid, 'SIGKILL');", 'exit', 'SIGKILL'],
  ['a line that is too long', "say('x'.repeat(5000));", 'oversized', 'without an end of line'],
])('takes %s for a fault', async (_what, code, kind, came) => {
  const fault = await faultOf(program(code));

  expect(fault.fault).toBe(kind);
  expect(fault.came).toContain(came);
  expect(fault.request).toContain('"method":"exists"');
});

test.each([
  ['at once', `${GOOD} ${GOOD}`],
  ['after the next request', `request.id = 1; ${GOOD}`],
])('takes a second reply to one request for a fault, when it comes %s', async (_when, code) => {
  const fault = await faultOf(program(code), LIMITS, 2);

  expect(fault.fault).toBe('surplus');
});

test('takes a hang for a fault, and kills the program', async () => {
  const fault = await faultOf(program(''), { ...LIMITS, replyMs: 300 });

  expect(fault.fault).toBe('late');
  expect(fault.came).toBe('nothing within 300 ms');
});

test('keeps the end of standard error', async () => {
  const code = "process.stderr.write('y'.repeat(9000) + 'why', () => process.exit(1));";

  const { stderr } = await faultOf(program(code));

  expect(stderr).toHaveLength(4096);
  expect(stderr.endsWith('why')).toBe(true);
});

test('takes a program that is not there for a fault', async () => {
  const fault = await faultOf(['/nowhere/at/all']);

  expect(fault.fault).toBe('start');
});
