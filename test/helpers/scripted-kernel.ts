/** Ports whose answers a test changes one by one; every other call reaches the real port. */
import type { Ports } from '../../src/driver/context.js';

/** Which methods of which ports answer otherwise. */
export type Answers = { readonly [Port in keyof Ports]?: Partial<Ports[Port]> };

/** Gives the ports with the given methods in place of their own. */
export function answering(ports: Ports, answers: Answers): Ports {
  const changed = Object.entries(answers).map(([name, methods]) => {
    const port = ports[name as keyof Ports];
    const proxy = new Proxy(port, {
      get(target, method): unknown {
        if (method in methods) return Reflect.get(methods, method);
        const value: unknown = Reflect.get(target, method, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return [name, proxy] as const;
  });
  return { ...ports, ...Object.fromEntries(changed) };
}
