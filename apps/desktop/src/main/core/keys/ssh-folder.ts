import { constants } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import type { LocalKey } from '../../../shared/bridge.ts';
import { refusal } from '../errors/bridge-refusal.ts';
import { fingerprintOf } from '../ssh/host-key.ts';
import type { KeyPair } from './key-pair.ts';
import type { PrivateKeySource } from './key-sources.ts';
import { parsePrivateKey, parsePublicKey, publicLineOf } from './parsed-key.ts';

/** Key pairs in the person's own `~/.ssh`. Files there are read and added, never changed and never removed. */
export interface SshFolder extends PrivateKeySource {
  /** Pairs whose both halves lie there. */
  list(): Promise<readonly LocalKey[]>;
  /** @throws BridgeRefusal file_failed, and nothing is left behind */
  add(name: string, pair: KeyPair): Promise<LocalKey>;
}

const FOLDER_MODE = 0o700;
const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;
const FILES_MAX = 500;
/** The longest RSA key (16,384 bits) has about 12,000 characters as a private key. */
const FILE_BYTES_MAX = 65_536;
const NAME_TRIES_MAX = 100;

export function createSshFolder(home: string): SshFolder {
  const folder = join(home, '.ssh');

  /** The public halves that lie there, by fingerprint. */
  async function publicHalves() {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pub')).slice(0, FILES_MAX);
    const halves = new Map<string, { readonly file: string; readonly key: ParsedKey }>();
    for (const name of names) {
      const text = await readSmall(join(folder, name));
      const key = text === null ? null : parsePublicKey(text);
      if (key !== null) halves.set(fingerprintOf(key.getPublicSSH()), { file: name.slice(0, -'.pub'.length), key });
    }
    return halves;
  }

  async function privateHalf(file: string): Promise<ParsedKey | null> {
    const text = await readSmall(join(folder, file));
    return text === null ? null : parsePrivateKey(text);
  }

  return {
    list: async () => {
      const keys: LocalKey[] = [];
      for (const [fingerprint, { file, key }] of await publicHalves()) {
        if ((await readSmall(join(folder, file))) === null) continue;
        keys.push({ fingerprint, name: file, publicKey: publicLineOf(key), place: 'ssh_folder' });
      }
      return keys;
    },
    add: async (name, pair) => {
      try {
        await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
        const file = await writePair(folder, fileNameOf(name), pair);
        const key = parsePublicKey(pair.publicKey);
        if (key === null) throw new Error('A pair that was just made can’t be read.');
        return {
          fingerprint: fingerprintOf(key.getPublicSSH()),
          name: file,
          publicKey: publicLineOf(key),
          place: 'ssh_folder',
        };
      } catch (error) {
        throw refusal('file_failed', `The pair can’t be written to ${folder}.`, {
          field: 'place',
          remedy: 'Check that the folder is yours and the disk is not full, or choose the key chain.',
          cause: error,
        });
      }
    },
    find: async (wanted) => {
      const keys = [];
      for (const [fingerprint, { file }] of await publicHalves()) {
        const key = wanted.has(fingerprint) ? await privateHalf(file) : null;
        // The file beside a .pub may hold another key.
        if (key !== null && fingerprintOf(key.getPublicSSH()) === fingerprint) keys.push({ fingerprint, key });
      }
      return keys;
    },
  };
}

/** A file name from a person's words; it can't leave the folder, and reads as ours. */
function fileNameOf(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
  return `rsm_${words === '' ? 'key' : words}`;
}

/** Takes the first free name, and never an existing file. */
async function writePair(folder: string, base: string, pair: KeyPair): Promise<string> {
  for (let number = 1; number <= NAME_TRIES_MAX; number += 1) {
    const file = number === 1 ? base : `${base}_${String(number)}`;
    if (!(await writeNew(join(folder, file), pair.privateKey, PRIVATE_MODE))) continue;
    if (await writeNew(join(folder, `${file}.pub`), `${pair.publicKey}\n`, PUBLIC_MODE)) return file;
    await rm(join(folder, file), { force: true });
  }
  throw new Error(`There are ${String(NAME_TRIES_MAX)} files of this name already.`);
}

/** False when there is such a file already; what was begun is taken back when the disk fails. */
async function writeNew(path: string, text: string, mode: number): Promise<boolean> {
  let file;
  try {
    file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow, mode);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(text);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Windows has no such flag. */
const noFollow: number = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** The text of a file of a sensible size; null for everything else. */
async function readSmall(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r');
    try {
      const about = await file.stat();
      return about.isFile() && about.size <= FILE_BYTES_MAX ? await file.readFile('utf8') : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
