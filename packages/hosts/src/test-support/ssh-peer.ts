import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import ssh2, { type Connection, type ServerChannel, type Session } from 'ssh2';
import type { MachineId } from '@rsm/domain/common/ids';
import { instant, type Clock } from '@rsm/domain/common/instant';
import type { AddressGuard, CheckedAddress } from '../addresses/checked-address.ts';
import type { CommandLog, CommandLogEntry } from '../ssh/command-log.ts';
import type { HostKey } from '@rsm/domain/machines/machine';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import { createKeyPairMaker } from '../keys/key-pair-maker.ts';
import { hostKeyOf } from '../ssh/host-key.ts';

/** What the peer does with one command. It answers nothing by itself. */
export type CommandHandler = (command: string, channel: ServerChannel, connection: Connection) => void;

export interface SshPeer {
  readonly port: number;
  readonly hostKey: HostKey;
  readonly target: MachineTarget;
  /** Commands that arrived, without the login probe. */
  readonly commands: string[];
  /** How many authentications were tried. */
  readonly logins: () => number;
  readonly connections: () => number;
  /** Signals that were sent to commands. */
  readonly signals: string[];
  readonly cutAll: () => void;
  /** From now on the peer reads nothing and answers nothing, while its connections stay open. */
  readonly pauseAll: () => void;
  readonly close: () => Promise<void>;
}

const PROBE_ANSWERS = {
  root: '0\nshell=bash\ntimeout\n',
  sudo: '1000\nshell=bash\ntimeout\nsudo\n',
  none: '1000\nshell=bash\ntimeout\n',
  fish: '0\nshell=fish\ntimeout\n',
} as const;

/**
 * An SSH server inside the test, for what a real sshd cannot be made to do on command (cut here, stay silent there). What
 * sshd itself does is tested on lab hosts.
 */
export async function startSshPeer(options: {
  readonly onCommand?: CommandHandler;
  readonly login?: keyof typeof PROBE_ANSWERS;
  readonly hostKeyType?: 'ed25519' | 'ecdsa';
}): Promise<SshPeer> {
  const host = makeKeyPair(options.hostKeyType ?? 'ed25519');
  const user = makeKeyPair('ed25519');
  const commands: string[] = [];
  const signals: string[] = [];
  const sockets = new Set<Socket>();
  let logins = 0;
  let connections = 0;
  const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      logins += 1;
      attempt.accept();
    });
    connection.on('session', (accept) => {
      const session: Session = accept();
      session.on('signal', (acceptSignal, _reject, info) => {
        signals.push(info.name);
        acceptSignal?.();
      });
      session.on('exec', (acceptExec, _reject, info) => {
        const channel = acceptExec();
        channel.on('error', () => undefined);
        if (info.command.includes('shell=')) {
          reply(channel, PROBE_ANSWERS[options.login ?? 'root'], 0);
          return;
        }
        commands.push(info.command);
        options.onCommand?.(info.command, channel, connection);
      });
    });
  });
  const tcp: TcpServer = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  return {
    port,
    hostKey: host.hostKey,
    target: {
      machineId: anyMachineId(),
      credential: 'control',
      endpoint: { address: '127.0.0.1', port },
      sshUser: 'root',
      privateKey: user.private,
      hostKey: host.hostKey,
    },
    commands,
    signals,
    logins: () => logins,
    connections: () => connections,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    pauseAll: () => {
      for (const socket of sockets) {
        socket.removeAllListeners('data');
        socket.pause();
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        tcp.close(() => resolve());
      }),
  };
}

/** Ends a command the way sshd does: output, then the exit status, then the channel. */
export function reply(channel: ServerChannel, stdout: string, exitStatus: number): void {
  channel.write(stdout);
  channel.exit(exitStatus);
  channel.end();
}

/** A key pair, with the public half as it would be pinned. */
export function makeKeyPair(type: 'ed25519' | 'ecdsa'): {
  readonly private: string;
  readonly public: string;
  readonly hostKey: HostKey;
} {
  if (type === 'ed25519') {
    const pair = createKeyPairMaker().make('test');
    return {
      private: pair.privateKey,
      public: pair.publicKey,
      hostKey: hostKeyOf(Buffer.from(pair.publicKey.split(' ')[1] ?? '', 'base64')),
    };
  }
  const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  return {
    private: pair.private,
    public: pair.public,
    hostKey: hostKeyOf(Buffer.from(pair.public.split(' ')[1] ?? '', 'base64')),
  };
}

/** A fresh UUIDv7. */
export function anyMachineId(): MachineId {
  const random = randomBytes(10).toString('hex');
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18).padEnd(12, '0')}` as MachineId;
}

export const realClock: Clock = { now: () => instant(Date.now()) };

/** Lets every address through as it is: the guard has tests of its own. */
export const openGuard: AddressGuard = {
  check: async (host) => ({ host, ip: host, family: host.includes(':') ? 6 : 4 }) as CheckedAddress,
};

/** A command log that a test can read. */
export function recordingLog(): CommandLog & { readonly entries: CommandLogEntry[] } {
  const entries: CommandLogEntry[] = [];
  return { entries, record: (entry) => void entries.push(entry) };
}
