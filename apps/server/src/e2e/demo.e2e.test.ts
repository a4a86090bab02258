import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn, signUp } from '../demo/market-client.ts';
import { waitFor } from '../demo/wait-for.ts';
import { API_PATH } from '../http/http-server.ts';
import { freePort, holdPort } from './testing/free-port.ts';
import { PASSWORD } from './testing/people.ts';
import { Program, startProgram } from './testing/program.ts';

/** From a clone with packages installed 60 s; with data there 5 s on a machine of its own, which other tests share here. */
const FIRST_ANSWER_LIMIT_MS = 60_000;
const NEXT_ANSWER_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 25_000;
const ROOT = resolve(import.meta.dirname, '../../../..');

const run = promisify(execFile);
const folders: string[] = [];
const demos: Demo[] = [];

/** `npm start` as a terminal runs it: a process group of its own, which Ctrl-C reaches as a whole. */
interface Demo {
  readonly program: Program;
  readonly url: string;
  /** Ctrl-C; resolves when the terminal would show its prompt again. npm itself ends by the signal, whatever its child says. */
  interrupt(): Promise<void>;
  /** Whatever still runs of it: of its process group, or with its data folder on the command line. */
  leftovers(): Promise<string>;
}

afterAll(async () => {
  // In order, because a killed demo would leave its Postgres behind.
  await Promise.all(demos.filter(({ program }) => program.isRunning).map((demo) => demo.interrupt()));
  for (const folder of folders) await removeWithDatabase(folder);
});

/** A folder that the user of Postgres can reach, or one that it can't. */
async function newFolder(mode: 0o755 | 0o700): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rsm-demo-e2e-'));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

/** Where the data folder can't be reached, the database lies elsewhere, and `location` names the place. */
async function placesOf(folder: string): Promise<readonly string[]> {
  const location = await readFile(join(folder, 'data', 'location'), 'utf8').catch(() => '');
  return location === '' ? [folder] : [folder, location.trim()];
}

async function removeWithDatabase(folder: string): Promise<void> {
  for (const place of await placesOf(folder)) await rm(place, { recursive: true, force: true });
}

const environmentOf = (folder: string, port: number): Readonly<Record<string, string>> => ({
  RSM_DATA_DIR: join(folder, 'data'),
  RSM_LAB: 'off',
  HTTP_PORT: String(port),
});

