import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A small file that is read whole and replaced whole. */
export interface KeptFile {
  /** Null when there is none. @throws the system's error when it can't be read */
  read(): Promise<string | null>;
  /** Replaces it at once or not at all; only its owner may read it. Writes wait for each other. */
  write(text: string): Promise<void>;
}

const OWNER_FILE_MODE = 0o600;
const OWNER_FOLDER_MODE = 0o700;

export function createKeptFile(path: string): KeptFile {
  let writes: Promise<void> = Promise.resolve();

  async function replace(text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_FOLDER_MODE });
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(draft, 'wx', OWNER_FILE_MODE);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  return {
    read: async () => {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    write: async (text) => {
      const turn = writes.then(async () => replace(text));
      writes = turn.catch(() => undefined);
      return turn;
    },
  };
}
