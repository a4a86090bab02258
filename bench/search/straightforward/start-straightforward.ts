import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const startedSchema = z.object({ baseUrl: z.string(), token: z.string() });

export type Straightforward = z.infer<typeof startedSchema> & { stop(): Promise<void> };

/** Starts the straightforward stack on a loaded database. The caller stops it. */
export async function startStraightforward(url: string): Promise<Straightforward> {
  const child = fork(join(import.meta.dirname, 'serve-straightforward.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, DATABASE_URL: url, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const started = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    ended.then(() => reject(new Error('The straightforward stack ended.')), reject);
  });
  return {
    ...startedSchema.parse(started),
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}
