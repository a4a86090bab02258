import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { RemoteFile, RemoteFiles } from './remote-files.ts';
import { judgeRemoteName } from './remote-names.ts';

export interface PullTotals {
  files: number;
  bytes: number;
  /** Links, special files, and names that this computer can't keep. */
  skipped: number;
}

export interface PullOptions {
  readonly remote: RemoteFiles;
  /** As the person wrote it: absolute, or from the home of the account (`results`, `~/results`). */
  readonly remotePath: string;
  /** What is copied appears in here under its own name, or a number after it when that is taken. */
  readonly folder: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly signal: AbortSignal;
  /** Called often; the caller thins it out. */
  readonly onProgress: (path: string, totals: Readonly<PullTotals>) => void;
  readonly limits?: Partial<PullLimits>;
}

export interface PullLimits {
  readonly filesMax: number;
  readonly bytesMax: number;
  readonly depthMax: number;
}

export const PULL_LIMITS: PullLimits = Object.freeze({
  filesMax: 1_000_000,
  bytesMax: 16 * 2 ** 40,
  depthMax: 64,
});

/** The protocol lets a server answer with this much at most (OpenSSH answers up to 256 KiB; 32 KiB is what every server can do). */
const READ_BYTES = 32 * 1024;
/** Reads on their way at once, so that a distant machine is not waited for after each of them. */
const READS_AT_ONCE = 32;
const NAME_TRIES_MAX = 100;

/** Ends a pull with a sentence that a person may read. */
export class PullError extends Error {
  override readonly name = 'PullError';
}

/**
 * Copies a file or a folder with all that is in it. Nothing that is there already is ever written to, no link is followed on
 * either side below the path that the person named, and nothing is written outside `folder`.
 * @throws PullError, the signal's reason, and what the connection or the disk reports
 */
export async function pullTree(options: PullOptions): Promise<PullTotals> {
  const { remote, folder, platform, signal, onProgress } = options;
  const limits = { ...PULL_LIMITS, ...options.limits };
  const totals: PullTotals = { files: 0, bytes: 0, skipped: 0 };
  let entriesSeen = 0;

  async function pullFolder(from: string, to: string, depth: number): Promise<void> {
    if (depth > limits.depthMax)
      throw new PullError(`Folders lie deeper than ${String(limits.depthMax)} in each other.`);
    const folders: { readonly from: string; readonly to: string }[] = [];
    for await (const batch of remote.entries(from)) {
      for (const { name, kind, mode } of batch) {
        if (name === '.' || name === '..') continue;
        entriesSeen += 1;
        if (entriesSeen > limits.filesMax) throw new PullError(`There are more than ${String(limits.filesMax)} files.`);
        const path = posix.join(from, name);
        const target = await free(to, name, kind, mode);
        if (target === null) totals.skipped += 1;
        else if (target.kind === 'folder') folders.push({ from: path, to: target.path });
        else await pullFile(path, target.path, target.file);
      }
    }
    // After the listing was closed, so that the machine never holds more than one open listing for us.
    for (const inner of folders) await pullFolder(inner.from, inner.to, depth + 1);
  }

  /** Makes the file or folder anew, under a free name; null for what is left on the machine. */
  async function free(to: string, name: string, kind: 'file' | 'folder' | 'other', mode: number) {
    signal.throwIfAborted();
    switch (judgeRemoteName(name, platform)) {
      case 'hostile':
        throw new PullError('The machine names a file in a way that leads out of the folder. Nothing more is copied.');
      case 'skip':
        return null;
      case 'take':
    }
    if (kind === 'other') return null;
    return makeNew(to, name, kind, mode);
  }

  async function pullFile(from: string, to: string, file: FileHandle): Promise<void> {
    let whole = false;
    try {
      onProgress(from, totals);
      const source = await remote.open(from).catch((error: unknown) => {
        if (signal.aborted || !isDenied(error)) throw error;
        return null;
      });
      if (source === null) {
        totals.skipped += 1;
        return;
      }
      try {
        await copy(source, file, from);
      } finally {
        await source.close().catch(() => undefined);
      }
      whole = true;
      totals.files += 1;
      onProgress(from, totals);
    } finally {
      await file.close();
      if (!whole) await rm(to, { force: true });
    }
  }

  /** Several readers take the next piece each, until one of them sees the end. */
  async function copy(source: RemoteFile, file: FileHandle, from: string): Promise<void> {
    let next = 0;
    let end = Number.POSITIVE_INFINITY;
    const reader = async (): Promise<void> => {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      while (next < end) {
        const start = next;
        next += READ_BYTES;
        let done = 0;
        while (done < READ_BYTES) {
          signal.throwIfAborted();
          const count = await source.read(buffer.subarray(done), start + done);
          if (count === 0) {
            end = Math.min(end, start);
            break;
          }
          done += count;
          totals.bytes += count;
          if (totals.bytes > limits.bytesMax) throw new PullError('This is more than can be copied at once.');
        }
        await writeAll(file, buffer.subarray(0, done), start);
        onProgress(from, totals);
      }
    };
    await runAll(READS_AT_ONCE, reader);
  }

  const root = await remote.resolve(remotePathOf(options.remotePath));
  const { kind, mode } = await remote.look(root);
  const name = posix.basename(root) === '' ? 'machine' : posix.basename(root);
  const target = await free(folder, name, kind, mode);
  if (target === null) throw new PullError('This is neither a file nor a folder that can be copied here.');
  if (target.kind === 'folder') await pullFolder(root, target.path, 1);
  else await pullFile(root, target.path, target.file);
  return totals;
}

/** SFTP counts from the account's home and knows no tilde. */
export function remotePathOf(text: string): string {
  if (text === '~' || text === '~/') return '.';
  return text.startsWith('~/') ? text.slice(2) : text;
}

type NewPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly file: FileHandle };

/** `report.txt`, else `report (2).txt`, and so on: what is there stays as it is, be it a link. */
async function makeNew(folder: string, name: string, kind: 'file' | 'folder', mode: number): Promise<NewPlace> {
  for (let number = 1; number <= NAME_TRIES_MAX; number += 1) {
    const path = join(folder, number === 1 ? name : numbered(name, number));
    try {
      if (kind === 'folder') {
        await mkdir(path);
        return { kind, path };
      }
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      // Readable by its owner in any case; never set-uid, which a chmod bit of the machine could ask for.
      return { kind, path, file: await open(path, flags, (mode & 0o777) | 0o600) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new PullError(`There are ${String(NAME_TRIES_MAX)} files named ${name} in the chosen folder already.`);
}

function numbered(name: string, number: number): string {
  const { name: stem, ext } = posix.parse(name);
  return `${stem} (${String(number)})${ext}`;
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Runs workers side by side and waits for all, also after one has failed: nothing may go on behind a closed file. */
async function runAll(count: number, worker: () => Promise<void>): Promise<void> {
  let failed = false;
  const results = await Promise.allSettled(
    Array.from({ length: count }, async () => {
      try {
        if (!failed) await worker();
      } catch (error) {
        failed = true;
        throw error;
      }
    }),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** A file that the account may not read is left out; everything else of the folder still comes home. */
function isDenied(error: unknown): boolean {
  const [noSuchFile, permissionDenied] = [2, 3];
  return error instanceof Error && 'code' in error && (error.code === permissionDenied || error.code === noSuchFile);
}
