// Plants one module in this process, before anything imports it.
import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

/**
 * Lets a built module be loaded from another text from now on.
 *
 * @returns tells whether it was loaded so.
 */
export function installPlanted(planted) {
  const { port1, port2 } = new MessageChannel();
  register('./museum-hook.mjs', import.meta.url, {
    data: { planted, port: port2 },
    transferList: [port2],
  });
  port1.unref();
  let loaded = false;
  return () => {
    loaded ||= receiveMessageOnPort(port1) !== undefined;
    return loaded;
  };
}
