import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What @electron/fuses looks for in Electron's program file, followed by a version, a count and one character per fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSE_VERSION = 1;
const FUSE_COUNT = 9;
/** What electron-builder takes away or renames in the folder of a distribution. */
const OTHER_FILES = ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox'];

/** A folder that looks like a Linux distribution of Electron to electron-builder: it can be packed with, and not be run. */
export async function writeStandInElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  const wire = Buffer.from([FUSE_VERSION, FUSE_COUNT, ...Buffer.from('0'.repeat(FUSE_COUNT))]);
  const program = join(folder, 'electron');
  await writeFile(program, Buffer.concat([Buffer.from(FUSE_SENTINEL), wire, Buffer.from('\n')]));
  await chmod(program, 0o755);
  await Promise.all(OTHER_FILES.map(async (file) => writeFile(join(folder, file), '')));
}

/** The fuses of a packed program, in Electron's order: true is on. */
export function fusesOf(program: Buffer): readonly boolean[] {
  const at = program.indexOf(FUSE_SENTINEL);
  if (at < 0) throw new Error('The packed program has no fuses.');
  const start = at + FUSE_SENTINEL.length + 2;
  return [...program.subarray(start, start + FUSE_COUNT)].map((fuse) => fuse === '1'.charCodeAt(0));
}
