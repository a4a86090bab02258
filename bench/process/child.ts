import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const memorySchema = z.object({ rss: z.number(), heapUsed: z.number(), cpuMs: z.number() });
const upSchema = z.object({ port: z.int() });

/** A server in a process of its own, so that its memory and its event loop are its own. */
export interface Child {
  readonly pid: number;
  readonly port: number;
  readonly send: (message: unknown) => void;
  /** What it holds after its garbage was collected, and the processor time it has had so far. */
  readonly memory: () => Promise<z.infer<typeof memorySchema>>;
  readonly stop: () => Promise<void>;
}

/** Starts a module of this folder that calls `serveAsChild`. */
export async function startChild(module: string, args: readonly string[]): Promise<Child> {
  const child = fork(module, [...args], { execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'] });
  const { port } = upSchema.parse(await answerOf(child));
  if (child.pid === undefined) throw new Error('The measured process could not be started.');
  return {
    pid: child.pid,
    port,
    send: (message) => void child.send({ message }),
    memory: async () => {
      child.send('memory');
      return memorySchema.parse(await answerOf(child));
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (status) => reject(new Error(`The measured process ended with ${String(status)}.`)));
  });
}
