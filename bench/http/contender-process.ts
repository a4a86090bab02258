import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ContenderName } from './contenders.ts';

export interface ContenderProcess {
  readonly port: number;
  /** The time that it has spent on processors so far, in microseconds. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a contender and waits until it listens. The caller stops it. */
export async function startContenderProcess(name: ContenderName): Promise<ContenderProcess> {
  const child = fork(join(import.meta.dirname, 'serve-contender.ts'), [name], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const next = async (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      ended.then(() => reject(new Error(`The contender "${name}" ended.`)), reject);
    });
  const started = await next();
  return {
    port: numberIn(started, 'port'),
    cpuMicros: async () => {
      const answer = next();
      child.send('cpu');
      const cpu: unknown = fieldOf(await answer, 'cpu');
      return numberIn(cpu, 'user') + numberIn(cpu, 'system');
    },
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}

function fieldOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

function numberIn(message: unknown, name: string): number {
  const value = fieldOf(message, name);
  if (typeof value !== 'number') throw new Error(`The contender does not say its ${name}.`);
  return value;
}
