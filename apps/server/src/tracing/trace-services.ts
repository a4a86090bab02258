import type { Services } from '@rsm/api';
import type { Tracing } from './tracing.ts';

/** The same services, each call of a method inside a span of its name. */
export function traceServices<All extends Services>(services: All, tracing: Tracing): All {
  return new Proxy(services, {
    get(all, noun, receiver) {
      const service: unknown = Reflect.get(all, noun, receiver);
      return typeof service === 'object' && service !== null ? traceService(String(noun), service, tracing) : service;
    },
  });
}

function traceService(noun: string, service: object, tracing: Tracing): object {
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]): unknown =>
        // On the service itself: its private fields know no proxy.
        tracing.run({ kind: 'service', name: `${noun}.${String(name)}` }, (): unknown =>
          Reflect.apply(method, target, args),
        );
    },
  });
}
