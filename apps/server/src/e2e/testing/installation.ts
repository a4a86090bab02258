import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKnex } from '@rsm/db';
import { createTestDatabase, type TestDatabase } from '@rsm/db/testing';
import { labNetwork } from '@rsm/lab';
import { API_PATH } from '../../http/http-server.ts';
import { freePort } from './free-port.ts';
import { startProgram, type Ended, type Program } from './program.ts';

export interface RunningServer {
  readonly program: Program;
  readonly url: string;
  readonly apiUrl: string;
}

/** One installation of the product: a database, a data folder, and any number of real processes on them. */
export class Installation {
  readonly dataDir: string;
  readonly #database: TestDatabase;
  readonly #env: Readonly<Record<string, string>>;
  readonly #programs: Program[] = [];

  private constructor(dataDir: string, database: TestDatabase, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#database = database;
    this.#env = {
      RSM_DATA_DIR: dataDir,
      RSM_LAB: 'off',
      DATABASE_URL: database.url,
      DATABASE_DIRECT_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      LOG_LEVEL: 'info',
      // An operator whose machines are in a private network names it, and where he comes from.
      MACHINE_NETWORKS: labNetwork,
      CONTROL_ADDRESSES: labNetwork,
      BENCHMARK_SECONDS_PER_RUN: '1',
      ...env,
    };
  }

  static async open(env: Readonly<Record<string, string>> = {}): Promise<Installation> {
    const dataDir = await mkdtemp(join(tmpdir(), 'rsm-e2e-'));
    return new Installation(dataDir, await createTestDatabase(), env);
  }

  /** Starts `serve` and waits until it listens. */
  async serve(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const program = this.start(['serve'], { HTTP_PORT: String(await freePort()), ...env });
    await program.says('"msg":"Listening"');
    const url = /"publicUrl":"([^"]+)"/.exec(program.text)?.[1];
    if (url === undefined) throw new Error(`It does not say where it listens: ${program.text}`);
    return { program, url, apiUrl: `${url}${API_PATH}` };
  }

  /** Starts `work` and waits until it takes jobs. */
  async work(): Promise<Program> {
    const program = this.start(['work']);
    await program.says('"msg":"Working"');
    return program;
  }

  /** Runs a command to its end. */
  async run(args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const program = startProgram(args, { env: { ...this.#env, ...env }, cwd: this.dataDir });
    this.#programs.push(program);
    return program;
  }

  /** A look past the product, as the owner of the tables. */
  async sql<Row>(query: string, bindings: readonly string[] = []): Promise<readonly Row[]> {
    const knex = createKnex({ url: this.#database.ownerUrl, poolMax: 1, applicationName: 'rsm e2e test' });
    try {
      return (await knex.raw<{ rows: Row[] }>(query, [...bindings])).rows;
    } finally {
      await knex.destroy();
    }
  }

  /** Ends every process, whatever state it is in, and removes the data. */
  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => (program.isRunning ? program.end('SIGKILL') : program.ended)));
    await this.#database.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
