import { connect as connectTcp, type Socket } from 'node:net';
import { Client, type Algorithms } from 'ssh2';
import { refusal, type BridgeRefusal } from '../errors/bridge-refusal.ts';
import { hostKeyAlgorithmsFor, judgeHostKey, type PinnedHostKey } from './host-key.ts';
import type { LoginMethod } from './login-keys.ts';

/**
 * Key exchange by curve25519 (RFC 8731) and ciphers with built-in authentication only. OpenSSH has had all of them since
 * 6.5 (2014). GCM goes first because Node runs it in native code.
 */
const ALGORITHMS = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com'],
  // Never used by these ciphers, but the negotiation wants a common name (RFC 5647, 5.1).
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
} satisfies Algorithms;

const CONNECT_TIMEOUT_MS = 15_000;
const KEEPALIVE_INTERVAL_MS = 15_000;
/** Unanswered keepalives after which a connection counts as cut. */
const KEEPALIVE_COUNT_MAX = 3;

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKey: PinnedHostKey;
  readonly methods: readonly LoginMethod[];
  readonly signal: AbortSignal;
}

/**
 * Opens one SSH connection and logs in. The host key is judged before anything about the person is sent, the user name
 * included.
 * @throws BridgeRefusal host_key_changed, machine_unreachable, or the signal's reason
 */
export async function dial(options: DialOptions): Promise<Client> {
  options.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const client = new Client();
    const socket: Socket = connectTcp({ host: options.host, port: options.port, noDelay: true });
    let verdict: BridgeRefusal | null = null;
    let loggingIn = false;
    let settled = false;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      return true;
    };
    const fail = (error: Error): void => {
      if (!settle()) return;
      // Late errors of a connection that was given up change nothing.
      client.on('error', () => undefined);
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      const reason: unknown = options.signal.reason;
      fail(reason instanceof Error ? reason : new Error('The connection was given up.'));
    };
    const timer = setTimeout(
      () => fail(unreachable(`did not answer within ${String(CONNECT_TIMEOUT_MS / 1000)} s`)),
      CONNECT_TIMEOUT_MS,
    );
    options.signal.addEventListener('abort', onAbort, { once: true });

    const failWith = (error: Error): void => fail(verdict ?? dialError(error, loggingIn));
    socket.once('error', failWith);
    client.on('error', failWith);
    client.once('close', () => failWith(new Error('closed')));
    client.once('handshake', () => (loggingIn = true));
    client.once('ready', () => {
      if (!settle()) return;
      client.off('error', failWith);
      // An established connection says why it ended by 'close'; an error without a listener would end the program.
      client.on('error', () => undefined);
      resolve(client);
    });
    socket.once('connect', () => {
      if (settled) return;
      try {
        client.connect({
          sock: socket,
          username: options.username,
          authHandler: [...options.methods],
          algorithms: { ...ALGORITHMS, serverHostKey: hostKeyAlgorithmsFor(options.hostKey.keyType) },
          hostVerifier: (presented: Buffer): boolean => {
            verdict = judgeHostKey(options.hostKey, presented);
            return verdict === null;
          },
          readyTimeout: 0,
          keepaliveInterval: KEEPALIVE_INTERVAL_MS,
          keepaliveCountMax: KEEPALIVE_COUNT_MAX,
        });
      } catch (error) {
        failWith(error instanceof Error ? error : new Error('ssh2 refused the connection.', { cause: error }));
        return;
      }
      // ssh2 waits for 'connect' on a socket that it was given; this one is connected already.
      socket.emit('connect');
    });
  });
}

/** Names what ssh2 and the socket report. */
function dialError(error: Error & { readonly code?: unknown; readonly level?: unknown }, loggingIn: boolean): Error {
  if (error.level === 'client-authentication' || loggingIn) {
    return refusal('machine_unreachable', 'The machine accepted none of this computer’s keys.', {
      remedy:
        'A booking takes the keys that your account had when it was made. Use one of those, or wait a moment when the ' +
        'booking has just begun.',
      cause: error,
    });
  }
  switch (error.code) {
    case 'ECONNREFUSED':
      return unreachable('refused the connection', error);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return unreachable('can’t be reached from this computer', error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable('has a name that can’t be found', error);
    case 'ETIMEDOUT':
      return unreachable('did not answer', error);
    default:
      return unreachable('ended the connection before the login', error);
  }
}

function unreachable(what: string, cause?: Error): BridgeRefusal {
  return refusal('machine_unreachable', `The machine ${what}.`, {
    remedy: 'Check your own connection. The booking’s page shows whether the marketplace reaches the machine.',
    cause,
  });
}
