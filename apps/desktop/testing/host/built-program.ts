import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type * as Core from '../../src/main/core/desktop-core.ts';

/** Where a built program lies: the three parts as the build writes them, in a folder or taken out of a package. */
export interface BuiltProgram {
  readonly core: Pick<typeof Core, 'createDesktopCore' | 'APP_START'>;
  readonly preload: string;
  readonly rendererFolder: string;
  readonly version: string;
}

/** The build of this checkout. */
export const BUILD_FOLDER = resolve(import.meta.dirname, '../..');

/**
 * Loads a built program.
 * @param folder holds package.json and `out`
 * @throws Error when it is not built
 */
export async function loadProgram(folder: string = BUILD_FOLDER): Promise<BuiltProgram> {
  const core = join(folder, 'out/main/core.js');
  if (!existsSync(core))
    throw new Error(`The desktop client is not built: ${core} is missing. "npm run build" builds it.`);
  const load = createRequire(join(folder, 'package.json'));
  const manifest = load('./package.json') as { readonly version: string };
  return {
    // Loaded by Node itself, as Electron does it: nothing transforms it on the way.
    core: load(core) as typeof Core,
    preload: await readFile(join(folder, 'out/preload/index.cjs'), 'utf8'),
    rendererFolder: join(folder, 'out/renderer'),
    version: manifest.version,
  };
}
