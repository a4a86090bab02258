// @module-tag ci

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createKnex } from '@rsm/db';
import { createTestDatabase, type TestDatabase } from '@rsm/db/testing';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { freePort } from './e2e/testing/free-port.ts';

/** The real command line under plain Node, as npm starts it: nothing of Vite or vitest is in between. */
const MAIN = resolve(import.meta.dirname, 'main.ts');
/** Against hanging only: other tests share the processor. */
const START_LIMIT = { timeout: 60_000, interval: 50 };

let opened: TestDatabase;
let dataDir: string;
const database = (): TestDatabase => opened;

beforeAll(async () => {
  opened = await createTestDatabase();
  return async () => opened.drop();
});

beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'rsm-main-'));
  dataDir = dir;
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

interface Started {
  readonly process: ChildProcess;
  readonly output: () => { readonly out: string; readonly err: string };
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const started = startIn(dataDir, args, env);
  onTestFinished(() => void started.process.kill('SIGKILL'));
  return started;
}

/** Whoever starts it ends it. */
function startIn(dataDir: string, args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], RSM_DATA_DIR: dataDir, ...env },
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<{ status: number | null; out: string; err: string }>((done) => {
    child.on('close', (status) => done({ status, out, err }));
  });
  return { process: child, output: () => ({ out, err }), ended };
}

/** Waits for a line; a process that ends before it is a failure at once. */
async function said(started: Started, line: string): Promise<void> {
  const early = started.ended.then(({ status, err }) => {
    throw new Error(`It ended with status ${String(status)} before it said ${line}: ${err}`);
  });
  await Promise.race([early, vi.waitFor(() => expect(started.output().out).toContain(line), START_LIMIT)]);
  early.catch(() => undefined);
}

const run = async (args: readonly string[], env?: Readonly<Record<string, string>>) => start(args, env).ended;

