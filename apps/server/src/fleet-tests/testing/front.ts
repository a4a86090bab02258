import { chmod, chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../e2e/testing/free-port.ts';
import { SystemServer } from './system-server.ts';
import type { SystemPrograms } from './system-programs.ts';

/** What deploy/ ships, and what these tests run but for addresses and ports. */
const DEPLOY = resolve(import.meta.dirname, '../../../../../deploy');

export interface Front {
  readonly server: SystemServer;
  readonly url: string;
}

/** nginx with the shipped configuration, before processes at these ports. */
export async function startNginx(programs: SystemPrograms, folder: string, ports: readonly number[]): Promise<Front> {
  const place = join(folder, 'nginx');
  await mkdir(place);
  await cp(join(DEPLOY, 'nginx/nginx.conf'), join(place, 'nginx.conf'));
  const shipped = await readFile(join(DEPLOY, 'nginx/upstream.conf'), 'utf8');
  let next = 0;
  const upstream = shipped.replaceAll(/10\.77\.0\.\d+:4600/g, () => `127.0.0.1:${String(ports[next++])}`);
  if (next !== ports.length) throw new Error(`deploy/ ships ${String(next)} processes, not ${String(ports.length)}.`);
  await writeFile(join(place, 'upstream.conf'), upstream);
  const port = await freePort();
  await writeFile(join(place, 'listen.conf'), `listen 127.0.0.1:${String(port)};\n`);
  const url = `http://127.0.0.1:${String(port)}`;
  const args = ['-p', place, '-c', join(place, 'nginx.conf'), '-e', 'stderr'];
  const server = await SystemServer.start(
    programs.nginx,
    [...args, '-g', `daemon off; pid ${join(place, 'pid')}; error_log stderr;`],
    { isUp: async () => ((await fetch(url).catch(() => null)) === null ? null : true) },
  );
  return { server, url };
}

/** PgBouncer with the shipped configuration, in transaction mode, before a Postgres of this machine. */
export async function startPgbouncer(
  programs: SystemPrograms,
  folder: string,
  database: { readonly port: number; readonly password: string },
): Promise<Front> {
  const place = join(folder, 'pgbouncer');
  await mkdir(place);
  await chmod(place, 0o755);
  const port = await freePort();
  const users = join(place, 'userlist.txt');
  const shipped = await readFile(join(DEPLOY, 'pgbouncer/pgbouncer.ini'), 'utf8');
  const settings = shipped
    .replace('host=postgres port=5432', `host=127.0.0.1 port=${String(database.port)}`)
    .replace('listen_addr = 0.0.0.0', 'listen_addr = 127.0.0.1')
    .replace('listen_port = 6432', `listen_port = ${String(port)}`)
    .replace('/tmp/userlist.txt', users)
    .replace(programs.pgbouncerPrepares ? /^$/ : /^max_prepared_statements.*$/m, '');
  await writeFile(join(place, 'pgbouncer.ini'), settings);
  await writeFile(users, `"rsm_app" "${database.password}"\n`);
  await chown(users, programs.postgresUser.uid, programs.postgresUser.gid);
  await chmod(users, 0o600);
  const url = `postgres://rsm_app:${database.password}@127.0.0.1:${String(port)}/rsm`;
  const server = await SystemServer.start(programs.pgbouncer, [join(place, 'pgbouncer.ini')], {
    user: programs.postgresUser,
    isUp: async () => answers(url),
  });
  return { server, url };
}

async function answers(url: string): Promise<true | null> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
