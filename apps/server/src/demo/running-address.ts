import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a running demo says which port it took, so that the tour beside it finds it. */
function fileIn(dataDir: string): string {
  return join(dataDir, 'running-address');
}

/** @param url such as `http://127.0.0.1:4600` */
export async function writeRunningAddress(dataDir: string, url: string): Promise<void> {
  const file = fileIn(dataDir);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${url}\n`);
}

/** Null when no demo runs on this data folder. */
export async function readRunningAddress(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(fileIn(dataDir), 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

export async function removeRunningAddress(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}
