import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateToLatest, startEmbeddedPostgres } from '@rsm/db';
import { waitFor } from '../../demo/wait-for.ts';
import { startSwitch, type Switch } from './tcp-switch.ts';

type Postgres = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

const GONE_LIMIT_MS = 60_000;

/**
 * A Postgres of a test's own, at an address that stays although the server behind it is killed and started again on another
 * port. Durable as in earnest: what was committed has to be there afterwards.
 */
export class KillablePostgres {
  readonly #dataDir: string;
  readonly #switch: Switch;
  #postgres: Postgres;

  private constructor(dataDir: string, tcpSwitch: Switch, postgres: Postgres) {
    this.#dataDir = dataDir;
    this.#switch = tcpSwitch;
    this.#postgres = postgres;
  }

  static async start(): Promise<KillablePostgres> {
    const dataDir = await mkdtemp(join(tmpdir(), 'rsm-crash-postgres-'));
    // As root, Postgres runs as another user, who must pass through.
    await chmod(dataDir, 0o755);
    const postgres = await startEmbeddedPostgres({ dataDir });
    await migrateToLatest({ ownerUrl: postgres.ownerUrl, applicationRole: new URL(postgres.url).username });
    return new KillablePostgres(dataDir, await startSwitch(postgres.port), postgres);
  }

  get url(): string {
    return this.#through(this.#postgres.url);
  }

  get ownerUrl(): string {
    return this.#through(this.#postgres.ownerUrl);
  }

  /** Kills the server with SIGKILL, and starts it again on the same data. */
  async killAndRestart(): Promise<void> {
    const [pid = ''] = (await readFile(join(this.#postgres.directory, 'data', 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await waitFor('Postgres to be gone', GONE_LIMIT_MS, () => Promise.resolve(isAlive(Number(pid)) ? null : true));
    // Nothing is there to be stopped; it lets go of the folder.
    await this.#postgres.stop();
    this.#postgres = await startEmbeddedPostgres({ dataDir: this.#dataDir });
    this.#switch.turnTo(this.#postgres.port);
  }

  async close(): Promise<void> {
    await this.#switch.close();
    await this.#postgres.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  #through(url: string): string {
    const through = new URL(url);
    // It names the server's own socket, which goes past the switch.
    through.searchParams.delete('host');
    through.port = String(this.#switch.port);
    return through.href;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
