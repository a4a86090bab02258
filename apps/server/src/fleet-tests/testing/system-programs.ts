import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { provideSystemPackages } from '@rsm/lab';

const run = promisify(execFile);
/** Where Debian and Ubuntu keep the servers' programs of each version of Postgres. */
const POSTGRES_PLACE = '/usr/lib/postgresql';
const PGBOUNCER = '/usr/sbin/pgbouncer';
const NGINX = '/usr/sbin/nginx';
/** From here on it follows prepared statements in transaction mode. */
const PGBOUNCER_PREPARES_FROM = 21;

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The distribution's own programs, with which an operator would run an installation. */
export interface SystemPrograms {
  /** Folder with postgres, initdb, pg_basebackup, psql and pg_dump of one version. */
  readonly postgresBin: string;
  readonly nginx: string;
  readonly pgbouncer: string;
  readonly pgbouncerPrepares: boolean;
  /** Neither Postgres nor PgBouncer runs as root. */
  readonly postgresUser: SystemUser;
  /** What the product runs as: production refuses root. */
  readonly productUser: SystemUser;
}

/** Finds the programs, and installs them where they are missing. @throws Error with the command to run where it can't */
export async function systemPrograms(): Promise<SystemPrograms> {
  const missing = [
    ...(postgresBin() === undefined ? ['postgresql'] : []),
    ...(existsSync(PGBOUNCER) ? [] : ['pgbouncer']),
    ...(existsSync(NGINX) ? [] : ['nginx-light']),
  ];
  if (missing.length > 0) {
    await provideSystemPackages(missing, { why: 'A market of many processes', log: (line) => console.log(line) });
  }
  const bin = postgresBin();
  if (bin === undefined) throw new Error(`There is no Postgres below ${POSTGRES_PLACE}.`);
  const { stdout } = await run(PGBOUNCER, ['--version']);
  const minor = Number(/PgBouncer 1\.(\d+)/.exec(stdout)?.[1] ?? 0);
  return {
    postgresBin: bin,
    nginx: NGINX,
    pgbouncer: PGBOUNCER,
    pgbouncerPrepares: minor >= PGBOUNCER_PREPARES_FROM,
    postgresUser: await userNamed('postgres'),
    productUser: await userNamed('nobody'),
  };
}

function postgresBin(): string | undefined {
  if (!existsSync(POSTGRES_PLACE)) return undefined;
  const newest = readdirSync(POSTGRES_PLACE).toSorted((one, other) => Number(other) - Number(one))[0];
  const bin = `${POSTGRES_PLACE}/${newest ?? ''}/bin`;
  return existsSync(`${bin}/pg_basebackup`) && existsSync(`${bin}/initdb`) ? bin : undefined;
}

async function userNamed(name: string): Promise<SystemUser> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${name}.`);
  return { uid, gid };
}
