import { setTimeout as sleep } from 'node:timers/promises';

const GC_PAUSE_MS = 300;

/** The child's side of `startChild`: says the port, and answers what is asked. */
export function serveAsChild(port: number, onMessage: (message: unknown) => void = () => undefined): void {
  process.on('message', (asked) => {
    if (asked === 'memory') tellMemory().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    else if (typeof asked === 'object' && asked !== null && 'message' in asked) onMessage(asked.message);
  });
  process.send?.({ port });
}

async function tellMemory(): Promise<void> {
  const { system, user } = process.cpuUsage();
  globalThis.gc?.();
  await sleep(GC_PAUSE_MS);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heapUsed, rss, cpuMs: (system + user) / 1_000 });
}
