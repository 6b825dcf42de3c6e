// A client of the graph driver protocol that throws what a plugin answers in `Err`.
import { Agent, request } from 'node:http';

/**
 * Opens a client.
 *
 * @param connections - how many calls may be on their way at once.
 */
export function openClient(socketPath, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = (path, body) =>
    new Promise((resolve, reject) => {
      const call = { socketPath, path: `/${path}`, method: 'POST', agent };
      const asked = request(call, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(chunks);
          if (response.statusCode === 200) resolve(whole);
          else reject(new Error(`${path}: ${response.statusCode} ${whole.toString()}`));
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  return {
    /** Asks a method; gives the members of its answer. */
    async ask(method, members) {
      const body = await send(`GraphDriver.${method}`, `${JSON.stringify(members)}\n`);
      return answerOf(method, body);
    },
    /** Fills a layer; gives its size. */
    async apply(id, parent, archive) {
      const path = `GraphDriver.ApplyDiff?id=${id}&parent=${parent}`;
      return answerOf('ApplyDiff', await send(path, archive));
    },
    /** Gives a layer's archive. */
    diff: (id, parent) => send('GraphDriver.Diff', JSON.stringify({ ID: id, Parent: parent })),
    close: () => agent.destroy(),
  };
}

function answerOf(method, body) {
  const answer = JSON.parse(body.toString());
  if (answer.Err !== undefined) throw new Error(`${method}: ${answer.Err}`);
  return answer;
}
