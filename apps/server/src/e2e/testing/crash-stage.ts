import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  STAND_IN_SECRET_KEY,
  STAND_IN_WEBHOOK_SECRETS,
  startStripeStandIn,
  type StripeStandIn,
} from '@rsm/integrations/testing';
import { Client } from 'pg';
import { API_PATH } from '../../http/http-server.ts';
import { WEBHOOKS_PATH } from '../../http/processor-webhooks.ts';
import { FAKE_NETWORK } from '../../testing/fake-machines.ts';
import { freePort } from './free-port.ts';
import { KillablePostgres } from './killable-postgres.ts';
import { startMachineWorld, type MachineWorld } from './machine-world.ts';
import { startProgram, type Ended, type Program } from './program.ts';

const MAIN = resolve(import.meta.dirname, 'crash-main.ts');
/** A start on a busy machine, with a database that has just come back. */
const START_LIMIT_MS = 60_000;

export const victims = ['serve', 'work', 'postgres'] as const;
export type Victim = (typeof victims)[number];

/**
 * An installation whose every part can be killed: `serve`, `work` and Postgres. What must survive, because it is outside (the
 * machines, and Stripe), is in the test's own process.
 */
export class CrashStage {
  readonly standIn: StripeStandIn;
  readonly world: MachineWorld;
  readonly #postgres: KillablePostgres;
  readonly #dataDir: string;
  readonly #port: number;
  readonly #running = new Map<'serve' | 'work', Program>();
  /** Processes that ended although nobody had killed them, with their last words. */
  readonly deaths: string[] = [];

  private constructor(parts: {
    readonly standIn: StripeStandIn;
    readonly world: MachineWorld;
    readonly postgres: KillablePostgres;
    readonly dataDir: string;
    readonly port: number;
  }) {
    this.standIn = parts.standIn;
    this.world = parts.world;
    this.#postgres = parts.postgres;
    this.#dataDir = parts.dataDir;
    this.#port = parts.port;
  }

  static async open(random: () => number): Promise<CrashStage> {
    const stage = new CrashStage({
      standIn: await startStripeStandIn(),
      world: await startMachineWorld(random),
      postgres: await KillablePostgres.start(),
      dataDir: await mkdtemp(join(tmpdir(), 'rsm-crash-')),
      port: await freePort(),
    });
    // The first one makes the keys that both need.
    await stage.#start('serve');
    await stage.#start('work');
    return stage;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${String(this.#port)}${API_PATH}`;
  }

  get webhookUrl(): string {
    return `http://127.0.0.1:${String(this.#port)}${WEBHOOKS_PATH}/stripe`;
  }

  /** Kills it with SIGKILL, and starts it again. */
  async kill(victim: Victim): Promise<void> {
    if (victim === 'postgres') {
      await this.#postgres.killAndRestart();
    } else {
      await this.#running.get(victim)?.end('SIGKILL');
      await this.#start(victim);
    }
    // A supervisor starts again what ended by itself; that it ended is told.
    for (const [name, program] of this.#running) {
      if (program.isRunning) continue;
      this.deaths.push(`${name}: ${program.text.slice(-2_000)}`);
      await this.#start(name);
    }
  }

  /** Runs a command of the product to its end. */
  async run(args: readonly string[]): Promise<Ended> {
    return this.#program(args).ended;
  }

  /** A look past the product, as the owner of the tables. */
  async sql<Row extends object>(query: string, bindings: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = new Client({ connectionString: this.#postgres.ownerUrl });
    await client.connect();
    try {
      return (await client.query<Row>(query, [...bindings])).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(async (program) => program.end('SIGKILL')));
    await this.#postgres.close();
    await Promise.all([this.standIn.close(), this.world.close()]);
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #start(name: 'serve' | 'work'): Promise<void> {
    const program = this.#program([name]);
    this.#running.set(name, program);
    await program.says(name === 'serve' ? '"msg":"Listening"' : '"msg":"Working"', START_LIMIT_MS);
  }

  #program(args: readonly string[]): Program {
    const env = {
      RSM_DATA_DIR: this.#dataDir,
      RSM_LAB: 'off',
      RSM_TEST_MACHINES: this.world.url,
      DATABASE_URL: this.#postgres.url,
      DATABASE_DIRECT_URL: this.#postgres.url,
      DATABASE_OWNER_URL: this.#postgres.ownerUrl,
      HTTP_PORT: String(this.#port),
      LOG_LEVEL: 'info',
      MACHINE_NETWORKS: FAKE_NETWORK,
      CONTROL_ADDRESSES: '10.20.255.1',
      STRIPE_SECRET_KEY: STAND_IN_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: STAND_IN_WEBHOOK_SECRETS.join(','),
      STRIPE_API_BASE_URL: this.standIn.url,
    };
    return startProgram(args, { env, cwd: this.#dataDir, main: MAIN });
  }
}
