import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { BUILD_FOLDER, loadProgram } from '../host/built-program.ts';
import { startHostedDesktop } from '../host/test-host.ts';
import { fusesOf, writeStandInElectron } from './stand-in-electron.ts';

/**
 * `npm run package:check`: packs the built client around a stand-in for Electron, takes the package apart again, and runs what
 * was in it. It needs no Electron binary and no network.
 */
const EXECUTABLE = 'remote-servers-marketplace';
/** In Electron's order; the same as in electron-builder.config.mjs, written down a second time on purpose. */
const FUSES = {
  runAsNode: false,
  cookieEncryption: true,
  nodeOptions: false,
  nodeCliInspect: false,
  asarIntegrity: true,
  onlyFromAsar: true,
  browserSnapshot: false,
  fileProtocolPrivileges: false,
} as const;
/** What a program may consist of; a source, a test or a map in it is a mistake. */
const ALLOWED = /^[\\/](package[.]json|out[\\/](main|preload|renderer)[\\/].*|node_modules[\\/].*)$/;
const NEEDED_MODULES = ['ssh2', 'electron-updater'] as const;
const PACKED_BYTES_MAX = 20_000_000;
const SCREEN_LIMIT_MS = 20_000;

interface Asar {
  readonly listPackage: (archive: string, options: { readonly isPack: boolean }) => readonly string[];
  readonly extractAll: (archive: string, folder: string) => void;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const require = createRequire(import.meta.url);

function expectThat(holds: boolean, text: string): void {
  if (!holds) throw new Error(text);
  say(`ok  ${text}`);
}

/** electron-builder itself, as the script `package` runs it, for this system without an installer. */
function pack(electronDist: string, output: string): void {
  const builder = require.resolve('electron-builder/cli.js');
  const args = ['--linux', 'dir', '--x64', '--config', 'electron-builder.config.mjs', '--publish', 'never'];
  const settings = [`-c.electronDist=${electronDist}`, `-c.directories.output=${output}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [builder, ...args, ...settings], {
    cwd: BUILD_FOLDER,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`electron-builder ended with status ${String(status)}:\n${stdout}${stderr}`);
}

async function checkContents(packed: string, taken: string): Promise<void> {
  // The same that electron-builder has packed with.
  const builderRequire = createRequire(require.resolve('electron-builder/cli.js'));
  const asar = createRequire(builderRequire.resolve('app-builder-lib/package.json'))('@electron/asar') as Asar;
  const archive = join(packed, 'resources/app.asar');
  const files = asar.listPackage(archive, { isPack: false }).filter((path) => /[.][^/\\]+$/.test(path));
  const foreign = files.filter((path) => !ALLOWED.test(path) || /^[\\/]out.*[.](ts|tsx|map)$/.test(path));
  expectThat(foreign.length === 0, `nothing foreign is packed ${foreign.slice(0, 5).join(' ')}`);
  const { length } = await readFile(archive);
  expectThat(
    length < PACKED_BYTES_MAX,
    `${files.length} files, ${(length / 1e6).toFixed(1)} MB (limit ${PACKED_BYTES_MAX / 1e6} MB)`,
  );
  asar.extractAll(archive, taken);
  const modules = await readdir(join(taken, 'node_modules'));
  expectThat(
    NEEDED_MODULES.every((name) => modules.includes(name)),
    `its modules: ${modules.join(', ')}`,
  );
  const fuses = fusesOf(await readFile(join(packed, EXECUTABLE)));
  const wrong = Object.entries(FUSES).filter(([, wanted], index) => fuses[index] !== wanted);
  expectThat(wrong.length === 0, `fuses are set ${wrong.map(([name]) => name).join(' ')}`);
}

async function checkStart(taken: string): Promise<void> {
  const program = await loadProgram(taken);
  const manifest = JSON.parse(await readFile(join(taken, 'package.json'), 'utf8')) as { readonly main: string };
  expectThat((await readFile(join(taken, manifest.main))).length > 0, `Electron starts ${manifest.main}`);
  const testBrowser = await launchBrowser();
  try {
    const desktop = await startHostedDesktop(testBrowser, { serverUrl: null, program });
    const failures: string[] = [];
    desktop.page.on('pageerror', (error) => failures.push(error.message));
    await desktop.load('/server');
    await desktop.page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: SCREEN_LIMIT_MS });
    const answer = await desktop.page.evaluate(async () => window.rsm?.app.updateState());
    expectThat(answer?.kind === 'off', 'main core, preload script and renderer of the package start and talk');
    expectThat(failures.length === 0, `no error in the page ${failures.join(' ')}`);
    await desktop.close();
  } finally {
    await testBrowser.close();
  }
}

const work = await mkdtemp(join(tmpdir(), 'rsm-package-'));
try {
  await writeStandInElectron(join(work, 'electron'));
  pack(join(work, 'electron'), join(work, 'release'));
  await checkContents(join(work, 'release/linux-unpacked'), join(work, 'taken'));
  await checkStart(join(work, 'taken'));
  say('The package starts.');
} finally {
  await rm(work, { recursive: true, force: true });
}
