import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../e2e/testing/free-port.ts';
import { startMachineWorld, type MachineWorld } from '../../e2e/testing/machine-world.ts';
import { startProgram, type Ended, type Program } from '../../e2e/testing/program.ts';
import { API_PATH } from '../../http/http-server.ts';
import { FAKE_NETWORK } from '../../testing/fake-machines.ts';
import { startNginx, startPgbouncer, type Front } from './front.ts';
import { PostgresPair } from './postgres-pair.ts';
import { productionSettings } from './production-settings.ts';
import { systemPrograms, type SystemPrograms } from './system-programs.ts';

/** The product's command line, with machines that count what is done to them. */
const MAIN = resolve(import.meta.dirname, '../../e2e/testing/crash-main.ts');
const PROCESSES = 3;
const START_LIMIT_MS = 120_000;
const DRAIN_SECONDS = 2;

export type Kind = 'serve' | 'work';

export interface Member {
  readonly kind: Kind;
  readonly port: number;
  program: Program;
}

/**
 * An installation as an operator makes it, in production mode and as a user without privileges: three `serve` behind nginx, three
 * `work`, a primary with a replica, and PgBouncer. Machines are fakes in the test's own process, which no kill reaches.
 */
export class Fleet {
  readonly programs: SystemPrograms;
  readonly pair: PostgresPair;
  readonly world: MachineWorld;
  readonly folder: string;
  readonly members: Member[] = [];
  #fronts: { readonly pgbouncer: Front; readonly nginx: Front } | undefined;
  #env: Readonly<Record<string, string>> = {};

  private constructor(programs: SystemPrograms, pair: PostgresPair, world: MachineWorld, folder: string) {
    this.programs = programs;
    this.pair = pair;
    this.world = world;
    this.folder = folder;
  }

  static async open(random: () => number): Promise<Fleet> {
    const programs = await systemPrograms();
    const folder = await mkdtemp(join(tmpdir(), 'rsm-fleet-'));
    await chmod(folder, 0o755);
    const fleet = new Fleet(programs, await PostgresPair.start(programs), await startMachineWorld(random), folder);
    try {
      await fleet.#start();
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  get url(): string {
    return this.#fronts?.nginx.url ?? '';
  }

  get apiUrl(): string {
    return `${this.url}${API_PATH}`;
  }

  get mailDir(): string {
    return join(this.folder, 'data/mail');
  }

  /** Runs a command of the product to its end. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.#program(args, env).ended;
  }

  /** Starts again what has ended, and waits until it is at work. */
  async restart(member: Member): Promise<void> {
    member.program = this.#program([member.kind], member.kind === 'serve' ? { HTTP_PORT: String(member.port) } : {});
    await member.program.says(member.kind === 'serve' ? '"msg":"Listening"' : '"msg":"Working"', START_LIMIT_MS);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(async ({ program }) => program.end('SIGKILL')));
    await this.#fronts?.nginx.server.end('SIGTERM');
    await this.#fronts?.pgbouncer.server.end('SIGTERM');
    await this.world.close();
    await this.pair.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { pair, programs } = this;
    const ports = await Promise.all(Array.from({ length: PROCESSES }, async () => freePort()));
    const pgbouncer = await startPgbouncer(programs, this.folder, {
      port: pair.primaryPort,
      password: pair.appPassword,
    });
    this.#fronts = { pgbouncer, nginx: await startNginx(programs, this.folder, ports) };
    this.#env = await this.#settings(pgbouncer.url);
    const migrated = await this.run(['migrate']);
    if (migrated.status !== 0) throw new Error(`migrate: ${migrated.out}${migrated.err}`);
    for (const port of ports)
      this.members.push({ kind: 'serve', port, program: this.#program(['serve'], { HTTP_PORT: String(port) }) });
    for (let count = 0; count < PROCESSES; count += 1)
      this.members.push({ kind: 'work', port: 0, program: this.#program(['work'], {}) });
    // All at once, on an empty database: whatever they make first, they make together.
    await Promise.all(
      this.members.map(async ({ kind, program }) =>
        program.says(kind === 'serve' ? '"msg":"Listening"' : '"msg":"Working"', START_LIMIT_MS),
      ),
    );
  }

  async #settings(queryUrl: string): Promise<Readonly<Record<string, string>>> {
    const { folder, pair, programs, world } = this;
    const { uid, gid } = programs.productUser;
    await mkdir(join(folder, 'data'));
    await chown(join(folder, 'data'), uid, gid);
    return {
      ...(await productionSettings(folder, programs.productUser)),
      RSM_DATA_DIR: join(folder, 'data'),
      RSM_TEST_MACHINES: world.url,
      NODE_COMPILE_CACHE: join(folder, 'data/compiled'),
      PUBLIC_URL: this.url,
      HTTP_TRUSTED_PROXIES: '127.0.0.0/8',
      HTTP_DRAIN_SECONDS: String(DRAIN_SECONDS),
      DATABASE_URL: queryUrl,
      DATABASE_PREPARED: programs.pgbouncerPrepares ? 'on' : 'off',
      DATABASE_DIRECT_URL: pair.url('primary', 'app'),
      DATABASE_OWNER_URL: pair.url('primary', 'owner'),
      DATABASE_REPLICA_URL: pair.url('replica', 'app'),
      MACHINE_NETWORKS: FAKE_NETWORK,
      MAIL_DIR: this.mailDir,
    };
  }

  #program(args: readonly string[], env: Readonly<Record<string, string>>): Program {
    const own = { ...this.#env, HOME: this.folder, ...env };
    return startProgram(args, { env: own, cwd: '/', main: MAIN, user: this.programs.productUser });
  }
}
