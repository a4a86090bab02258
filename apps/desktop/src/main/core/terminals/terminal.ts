import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import type { TerminalSize } from '../../../shared/bridge.ts';
import { refusal } from '../errors/bridge-refusal.ts';

export interface Terminal {
  write(data: string): Promise<void>;
  resize(size: TerminalSize): void;
  read(chars: number): void;
  close(reason: string): void;
}

/** Output that a window has not taken yet; above it the machine is made to wait, through the channel's window (RFC 4254, 5.2). */
const UNREAD_CHARS_MAX = 512 * 1024;
/** Input that the machine has not taken yet; above it a write waits. */
const UNSENT_BYTES_MAX = 1024 * 1024;
const MESSAGE_CHARS_MAX = 64 * 1024;
const SHELL_TIMEOUT_MS = 15_000;
/** A terminal that nobody uses is closed; who comes back the next day opens a new one. */
const IDLE_MS_MAX = 12 * 3_600_000;
const TERMINAL_TYPE = 'xterm-256color';

export interface TerminalOptions {
  /** Ended with the terminal. */
  readonly client: Client;
  readonly size: TerminalSize;
  /** Gives up while the shell is being opened. */
  readonly signal: AbortSignal;
  readonly idleMsMax?: number;
  readonly onData: (data: string) => void;
  /** Called once, after the last data. */
  readonly onClosed: (reason: string) => void;
}

/** Opens a login shell. @throws BridgeRefusal machine_unreachable when the machine gives none */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const { client } = options;
  try {
    return attach(options, await openShell(options));
  } catch (error) {
    client.destroy();
    throw error;
  }
}

async function openShell({ client, size, signal }: TerminalOptions): Promise<ClientChannel> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(timer);
      client.off('close', lost);
      signal.removeEventListener('abort', aborted);
      reject(error);
    };
    const lost = (): void => fail(noShell(new Error('closed')));
    const aborted = (): void => fail(refusal('terminal_gone', 'The terminal was closed while it was being opened.'));
    const timer = setTimeout(() => fail(noShell(new Error('timed out'))), SHELL_TIMEOUT_MS);
    client.once('close', lost);
    signal.addEventListener('abort', aborted, { once: true });
    client.shell({ term: TERMINAL_TYPE, cols: size.cols, rows: size.rows }, (error, channel) => {
      if (error) {
        fail(noShell(error));
        return;
      }
      clearTimeout(timer);
      client.off('close', lost);
      signal.removeEventListener('abort', aborted);
      resolve(channel);
    });
  });
}

function attach(options: TerminalOptions, channel: ClientChannel): Terminal {
  const { client, onData, onClosed, idleMsMax = IDLE_MS_MAX } = options;
  // A character's bytes may come in two packets.
  const decoder = new StringDecoder('utf8');
  let unreadChars = 0;
  let closed = false;
  let waiting: Promise<void> | null = null;
  let ending = 'The connection to the machine was lost.';
  let idle: NodeJS.Timeout;

  const stillUsed = (): void => {
    clearTimeout(idle);
    if (!closed) idle = setTimeout(() => close('Nobody used this terminal for a long time.'), idleMsMax);
  };
  /** All writes that wait share one wait: the end of a terminal ends it too. */
  const roomForMore = async (): Promise<void> =>
    (waiting ??= new Promise<void>((resolve) => {
      const go = (): void => {
        channel.off('drain', go);
        channel.off('close', go);
        client.off('close', go);
        waiting = null;
        resolve();
      };
      channel.once('drain', go);
      channel.once('close', go);
      client.once('close', go);
    }));
  const deliver = (text: string): void => {
    for (let at = 0; at < text.length;) {
      const part = text.slice(at, endOfPart(text, at));
      at += part.length;
      unreadChars += part.length;
      onData(part);
    }
    if (unreadChars > UNREAD_CHARS_MAX) channel.pause();
  };
  const finish = (): void => {
    if (closed) return;
    deliver(decoder.end());
    closed = true;
    clearTimeout(idle);
    client.end();
    onClosed(ending);
  };
  const close = (reason: string): void => {
    if (closed) return;
    ending = reason;
    channel.end();
    client.destroy();
    finish();
  };

  channel.on('exit', (status: number | null, signal?: string) => {
    ending =
      status === null ? `The shell was ended by ${signal ?? 'a signal'}.` : `The shell ended (${String(status)}).`;
  });
  channel.once('close', finish);
  client.once('close', finish);
  stillUsed();
  // What the machine prints at once must not overtake the answer that names the terminal.
  setImmediate(() => {
    channel.on('data', (bytes: Buffer) => {
      stillUsed();
      if (!closed) deliver(decoder.write(bytes));
    });
  });

  return {
    write: async (data) => {
      if (closed) return;
      stillUsed();
      channel.write(data);
      if (channel.writableLength > UNSENT_BYTES_MAX) await roomForMore();
    },
    resize: ({ cols, rows }) => {
      if (!closed) channel.setWindow(rows, cols, 0, 0);
    },
    read: (chars) => {
      unreadChars = Math.max(0, unreadChars - chars);
      if (!closed && unreadChars < UNREAD_CHARS_MAX / 2 && channel.isPaused()) channel.resume();
    },
    close,
  };
}

/** A message ends between characters: a pair of surrogates is not torn apart. */
function endOfPart(text: string, start: number): number {
  const end = start + MESSAGE_CHARS_MAX;
  const isHigh = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return isHigh ? end - 1 : end;
}

function noShell(cause: Error): Error {
  return refusal('machine_unreachable', 'The machine accepted the login but gave no terminal.', {
    remedy: 'Try again. If it stays so, the machine’s provider has to look at it.',
    cause,
  });
}
