import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../errors/bridge-refusal.ts';
import type { BookingConnector } from '../ssh/booking-connector.ts';
import { startSshPeer, type SshPeer } from '../test-support/ssh-peer.ts';
import { FORWARD_CONNECTIONS_MAX } from './forward.ts';
import { createForwards, FORWARDS_MAX } from './forwards.ts';

const bookingId = bookingIdSchema.parse('0197a5c0-0000-7000-8000-000000000001');
const otherId = bookingIdSchema.parse('0197a5c0-0000-7000-8000-000000000002');

const peers: SshPeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});

async function setUp(wrap: (connector: BookingConnector) => BookingConnector = (connector) => connector) {
  const asked: string[] = [];
  const peer = await startSshPeer({
    onForward: (channel, { destIP, destPort }) => {
      asked.push(`${destIP}:${String(destPort)}`);
      channel.pipe(channel);
    },
  });
  peers.push(peer);
  return { peer, asked, forwards: createForwards({ connector: wrap(peer.connector) }) };
}

/** Sends a text and gives what came back until the other side ended or fell silent. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let heard = '';
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
    if (heard.length >= text.length) socket.destroy();
  });
  socket.write(text);
  await once(socket, 'close').catch((error: unknown) => {
    // A connection that is refused with something unread in it ends by a reset.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error;
  });
  return heard;
}

describe('port forwards', () => {
  it('carry connections to a port of the machine, as the machine itself sees it', async () => {
    const { forwards, asked } = await setUp();
    const forward = await forwards.open({ bookingId, remotePort: 8888, localPort: null });
    expect(forward).toMatchObject({ bookingId, remotePort: 8888 });
    expect(await talk(forward.localPort, 'hello')).toBe('hello');
    expect(await talk(forward.localPort, 'x'.repeat(3_000_000))).toHaveLength(3_000_000);
    expect(asked).toEqual(['127.0.0.1:8888', '127.0.0.1:8888']);
    expect(forwards.list(bookingId)).toEqual([forward]);
    expect(forwards.list(otherId)).toEqual([]);
    await forwards.closeAll();
  });

  // Only Linux answers on all of 127.0.0.0/8 by itself, so only there another local address can be tried.
  it.runIf(process.platform === 'linux')('listen on 127.0.0.1 alone', async () => {
    const { forwards } = await setUp();
    const { localPort } = await forwards.open({ bookingId, remotePort: 8888, localPort: null });
    const elsewhere = connect(localPort, '127.0.0.2');
    const [error] = (await once(elsewhere, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await forwards.closeAll();
  });

  it('leave nothing open when they are closed', async () => {
    const { peer, forwards } = await setUp();
    const { forwardId, localPort } = await forwards.open({ bookingId, remotePort: 8888, localPort: null });
    const open = connect(localPort, '127.0.0.1');
    open.on('error', () => undefined);
    await once(open, 'connect');
    await forwards.close(forwardId);
    await forwards.close(forwardId);
    if (!open.destroyed) await once(open, 'close');
    await expect.poll(() => peer.connections()).toBe(0);
    expect(forwards.list(bookingId)).toEqual([]);
    await expect(talk(localPort, 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('name the port that is taken, and open nothing', async () => {
    const { peer, forwards } = await setUp();
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(forwards.open({ bookingId, remotePort: 8888, localPort: port })).rejects.toMatchObject({
      error: { code: 'port_taken', field: 'localPort' },
    });
    expect(peer.connections()).toBe(0);
    expect(forwards.list(bookingId)).toEqual([]);
    taken.close();
  });

  it('open no port when the login is refused', async () => {
    const { forwards } = await setUp(() => ({
      connect: async () => {
        throw refusal('host_key_changed', 'Another key.');
      },
    }));
    await expect(forwards.open({ bookingId, remotePort: 8888, localPort: null })).rejects.toMatchObject({
      error: { code: 'host_key_changed' },
    });
    expect(forwards.list(bookingId)).toEqual([]);
  });

  it('come back after the connection was cut', async () => {
    const { peer, forwards } = await setUp();
    const { localPort } = await forwards.open({ bookingId, remotePort: 8888, localPort: null });
    peer.cutAll();
    await expect.poll(() => peer.connections()).toBe(0);
    await expect.poll(async () => talk(localPort, 'again')).toBe('again');
    await forwards.closeAll();
  });

  it('end when the machine or the server refuses them for good', async () => {
    let refuses = false;
    const { peer, forwards } = await setUp((connector) => ({
      connect: async (id, signal) => {
        if (refuses) throw refusal('conflict', 'The booking is over.');
        return connector.connect(id, signal);
      },
    }));
    const { localPort } = await forwards.open({ bookingId, remotePort: 8888, localPort: null });
    refuses = true;
    peer.cutAll();
    await expect.poll(() => peer.connections()).toBe(0);
    await talk(localPort, 'x').catch(() => undefined);
    await expect.poll(() => forwards.list(bookingId)).toEqual([]);
    await expect(talk(localPort, 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('have a number that is not exceeded', async () => {
    const { forwards } = await setUp();
    const opened = await Promise.allSettled(
      Array.from({ length: FORWARDS_MAX + 2 }, async () =>
        forwards.open({ bookingId, remotePort: 1, localPort: null }),
      ),
    );
    expect(opened.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(forwards.list(bookingId)).toHaveLength(FORWARDS_MAX);
    await forwards.closeAll();
    expect(forwards.list(bookingId)).toEqual([]);
  });

  it('carry a limited number of connections each', async () => {
    const { forwards } = await setUp();
    const { localPort } = await forwards.open({ bookingId, remotePort: 1, localPort: null });
    const sockets: Socket[] = [];
    for (let number = 0; number < FORWARD_CONNECTIONS_MAX; number += 1) {
      const socket = connect(localPort, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      sockets.push(socket);
    }
    expect(await talk(localPort, 'one too many')).toBe('');
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => talk(localPort, 'free again')).toBe('free again');
    await forwards.closeAll();
  });
});
