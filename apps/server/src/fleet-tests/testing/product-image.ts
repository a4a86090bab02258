import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { provideSystemPackages } from '@rsm/lab';
import { z } from 'zod';
import { Program } from '../../e2e/testing/program.ts';
import type { SystemUser } from './system-programs.ts';

const run = promisify(execFile);
const REPOSITORY = resolve(import.meta.dirname, '../../../../..');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** One step of the build: a slow line to the registries, and a machine that has other work. */
const STEP_LIMIT_MS = 20 * 60_000;
const BASE = 'localhost/rsm-node';
const IMAGE = 'localhost/rsm';
/** The release of Debian below the base image that the Dockerfile names. */
const RELEASE = 'trixie';
/** The npm that comes with Node 24. */
const NPM = 'npm@11';
/** The user that comes with the base image, and whom the Dockerfile chooses. */
export const IMAGE_USER: SystemUser = { uid: 1000, gid: 1000 };

/** What an image says about the programs in it (OCI image specification, config; the health check is docker's). */
const imageConfigSchema = z.object({
  User: z.string(),
  WorkingDir: z.string(),
  Env: z.array(z.string()),
  Entrypoint: z.array(z.string()),
  Cmd: z.array(z.string()),
  Healthcheck: z.object({ Test: z.tuple([z.literal('CMD')]).rest(z.string()) }),
});
type ImageConfig = z.output<typeof imageConfigSchema>;

/**
 * The image that deploy/Dockerfile builds, built by podman. Its base comes from a registry of images, which is not asked here: a Debian of the
 * same release, with this Node and its npm at the places where the base image has them, stands in for it.
 */
export class ProductImage {
  /** The image's files, mounted. */
  readonly root: string;
  readonly config: ImageConfig;
  readonly #folder: string;

  private constructor(folder: string, root: string, config: ImageConfig) {
    this.#folder = folder;
    this.root = root;
    this.config = config;
  }

  static async build(): Promise<ProductImage> {
    await provideSystemPackages(['podman', 'debootstrap', 'systemd-container'], {
      why: 'An image of the product',
      log: (line) => console.log(line),
    });
    const folder = await mkdtemp(join(tmpdir(), 'rsm-image-'));
    try {
      await makeBase(folder);
      const build = ['build', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'];
      // The limits of a daemon are higher than what a test may ask for.
      const limits = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4096:4096'];
      const what = ['--build-arg', `NODE_IMAGE=${BASE}`, '-f', 'deploy/Dockerfile', '-t', IMAGE, '.'];
      await podman(folder, [...build, ...limits, ...what], REPOSITORY);
      const root = (await podman(folder, ['image', 'mount', IMAGE])).trim();
      const config: unknown = JSON.parse(
        await podman(folder, ['image', 'inspect', '--format', '{{json .Config}}', IMAGE]),
      );
      const health: unknown = JSON.parse(
        await podman(folder, ['image', 'inspect', '--format', '{{json .HealthCheck}}', IMAGE]),
      );
      return new ProductImage(folder, root, imageConfigSchema.parse({ ...Object(config), Healthcheck: health }));
    } catch (error) {
      await discard(folder);
      throw error;
    }
  }

  /**
   * Runs a program in the image as compose.yaml does: read-only, as the image's user, without privileges, /tmp and the data folder aside. It has
   * this machine's network.
   * @param command instead of the image's own
   */
  start(
    command: readonly string[],
    options: { readonly env: Readonly<Record<string, string>>; readonly dataDir: string; readonly secrets: string },
  ): Program {
    const { Env, User, WorkingDir } = this.config;
    const variables = [...Env, ...Object.entries(options.env).map(([name, value]) => `${name}=${value}`)];
    const isolation = ['--quiet', '--register=no', '--keep-unit', `--directory=${this.root}`, '--kill-signal=SIGTERM'];
    const limits = [
      `--user=${User}`,
      `--chdir=${WorkingDir}`,
      '--read-only',
      '--tmpfs=/tmp',
      '--no-new-privileges=yes',
      '--drop-capability=all',
    ];
    const files = [`--bind=${options.dataDir}:/var/lib/rsm`, `--bind-ro=${options.secrets}:/run/secrets`];
    const child = spawn(
      'systemd-nspawn',
      [...isolation, ...limits, ...files, ...variables.map((variable) => `--setenv=${variable}`), ...command],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new Program(child);
  }

  async close(): Promise<void> {
    await discard(this.#folder);
  }
}

async function makeBase(folder: string): Promise<void> {
  const root = join(folder, 'base');
  await quietly('debootstrap', ['--variant=minbase', '--include=ca-certificates', RELEASE, root]);
  const local = join(root, 'usr/local');
  await mkdir(join(local, 'bin'), { recursive: true });
  await cp(process.execPath, join(local, 'bin/node'));
  await quietly('npm', ['install', '--global', '--prefix', local, '--ignore-scripts', NPM]);
  await quietly('chroot', [root, 'useradd', '--uid', String(IMAGE_USER.uid), '--create-home', 'node']);
  // Whatever signs this machine's way to the registry of packages.
  const authorities = 'etc/ssl/certs/ca-certificates.crt';
  await cp(join('/', authorities), join(root, authorities)).catch(() => undefined);
  const tar = join(folder, 'base.tar');
  await quietly('tar', ['-C', root, '-cf', tar, '.']);
  await rm(root, { recursive: true, force: true });
  await podman(folder, ['import', '--change', `ENV NODE_EXTRA_CA_CERTS=/${authorities}`, tar, BASE]);
  await rm(tar);
}

/** With a store of its own, which is gone with the folder. */
async function podman(folder: string, args: readonly string[], cwd = '/'): Promise<string> {
  const store = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--cgroup-manager', 'cgroupfs'];
  return quietly('podman', [...store, ...args], cwd);
}

async function quietly(file: string, args: readonly string[], cwd = '/'): Promise<string> {
  const { stdout } = await run(file, [...args], { cwd, maxBuffer: OUTPUT_BYTES_MAX, timeout: STEP_LIMIT_MS });
  return stdout;
}

async function discard(folder: string): Promise<void> {
  await podman(folder, ['image', 'unmount', '--all']).catch(() => undefined);
  await podman(folder, ['system', 'reset', '--force']).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
