import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;

export interface Serving {
  readonly pid: number;
  readonly baseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts the product's own http process on a database, as an operator does; in demo it finds a free port. The caller stops it. */
export async function serveProduct(options: {
  readonly url: string;
  readonly ownerUrl: string;
  readonly dataDir: string;
}): Promise<Serving> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', resolve(ROOT, 'apps/server/src/main.ts'), 'serve'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: options.url,
        DATABASE_OWNER_URL: options.ownerUrl,
        RSM_DATA_DIR: options.dataDir,
        LOG_LEVEL: 'error',
      },
    },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  let said = '';
  const address = new Promise<string>((found, refuse) => {
    let isListening = false;
    const read = (chunk: Buffer): void => {
      // Errors alone are said by then, and whoever measures must see them.
      if (isListening) process.stderr.write(chunk);
      else said += chunk.toString('utf8');
      const [, url] = /^Listening at (\S+)$/m.exec(said) ?? [];
      if (url === undefined) return;
      isListening = true;
      found(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => refuse(new Error(`The server ended:\n${said}`)));
    setTimeout(() => refuse(new Error(`The server does not answer:\n${said}`)), START_LIMIT_MS).unref();
  });
  try {
    const baseUrl = (await address).replace(/\/+$/, '');
    if (child.pid === undefined) throw new Error('The server has no process.');
    return { pid: child.pid, baseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
