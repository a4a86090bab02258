import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../e2e/testing/free-port.ts';
import { SystemServer } from './system-server.ts';
import type { SystemPrograms } from './system-programs.ts';

const run = promisify(execFile);
const MAKE_DATABASE = resolve(import.meta.dirname, '../../../../../deploy/postgres/make-database.sh');
/** Passwords of servers that live for one test and listen on this machine only. */
const PASSWORDS = { superuser: 'superuser', owner: 'owner', app: 'app' } as const;

/**
 * Two servers of the distribution's Postgres: a primary with the roles and the database that deploy/ makes, and a streaming replica
 * made of it by pg_basebackup.
 */
export class PostgresPair {
  readonly folder: string;
  readonly primaryPort: number;
  readonly replicaPort: number;
  readonly #programs: SystemPrograms;
  #primary: SystemServer | undefined;
  #replica: SystemServer | undefined;

  private constructor(programs: SystemPrograms, folder: string, ports: readonly [number, number]) {
    this.#programs = programs;
    this.folder = folder;
    [this.primaryPort, this.replicaPort] = ports;
  }

  static async start(programs: SystemPrograms): Promise<PostgresPair> {
    const folder = await mkdtemp(join(tmpdir(), 'rsm-pair-'));
    await chmod(folder, 0o755);
    const pair = new PostgresPair(programs, folder, [await freePort(), await freePort()]);
    await pair.#makePrimary();
    await pair.#makeReplica();
    return pair;
  }

  url(server: 'primary' | 'replica', role: 'app' | 'owner' | 'superuser', database = 'rsm'): string {
    const user = { app: 'rsm_app', owner: 'rsm_owner', superuser: 'postgres' }[role];
    const port = server === 'primary' ? this.primaryPort : this.replicaPort;
    return `postgres://${user}:${PASSWORDS[role]}@127.0.0.1:${String(port)}/${database}`;
  }

  get appPassword(): string {
    return PASSWORDS.app;
  }

  async sql<Row extends object>(server: 'primary' | 'replica', text: string, values: readonly unknown[] = []) {
    const client = new Client({ connectionString: this.url(server, 'superuser') });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** As when its machine loses its power. */
  async loseReplica(): Promise<void> {
    await this.#replica?.end('SIGQUIT');
  }

  async findReplica(): Promise<void> {
    await this.#replica?.end('SIGQUIT');
    this.#replica = await this.#serve('replica');
  }

  /** The replica applies what it was sent only so long afterwards; 0 as soon as it can. */
  async delayReplica(delayMs: number): Promise<void> {
    await this.sql('replica', `ALTER SYSTEM SET recovery_min_apply_delay = ${String(delayMs)}`);
    await this.sql('replica', 'SELECT pg_reload_conf()');
  }

  /** A program that comes with Postgres: pg_dump, pg_restore, psql. */
  async tool(name: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(join(this.#programs.postgresBin, name), [...args], { maxBuffer: 1024 ** 3 });
    return stdout;
  }

  async close(): Promise<void> {
    await this.#replica?.end('SIGQUIT');
    await this.#primary?.end('SIGQUIT');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #makePrimary(): Promise<void> {
    const { postgresBin, postgresUser } = this.#programs;
    const data = join(this.folder, 'primary');
    const passwordFile = join(this.folder, 'superuser');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, `${PASSWORDS.superuser}\n`);
    await chown(data, postgresUser.uid, postgresUser.gid);
    await run(
      join(postgresBin, 'initdb'),
      [
        '--pgdata',
        data,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      ],
      { ...postgresUser, cwd: '/' },
    );
    // A replica logs in as a superuser here; an operator makes a role with REPLICATION (docs/operations.md).
    await appendFile(join(data, 'postgresql.conf'), `${settings(this.primaryPort)}\n`);
    this.#primary = await this.#serve('primary');
    for (const role of ['owner', 'app'] as const) await writeFile(join(this.folder, role), PASSWORDS[role]);
    await run(MAKE_DATABASE, [], {
      env: {
        PATH: `${postgresBin}:/usr/bin:/bin`,
        PGHOST: '127.0.0.1',
        PGPORT: String(this.primaryPort),
        PGUSER: 'postgres',
        PGPASSWORD: PASSWORDS.superuser,
        DATABASE_OWNER_PASSWORD_FILE: join(this.folder, 'owner'),
        DATABASE_APP_PASSWORD_FILE: join(this.folder, 'app'),
      },
    });
  }

  async #makeReplica(): Promise<void> {
    const { postgresBin, postgresUser } = this.#programs;
    const data = join(this.folder, 'replica');
    await mkdir(data, { mode: 0o700 });
    await chown(data, postgresUser.uid, postgresUser.gid);
    await run(
      join(postgresBin, 'pg_basebackup'),
      [
        '--pgdata',
        data,
        '--write-recovery-conf',
        '--checkpoint=fast',
        '--wal-method=stream',
        '--no-sync',
        '--dbname',
        this.url('primary', 'superuser', 'postgres'),
      ],
      { ...postgresUser, cwd: '/' },
    );
    await appendFile(join(data, 'postgresql.conf'), `${settings(this.replicaPort)}\n`);
    this.#replica = await this.#serve('replica');
  }

  async #serve(server: 'primary' | 'replica'): Promise<SystemServer> {
    const { postgresBin, postgresUser } = this.#programs;
    return SystemServer.start(join(postgresBin, 'postgres'), ['-D', join(this.folder, server)], {
      user: postgresUser,
      isUp: async () => {
        const client = new Client({ connectionString: this.url(server, 'superuser', 'postgres') });
        client.on('error', () => undefined);
        try {
          await client.connect();
          await client.query('SELECT 1');
          return true;
        } catch {
          return null;
        } finally {
          await client.end().catch(() => undefined);
        }
      },
    });
  }
}

const settings = (port: number): string => `
port = ${String(port)}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
fsync = off
timezone = 'UTC'
hot_standby_feedback = on`;