function spawnNpmStart(folder: string, port: number): ChildProcess {
  return spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environmentOf(folder, port) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts the demo and waits for its first answer. */
async function startDemo(folder: string, options: { readonly port: number; readonly limitMs: number }): Promise<Demo> {
  const child = spawnNpmStart(folder, options.port);
  const program = new Program(child);
  const exited = once(child, 'exit');
  const demo: Demo = {
    program,
    get url() {
      return /Address\s+(http\S+)/.exec(program.text)?.[1] ?? '';
    },
    interrupt: async () => {
      process.kill(-program.pid, 'SIGINT');
      await exited;
    },
    leftovers: async () => {
      const { stdout } = await run('ps', ['-eo', 'pid=,pgid=,args=']);
      const places = await placesOf(folder);
      const isOurs = (line: string) =>
        line.trim().split(/\s+/)[1] === String(program.pid) || places.some((place) => line.includes(place));
      return stdout.split('\n').filter(isOurs).join('\n');
    },
  };
  demos.push(demo);
  const startedAt = Date.now();
  await program.says('the demo is running', options.limitMs);
  expect((await fetch(`${demo.url}/health/ready`)).status).toBe(200);
  expect(Date.now() - startedAt).toBeLessThan(options.limitMs);
  return demo;
}

async function expectGone(demo: Demo, folder: string): Promise<void> {
  expect(await demo.leftovers()).toBe('');
  await expect(fetch(`${demo.url}/health/live`)).rejects.toThrow('fetch failed');
  const { program } = demo;
  expect(program.text).not.toMatch(/did not stop|Not everything could be stopped/);
  expect(await readFile(join(folder, 'data', 'running-address'), 'utf8').catch(() => 'no file')).toBe('no file');
}

describe('npm start', () => {
  const person = { email: 'first@e2e.example', password: PASSWORD, displayName: 'First' };
  let folder: string;
  let port: number;
  let demo: Demo;

  beforeAll(async () => {
    folder = await newFolder(0o755);
    port = await freePort();
    demo = await startDemo(folder, { port, limitMs: FIRST_ANSWER_LIMIT_MS });
  });

  it('keeps its database in its data folder, and its keys from everybody', async () => {
    const data = join(folder, 'data');
    expect(await readdir(data)).toContain('postgres');
    expect(await readdir(data)).not.toContain('location');
    expect((await stat(join(data, 'secrets'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(data, 'secrets'))) {
      expect((await stat(join(data, 'secrets', name))).mode & 0o777, name).toBe(0o600);
    }
  });

  it('lets the people in whose passwords it prints, also without a lab', async () => {
    const printed = [...demo.program.text.matchAll(/(Provider|Renter)\s+(\S+)\s+password (\S+)/g)];
    expect(printed.map(([, role]) => role)).toEqual(['Provider', 'Renter']);
    for (const [, , email = '', password = ''] of printed) {
      const session = await waitFor(`${email} to be there`, 15_000, async () =>
        signIn(`${demo.url}${API_PATH}`, { email, password }).catch(() => null),
      );
      expect(await session.market.users.me.query()).toMatchObject({ email });
    }
    await signUp(`${demo.url}${API_PATH}`, person);
  });

  it('refuses a second start on the same data, and says who has it and what to do', async () => {
    const second = startProgram(['demo'], { env: environmentOf(folder, port), cwd: folder });
    const { err, status } = await second.ended;
    expect(err).toMatch(/already runs; process \d+ started it\. Stop that process first, or set DATABASE_URL/);
    expect(status).toBe(3);
    expect((await fetch(`${demo.url}/health/ready`)).status).toBe(200);
  });

  it('ends with Ctrl-C and leaves no process, no port and no Postgres', async () => {
    expect(await demo.leftovers(), 'the look finds what runs').toMatch(
      /postgres[\s\S]*main\.ts demo|main\.ts demo[\s\S]*postgres/,
    );
    const startedAt = Date.now();
    await demo.interrupt();
    expect(Date.now() - startedAt).toBeLessThan(STOP_LIMIT_MS);
    await expectGone(demo, folder);
  });

  it('keeps the data, and takes the next port when its own is taken', { tags: 'ci' }, async () => {
    const other = await holdPort();
    try {
      demo = await startDemo(folder, { port: other.port, limitMs: NEXT_ANSWER_LIMIT_MS });
      const [, taken, chosen] = /Port (\d+) is taken; using (\d+) instead\./.exec(demo.program.text) ?? [];
      expect(taken).toBe(String(other.port));
      expect(demo.url).toBe(`http://127.0.0.1:${chosen ?? ''}`);
      const { market } = await signIn(`${demo.url}${API_PATH}`, person);
      expect(await market.users.me.query()).toMatchObject({ email: person.email, displayName: 'First' });
      await demo.interrupt();
      await expectGone(demo, folder);
    } finally {
      await other.release();
    }
  });
});

describe('npm start below a folder that is closed to others', () => {
  it(
    'has its database elsewhere, names the place, and starts, answers and ends as anywhere else',
    { tags: 'deep' },
    async () => {
      const folder = await newFolder(0o700);
      const demo = await startDemo(folder, { port: await freePort(), limitMs: FIRST_ANSWER_LIMIT_MS });
      // Nobody but root has another user for Postgres, and then nothing is out of its reach.
      if (process.getuid?.() === 0) expect(await readdir(join(folder, 'data'))).toContain('location');
      await signUp(`${demo.url}${API_PATH}`, { email: 'first@e2e.example', password: PASSWORD, displayName: 'First' });
      await demo.interrupt();
      await expectGone(demo, folder);
    },
  );
});