/** In this process: how a status and a sentence leave a process of its own is seen in every other test here. */
async function runHere(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await runCommandLine(args, {
    env: { RSM_DATA_DIR: dataDir, ...env },
    rootDir: dataDir,
    workingDir: dataDir,
    uid: process.geteuid?.(),
    print: (line) => void out.push(line),
    warn: (line) => void err.push(line),
    stopped: new AbortController().signal,
    compose: async (options) => (await import('./compose.ts')).compose(options),
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('the command line', () => {
  it('explains itself', async () => {
    const { status, out, err } = await run(['--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const command of ['serve', 'work', 'migrate', 'audit', 'verify', 'make-admin']) expect(out).toContain(command);
    expect(out).toContain('Exit status');
  });

  it.each<[string, readonly string[], RegExp]>([
    ['an unknown command', ['sevre'], /There is no command "sevre"\. The commands: .*serve, /],
    ['an unknown option', ['migrate', '--upp'], /--upp[\s\S]*Usage: .*migrate \[--down\]/],
    ['an argument too much', ['audit', 'everything'], /"everything" is not understood/],
    ['a file that is not there', ['verify', 'nowhere.jws', '--keys', 'keys.json'], /nowhere\.jws can't be read/],
    ['an address where nobody answers', ['seed', '--url', 'nowhere'], /"nowhere" is no address/],
    [
      'a market of nothing',
      ['seed-load', '--listings', '0'],
      /--listings is a whole number from 1 to 5000000, not "0"/,
    ],
    ['no e-mail address', ['make-admin', 'nobody'], /"nobody" is no e-mail address/],
  ])('refuses %s with status 2 and the way out', async (_what, args, message) => {
    const { status, err } = await runHere(args);
    expect(err).toMatch(message);
    expect(status).toBe(2);
  });

  it('names every problem of the configuration at once, and changes nothing', async () => {
    const { status, err } = await run(['serve'], { RSM_MODE: 'production', HTTP_PORT: 'x', RSM_LAB: 'on' });
    expect(status).toBe(2);
    for (const name of ['HTTP_PORT', 'RSM_LAB', 'PUBLIC_URL', 'SECRETS_KEKS', 'SESSION_SECRET', 'SMTP_URL']) {
      expect(err).toContain(`${name}: `);
    }
    expect(existsSync(join(dataDir, 'secrets'))).toBe(false);
  });

  it('warns about a misspelt variable', async () => {
    const { err } = await run(['audit'], { RSM_MODUS: 'demo', DATABASE_URL: 'postgres://nobody:no@127.0.0.1:1/no' });
    expect(err).toContain('Warning: RSM_MODUS is not a variable of this program');
  });

  it('says that the database cannot be reached, without its password', async () => {
    const { status, err } = await run(['audit'], { DATABASE_URL: 'postgres://nobody:hunter22@127.0.0.1:1/no' });
    expect(status).toBe(3);
    expect(err).toContain('ECONNREFUSED');
    expect(err).not.toContain('hunter22');
  });
});

describe('audit', () => {
  it('finds nothing wrong in an empty database', async () => {
    const { status, out, err } = await run(['audit'], { DATABASE_URL: database().ownerUrl });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^[1-9]\d* invariants checked, 0 broken\.$/m);
  });
});

describe('rewrap-secrets', () => {
  it('says of which columns it has sealed how much, and that no older key is needed', async () => {
    const env = { DATABASE_URL: database().url, DATABASE_OWNER_URL: database().ownerUrl };
    const { err, out, status } = await runHere(['rewrap-secrets'], env);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('machines.control_private_key_sealed: 0 sealed with key 1\n');
    expect(out).toContain('Nothing needs another key than 1 any more.');
  });
});

describe('migrate', () => {
  it('says that there is nothing to do', async () => {
    const env = { DATABASE_URL: database().url, DATABASE_OWNER_URL: database().ownerUrl };
    expect(await run(['migrate'], env)).toMatchObject({ status: 0, out: 'Everything is up to date.\n' });
  });

  it('is asked for by a server whose database lacks one', async () => {
    const { url, ownerUrl } = database();
    const owner = createKnex({ url: ownerUrl, poolMax: 1 });
    const { rows } = await owner.raw<{ rows: { name: string }[] }>('SELECT max(name) AS name FROM schema_migrations');
    const newest = rows[0]?.name ?? '';
    await owner.raw('DELETE FROM schema_migrations WHERE name = ?', [newest]);
    try {
      const { status, err } = await run(['serve'], { DATABASE_URL: url, HTTP_PORT: '4690' });
      expect(err).toMatch(/The database lacks 1 migration\(s\)[\s\S]*`migrate`/);
      expect(status).toBe(3);
    } finally {
      await owner.raw('INSERT INTO schema_migrations (name, batch, migration_time) VALUES (?, 1, now())', [newest]);
      await owner.destroy();
    }
  });

  it('is asked for by a server whose database is empty', { tags: 'deep' }, async () => {
    const empty = new URL(database().url);
    empty.pathname = '/postgres';
    const { status, err } = await run(['serve'], { DATABASE_URL: empty.href, HTTP_PORT: '4690' });
    expect(err).toMatch(/The database lacks [\s\S]*`migrate`/);
    expect(status).toBe(3);
  });
});

describe('verify', () => {
  it('calls a text that is no certificate not valid, with status 1', async () => {
    writeFileSync(join(dataDir, 'certificate.jws'), 'a.b.c');
    const key = { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ keys: [key] }));
    const { status, out } = await run(['verify', 'certificate.jws', '--keys', 'keys.json']);
    expect(out).toMatch(/^Signature not valid: do not rely on anything/);
    expect(status).toBe(1);
  });

  it('wants a key set', async () => {
    writeFileSync(join(dataDir, 'certificate.jws'), 'a.b.c');
    writeFileSync(join(dataDir, 'keys.json'), '{}');
    const { status, err } = await runHere(['verify', 'certificate.jws', '--keys', 'keys.json']);
    expect(err).toContain('keys.json holds no JSON Web Key Set');
    expect(status).toBe(2);
  });
});

describe('serve and work', () => {
  const env = (): Record<string, string> => ({
    DATABASE_URL: database().url,
    DATABASE_OWNER_URL: database().ownerUrl,
    HTTP_PORT: '4680',
    // Tokens are signed with keys that the database keeps sealed by this.
    SESSION_SECRET: 'one-secret-for-all-processes-of-this-database',
    LOG_LEVEL: 'info',
  });

  /** One server for the tests that only talk to it; the last of them ends it. */
  let server: Awaited<ReturnType<typeof listening>>;
  let metricsUrl: string;

  async function listening(started: Started) {
    await said(started, 'Listening at ');
    const publicUrl = /^Listening at (\S+)$/m.exec(started.output().out)?.[1] ?? '';
    return { ...started, publicUrl };
  }

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rsm-main-'));
    metricsUrl = `http://127.0.0.1:${String(await freePort())}/metrics`;
    const started = startIn(folder, ['serve'], { ...env(), METRICS_PORT: new URL(metricsUrl).port });
    server = await listening(started);
    return () => {
      started.process.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    };
  });

  it('answer', async () => {
    expect((await fetch(`${server.publicUrl}/health/ready`)).status).toBe(200);
  });

  it('tell whoever collects them how many requests and statements they had, and how long each took', async () => {
    await fetch(`${server.publicUrl}/api/v1/listings.search?input=${encodeURIComponent('{"json":{}}')}`);
    const text = await (await fetch(metricsUrl)).text();
    expect(text).toMatch(/^rsm_http_request_seconds_count\{route="listings.search",method="GET",status="200"\} 1$/m);
    expect(text).toMatch(/^rsm_statement_seconds_count\{statement="[a-z_]+",failed="no"\} [1-9]/m);
    // The end of a search's transaction is waited for by nobody: its connection may be used still.
    expect(text).toMatch(/^rsm_pool_connections\{pool="primary",state="(?:free|used)"\} [1-9]/m);
    expect(await (await fetch(`${server.publicUrl}/metrics`)).text()).not.toContain('rsm_http');
  });

  it('find another port in demo when theirs is taken, and say so', { tags: 'deep' }, async () => {
    const second = await listening(start(['serve'], env()));
    expect(second.publicUrl).not.toBe(server.publicUrl);
    expect(second.output().err).toMatch(/Port \d+ is taken; using \d+ instead\./);
    expect((await fetch(`${second.publicUrl}/health/live`)).status).toBe(200);
  });

  it('give the demo people a place, once', { tags: 'deep' }, async () => {
    for (const time of ['first', 'second']) {
      const { status, out, err } = await run(['seed', '--url', server.publicUrl]);
      expect({ status, err }, `${time}: ${server.output().err}`).toEqual({ status: 0, err: '' });
      expect(out).toContain('a renter with money in the wallet');
    }
    const admin = await run(['make-admin', 'provider@demo.example'], env());
    expect(admin).toMatchObject({ status: 0, out: 'provider@demo.example is an admin now.\n' });
    const again = await runHere(['make-admin', 'PROVIDER@demo.example'], env());
    expect(again).toMatchObject({ status: 0, out: 'provider@demo.example is an admin already.' });
    const stranger = await runHere(['make-admin', 'stranger@demo.example'], env());
    expect(stranger.err).toContain('Sign up and sign in first');
    expect(stranger.status).toBe(3);
  });

  it('keep made-up crowds away from people', { tags: 'deep' }, async () => {
    const { status, err } = await run(['seed-load', '--listings', '10'], env());
    expect(err).toContain('There are people in this database, and they may be real.');
    expect(status).toBe(2);
  });

  it('publish the keys that verify asks for', async () => {
    writeFileSync(join(dataDir, 'certificate.jws'), 'a.b.c');
    const url = `${server.publicUrl}/.well-known/jwks.json`;
    const { status, out } = await runHere(['verify', 'certificate.jws', '--keys', url]);
    expect(out).toMatch(/^Signature not valid/);
    expect(status).toBe(1);
  });

  it('end in order with SIGTERM', async () => {
    server.process.kill('SIGTERM');
    const { status, err } = await server.ended;
    expect(err).toContain('"msg":"Stopping"');
    expect(status).toBe(0);
    await expect(fetch(`${server.publicUrl}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('take jobs, and end in order with SIGINT', async () => {
    const worker = start(['work'], env());
    await said(worker, 'Working.');
    worker.process.kill('SIGINT');
    expect(await worker.ended).toMatchObject({ status: 0 });
  });
});
