import { connect as connectTcp, type Socket } from 'node:net';
import { Client, type Algorithms, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import type { CheckedAddress } from '../addresses/checked-address.ts';
import { abortReasonOf } from './abort-reason.ts';
import { fingerprintOf, isPinnedKey } from './host-key.ts';
import { HostKeyChangedError, SshError } from './ssh-error.ts';
import type { SshLimits } from './ssh-limits.ts';

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

/** Host key algorithms in the order of preference. SHA-1 signatures and DSA are not spoken. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The machine is told to sign with the pinned key's type first, so that a machine with several keys shows the pinned one. */
export function hostKeyAlgorithmsFor(pinnedType: string): ServerHostKeyAlgorithm[] {
  const fits = (name: ServerHostKeyAlgorithm): boolean =>
    pinnedType === 'ssh-rsa' ? name.startsWith('rsa-') : name === pinnedType;
  return [...HOST_KEY_ALGORITHMS.filter(fits), ...HOST_KEY_ALGORITHMS.filter((name) => !fits(name))];
}

export interface DialOptions {
  readonly address: CheckedAddress;
  readonly port: number;
  readonly username: string;
  /** Absent only for a look at the host key, which ends before authentication. */
  readonly privateKey?: string;
  readonly hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[];
  /** Judges the raw host key. An error it answers ends the connection and becomes the dial's error. */
  readonly judgeHostKey: (rawKey: Buffer) => Error | null;
  readonly limits: Pick<SshLimits, 'connectTimeoutMs' | 'keepaliveIntervalMs' | 'keepaliveCountMax'>;
  readonly signal: AbortSignal;
}

export interface DialedClient {
  readonly client: Client;
  /** What the machine calls its SSH server, such as `OpenSSH_9.2p1`. */
  readonly serverSoftware: string;
}

/** The judge that pins one key. */
export function pinnedKeyJudge(pinned: Buffer): (rawKey: Buffer) => Error | null {
  return (presented) =>
    isPinnedKey(pinned, presented) ? null : new HostKeyChangedError(fingerprintOf(pinned), fingerprintOf(presented));
}

/**
 * Opens one SSH connection to a checked address and logs in with a key; no other method is tried.
 * @throws what `judgeHostKey` answers, SshError, or the signal's reason. The socket is closed then.
 */
export async function dialSsh(options: DialOptions): Promise<DialedClient> {
  options.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const client = new Client();
    const socket: Socket = connectTcp({
      host: options.address.ip,
      port: options.port,
      family: options.address.family,
      noDelay: true,
    });
    let verdict: Error | null = null;
    let stage: 'tcp' | 'header' | 'handshake' | 'login' = 'tcp';
    let settled = false;

    const fail = (error: Error): void => {
      if (settled) return;
      settled = true;
      stopWaiting();
      client.on('error', ignore);
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(timedOut(stage, options.limits.connectTimeoutMs)),
      options.limits.connectTimeoutMs,
    );
    const onAbort = (): void => fail(abortReasonOf(options.signal));
    options.signal.addEventListener('abort', onAbort, { once: true });
    const stopWaiting = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
    };

    socket.once('error', (error) => fail(verdict ?? dialError(error, stage)));
    socket.once('connect', () => {
      if (settled) return;
      stage = 'header';
      // ssh2 throws synchronously when it can't read the private key.
      try {
        client.connect(clientConfig(options, socket, (error) => (verdict = error)));
      } catch (error) {
        fail(error instanceof Error ? error : new Error('ssh2 refused the connection.', { cause: error }));
        return;
      }
      // ssh2 waits for 'connect' on a socket that it was given; this one is connected already.
      socket.emit('connect');
    });
    client.on('error', (error) => fail(verdict ?? dialError(error, stage)));
    client.once('greeting', ignore);
    client.once('handshake', () => (stage = 'login'));
    client.once('close', () => fail(verdict ?? dialError(new Error('The machine closed the connection.'), stage)));
    client.once('ready', () => {
      if (settled) return;
      settled = true;
      stopWaiting();
      resolve({ client, serverSoftware: remoteSoftwareOf(client) });
    });
  });
}

function clientConfig(options: DialOptions, socket: Socket, setVerdict: (error: Error | null) => void): ConnectConfig {
  return {
    sock: socket,
    username: options.username,
    ...(options.privateKey === undefined ? {} : { privateKey: options.privateKey }),
    authHandler: options.privateKey === undefined ? [] : ['publickey'],
    algorithms: { ...ALGORITHMS, serverHostKey: [...options.hostKeyAlgorithms] },
    hostVerifier: (rawKey: Buffer): boolean => {
      const error = options.judgeHostKey(rawKey);
      setVerdict(error);
      return error === null;
    },
    readyTimeout: 0,
    keepaliveInterval: options.limits.keepaliveIntervalMs,
    keepaliveCountMax: options.limits.keepaliveCountMax,
  };
}

function ignore(): void {
  // Late errors of a connection that was given up change nothing.
}

/** ssh2 keeps the version string in a field that its types leave out; it is read defensively. */
function remoteSoftwareOf(client: Client): string {
  const value: unknown = Reflect.get(client, '_remoteVer');
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

function timedOut(stage: 'tcp' | 'header' | 'handshake' | 'login', timeoutMs: number): SshError {
  const what =
    stage === 'tcp'
      ? 'did not answer'
      : stage === 'login'
        ? 'did not finish the login'
        : 'did not finish the SSH handshake';
  return new SshError('connect_timed_out', `The machine ${what} within ${timeoutMs / 1000} s.`, {
    remedy: 'Check that the machine runs, that the port is right and that its firewall lets our addresses in.',
  });
}

/** Names what ssh2 and the socket report. The code is Node's (errno) or ssh2's `level`. */
function dialError(
  error: Error & { readonly code?: unknown; readonly level?: unknown },
  stage: 'tcp' | 'header' | 'handshake' | 'login',
): SshError {
  const cause = error;
  switch (error.code) {
    case 'ECONNREFUSED':
      return new SshError('connect_refused', 'The machine refused the connection on this port.', {
        remedy: 'Check the port, and that sshd runs on the machine.',
        cause,
      });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
      return new SshError('no_route', 'There is no route to the machine.', {
        remedy: 'Check the address, and that the machine is connected to the network.',
        cause,
      });
    case 'ETIMEDOUT':
      return new SshError('connect_timed_out', 'The machine did not answer.', {
        remedy: 'Check that the machine runs and that its firewall lets our addresses in.',
        cause,
      });
    default:
  }
  if (error.level === 'client-authentication' || stage === 'login') {
    return new SshError('login_refused', 'The machine did not accept our key for this user.', {
      remedy:
        'Paste the block that the machine page shows on the machine, as root or with sudo, and check the user name.',
      cause,
    });
  }
  if (error.level === 'handshake') {
    return new SshError('handshake_failed', `The SSH handshake failed: ${error.message}`, {
      remedy: 'The machine needs OpenSSH 6.5 or newer with curve25519 key exchange and AES-GCM or ChaCha20-Poly1305.',
      cause,
    });
  }
  return new SshError(
    'not_ssh',
    'Something answers on this port, but it ended the connection before the SSH handshake.',
    {
      remedy:
        'Check that the port is that of sshd. When it is, the machine may be refusing us for now (MaxStartups, fail2ban).',
      cause,
    },
  );
}
