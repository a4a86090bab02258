import { setMaxListeners } from 'node:events';
import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';

/** What a file of the machine is; links are not followed. */
export type RemoteKind = 'file' | 'folder' | 'other';

export interface RemoteEntry {
  readonly name: string;
  readonly kind: RemoteKind;
  readonly mode: number;
}

export interface RemoteFile {
  /** Fills `buffer` from `position` as far as the file goes; 0 at its end. */
  read(buffer: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
}

/** The few calls of SFTP that a pull needs, each with an end: a lost connection and an aborted signal reject what is waiting. */
export interface RemoteFiles {
  /** The absolute path without links. */
  resolve(path: string): Promise<string>;
  look(path: string): Promise<{ readonly kind: RemoteKind; readonly mode: number }>;
  /** The entries of a folder, in the pieces in which the machine sends them. */
  entries(path: string): AsyncGenerator<readonly RemoteEntry[]>;
  open(path: string): Promise<RemoteFile>;
}

const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
const STATUS_EOF = 1;

export async function openRemoteFiles(client: Client, cancelled: AbortSignal): Promise<RemoteFiles> {
  const lost = new AbortController();
  client.once('close', () => lost.abort(new Error('The connection to the machine was lost.')));
  const over = AbortSignal.any([cancelled, lost.signal]);
  // Every call that is on its way listens; how many there are is the caller's limit.
  setMaxListeners(0, over);

  /** One call: its answer, the end of the connection, or the end of the whole pull. The library itself would wait for ever. */
  async function ask<Value>(
    call: (done: (error: Error | undefined | null, value: Value) => void) => void,
  ): Promise<Value> {
    over.throwIfAborted();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const reason: unknown = over.reason;
        reject(reason instanceof Error ? reason : new Error('The copy was given up.'));
      };
      over.addEventListener('abort', giveUp, { once: true });
      call((error, value) => {
        over.removeEventListener('abort', giveUp);
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  const sftp = await ask<SFTPWrapper>((done) => client.sftp(done));

  return {
    resolve: async (path) => ask<string>((done) => sftp.realpath(path, done)),
    look: async (path) => {
      const stats = await ask<Stats>((done) => sftp.lstat(path, done));
      return { kind: kindOf(stats.mode), mode: stats.mode };
    },
    async *entries(path) {
      const handle = await ask<Buffer>((done) => sftp.opendir(path, done));
      try {
        for (;;) {
          const batch = await ask<readonly FileEntryWithStats[] | null>((done) => {
            sftp.readdir(handle, (error, list) => {
              if (isEnd(error)) done(null, null);
              else done(error, list);
            });
          });
          if (batch === null) return;
          yield batch.map(({ filename, attrs }) => ({ name: filename, kind: kindOf(attrs.mode), mode: attrs.mode }));
        }
      } finally {
        sftp.close(handle, () => undefined);
      }
    },
    open: async (path) => {
      const handle = await ask<Buffer>((done) => sftp.open(path, 'r', done));
      return {
        read: async (buffer, position) =>
          ask<number>((done) => {
            sftp.read(handle, buffer, 0, buffer.length, position, (error, bytesRead) => {
              if (isEnd(error)) done(null, 0);
              else done(error, bytesRead);
            });
          }),
        close: async () => ask<undefined>((done) => sftp.close(handle, (error) => done(error, undefined))),
      };
    },
  };
}

/** What a mode of POSIX says; a machine that sends none means nothing that we copy. */
function kindOf(mode: number | undefined): RemoteKind {
  switch ((mode ?? 0) & FILE_TYPE_MASK) {
    case REGULAR_FILE:
      return 'file';
    case FOLDER:
      return 'folder';
    default:
      return 'other';
  }
}

function isEnd(error: Error | undefined | null): boolean {
  return error !== undefined && error !== null && 'code' in error && error.code === STATUS_EOF;
}
