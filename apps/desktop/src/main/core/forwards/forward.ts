import { createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { BridgeRefusal, refusal } from '../errors/bridge-refusal.ts';

export interface OpenForward {
  readonly localPort: number;
  close(): Promise<void>;
}

/** Connections through one forward at the same time; one more is ended at once. */
export const FORWARD_CONNECTIONS_MAX = 128;
/** Each connection that is being made listens for the end of the login; Node warns above ten. */
const LISTENERS_OF_OTHERS_MAX = 10;
const LOCAL_ADDRESS = '127.0.0.1';
/** A service of the machine is meant as the machine itself sees it. */
const REMOTE_ADDRESS = '127.0.0.1';

export interface ForwardOptions {
  readonly connect: (signal: AbortSignal) => Promise<Client>;
  readonly remotePort: number;
  /** A free port is chosen when null. */
  readonly localPort: number | null;
  readonly signal: AbortSignal;
  /** Called once, however the forward ended. */
  readonly onClosed: () => void;
}

/**
 * Listens on a port of this computer and carries each connection to a port of the machine. A connection to the machine that was
 * cut is made anew when somebody uses the port next; when that is refused (the booking is over, the host key changed), the
 * forward ends.
 * @throws BridgeRefusal port_taken and what `connect` throws; nothing is left open then
 */
export async function openForward(options: ForwardOptions): Promise<OpenForward> {
  const { remotePort, onClosed } = options;
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  const sockets = new Set<Socket>();
  let login: Promise<Client> | null = null;
  let closed = false;

  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    if (closed || sockets.size >= FORWARD_CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    carry(socket).catch(() => socket.destroy());
  });

  /** The connection to the machine; asked for by many, made once. */
  async function client(): Promise<Client> {
    login ??= (async () => {
      try {
        const made = await options.connect(signal);
        made.setMaxListeners(FORWARD_CONNECTIONS_MAX + LISTENERS_OF_OTHERS_MAX);
        made.once('close', () => (login = null));
        return made;
      } catch (error) {
        login = null;
        throw error;
      }
    })();
    return login;
  }

  async function carry(socket: Socket): Promise<void> {
    let machine: Client;
    try {
      machine = await client();
    } catch (error) {
      if (isFinal(error)) await close();
      throw error;
    }
    const channel = await forwardOut(machine, socket, remotePort);
    if (socket.destroyed) {
      channel.destroy();
      return;
    }
    pipeline(socket, channel, socket, () => {
      socket.destroy();
      channel.destroy();
    });
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    abort.abort(refusal('conflict', 'The port forward was closed.'));
    for (const socket of sockets) socket.destroy();
    const machine = await login?.catch(() => null);
    machine?.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    onClosed();
  }

  // The port first: it is the cheaper thing to fail. Nobody is let through before the machine is there.
  const localPort = await listen(server, options.localPort);
  try {
    await client();
  } catch (error) {
    closed = true;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    throw error;
  }
  return { localPort, close };
}

async function listen(server: Server, port: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen({ host: LOCAL_ADDRESS, port: port ?? 0, exclusive: true }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The listener has no port.'));
      else resolve(address.port);
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, port: number | null): BridgeRefusal {
  const name = port === null ? 'A port' : `Port ${String(port)}`;
  const what =
    cause.code === 'EADDRINUSE'
      ? 'is used by another program'
      : cause.code === 'EACCES'
        ? 'is reserved by the system'
        : 'can’t be opened';
  return refusal('port_taken', `${name} of this computer ${what}.`, {
    field: 'localPort',
    remedy: 'Choose another port, or leave it empty to take a free one.',
    cause,
  });
}

async function forwardOut(machine: Client, socket: Socket, remotePort: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error('The connection to the machine was lost.'));
    machine.once('close', lost);
    machine.forwardOut(LOCAL_ADDRESS, socket.remotePort ?? 0, REMOTE_ADDRESS, remotePort, (error, channel) => {
      machine.off('close', lost);
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

/** A network that is away comes back; a refusal of the server or a changed key does not. */
function isFinal(error: unknown): boolean {
  return error instanceof BridgeRefusal && !['offline', 'machine_unreachable'].includes(error.error.code);
}
