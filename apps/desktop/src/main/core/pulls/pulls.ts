import { randomUUID } from 'node:crypto';
import type { BookingId } from '@rsm/domain/common/ids';
import type { PullEvent } from '../../../shared/bridge.ts';
import { BridgeRefusal, refusal } from '../errors/bridge-refusal.ts';
import type { DialogsPort } from '../ports.ts';
import type { BookingConnector } from '../ssh/booking-connector.ts';
import { PullError, pullTree } from './pull-tree.ts';
import { openRemoteFiles } from './remote-files.ts';

/** Copies of files from bookings' machines, each with an id and news of how far it is. */
export interface Pulls {
  /**
   * Asks for a folder and begins. What goes wrong after that is told as an event.
   * @returns null when the person chose no folder
   * @throws BridgeRefusal limit_reached and what logging in throws
   */
  begin(input: { readonly bookingId: BookingId; readonly remotePath: string }): Promise<string | null>;
  cancel(pullId: string): void;
  cancelAll(): Promise<void>;
}

export const PULLS_MAX = 4;
const PROGRESS_INTERVAL_MS = 100;

export function createPulls(options: {
  readonly connector: BookingConnector;
  readonly dialogs: DialogsPort;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly send: (event: PullEvent) => void;
  readonly now?: () => number;
}): Pulls {
  const { connector, dialogs, platform, send, now = Date.now } = options;
  const pulls = new Map<string, { readonly abort: AbortController; done: Promise<void> }>();

  async function run(job: {
    readonly pullId: string;
    readonly client: Awaited<ReturnType<BookingConnector['connect']>>;
    readonly remotePath: string;
    readonly folder: string;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { pullId, client, remotePath, folder, signal } = job;
    let toldAtMs = Number.NEGATIVE_INFINITY;
    try {
      const remote = await openRemoteFiles(client, signal);
      const totals = await pullTree({
        remote,
        remotePath,
        folder,
        platform,
        signal,
        onProgress: (path, { files, bytes }) => {
          if (now() - toldAtMs < PROGRESS_INTERVAL_MS) return;
          toldAtMs = now();
          send({ kind: 'progress', pullId, files, bytes, path });
        },
      });
      send({ kind: 'done', pullId, ...totals });
    } catch (error) {
      send({ kind: 'failed', pullId, message: sentenceOf(error, signal) });
    } finally {
      client.end();
      pulls.delete(pullId);
    }
  }

  return {
    begin: async ({ bookingId, remotePath }) => {
      if (pulls.size >= PULLS_MAX) {
        throw refusal('limit_reached', `${String(PULLS_MAX)} copies are running already.`, {
          remedy: 'Wait for one of them, or cancel it.',
        });
      }
      const pullId = randomUUID();
      const abort = new AbortController();
      const pull = { abort, done: Promise.resolve() };
      pulls.set(pullId, pull);
      try {
        const folder = await dialogs.chooseFolder({ title: 'Choose a folder for the files' });
        if (folder === null) {
          pulls.delete(pullId);
          return null;
        }
        const client = await connector.connect(bookingId, abort.signal);
        pull.done = run({ pullId, client, remotePath, folder, signal: abort.signal });
        return pullId;
      } catch (error) {
        pulls.delete(pullId);
        throw error;
      }
    },
    cancel: (pullId) => pulls.get(pullId)?.abort.abort(cancelled()),
    cancelAll: async () => {
      for (const { abort } of pulls.values()) abort.abort(cancelled());
      await Promise.all([...pulls.values()].map(async ({ done }) => done));
    },
  };
}

function cancelled(): BridgeRefusal {
  return refusal('conflict', 'The copy was cancelled. What is complete stays in the folder.');
}

/** What the person is told. The machine's own words come last, since anybody may have written them. */
function sentenceOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return cancelled().message;
  if (error instanceof PullError || error instanceof BridgeRefusal) return error.message;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 2:
      return 'There is no such file or folder on the machine.';
    case 3:
      return 'Your account on the machine may not read this.';
    case 'ENOSPC':
      return 'The disk of this computer is full.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The chosen folder can’t be written to. Choose another one.';
    default:
      return error instanceof Error ? `The copy failed: ${error.message.slice(0, 200)}` : 'The copy failed.';
  }
}
