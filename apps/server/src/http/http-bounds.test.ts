import { connect, type AddressInfo, type Socket } from 'node:net';
import { fakeServerInfo, servicesThat } from '@rsm/api/testing';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logging.ts';
import { API_PATH, createHttpServer } from './http-server.ts';

const BODY_BYTES = 50 * 1_024 * 1_024;
/** What lies in buffers of both ends when the server has stopped to read; far below a body of this size. */
const READ_BYTES_MAX = 8 * 1_024 * 1_024;
const LIMITS = { headTimeoutMs: 100, requestTimeoutMs: 200, checkIntervalMs: 20 };

async function listening(): Promise<{ readonly fastify: FastifyInstance; readonly port: number }> {
  const { fastify } = await createHttpServer({
    composition: {
      services: servicesThat(async () => {
        throw new Error('No service is reached.');
      }),
      serverInfo: fakeServerInfo,
      processorInbox: { receive: async () => ({ isNew: true }) },
      checkReady: async () => undefined,
    },
    log: createLogger({ level: 'silent' }),
    publicUrl: 'https://machines.example.org',
    desktopOrigin: 'app://rsm',
    trustedProxies: [],
    slowClients: LIMITS,
  });
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => fastify.close());
  return { fastify, port: (fastify.server.address() as AddressInfo).port };
}

/** A client that says what it likes; resolves with what it was told when the server has closed. */
function dial(port: number): { readonly socket: Socket; readonly ended: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let told = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (told += chunk));
  // Whoever still sends when the server closes is told so by a reset, which is no failure here.
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return { socket, ended: new Promise((resolve) => socket.once('close', () => resolve(told))) };
}

const head = (lines: string): string =>
  `POST ${API_PATH}/auth.signIn HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${lines}\r\n`;

/** Sends until everything is gone or the other end has closed, never more than what it takes. */
async function pour(socket: Socket, bytes: number, wrap: (chunk: Buffer) => Buffer): Promise<void> {
  const chunk = wrap(Buffer.alloc(65_536, 0x20));
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += 65_536) {
    if (!socket.write(chunk)) await new Promise<void>((free) => socket.once('drain', free).once('close', free));
  }
}

describe('a body of 50 MB', () => {
  it('that says its length is refused with 413, and is not read', async () => {
    const { fastify, port } = await listening();
    let peer: Socket | undefined;
    fastify.server.once('connection', (socket: Socket) => (peer = socket));
    const { ended, socket } = dial(port);
    socket.write(head(`content-length: ${String(BODY_BYTES)}\r\n`));
    await pour(socket, BODY_BYTES, (chunk) => chunk);
    socket.end();
    const told = await ended;
    expect(told.startsWith('HTTP/1.1 413') || told === '').toBe(true);
    expect(peer?.bytesRead).toBeLessThan(READ_BYTES_MAX);
  });

  it('that says no length is refused as soon as it is too long', async () => {
    const { fastify, port } = await listening();
    let peer: Socket | undefined;
    fastify.server.once('connection', (socket: Socket) => (peer = socket));
    const { ended, socket } = dial(port);
    socket.write(head('transfer-encoding: chunked\r\n'));
    await pour(socket, BODY_BYTES, (chunk) => Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]));
    socket.end();
    const told = await ended;
    expect(told.startsWith('HTTP/1.1 413') || told === '').toBe(true);
    expect(peer?.bytesRead).toBeLessThan(READ_BYTES_MAX);
  });
});

describe('a slow client', () => {
  it('that sends the head of a request letter by letter is cut off', async () => {
    const { port } = await listening();
    const { ended, socket } = dial(port);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nx-slow: ');
    const drip = setInterval(() => socket.write('a'), 10);
    onTestFinished(() => clearInterval(drip));
    expect(await ended).toContain('408 Request Timeout');
  });

  it('that sends a body letter by letter is cut off', async () => {
    const { port } = await listening();
    const { ended, socket } = dial(port);
    socket.write(head('content-length: 1000\r\n'));
    const drip = setInterval(() => socket.write(' '), 10);
    onTestFinished(() => clearInterval(drip));
    expect(await ended).toContain('408 Request Timeout');
  });

  it('that says nothing at all is cut off', async () => {
    const { port } = await listening();
    const { ended } = dial(port);
    expect(await ended).toContain('408 Request Timeout');
  });

  it('keeps nobody else waiting', async () => {
    const { port } = await listening();
    const slow = Array.from({ length: 200 }, () => dial(port));
    for (const { socket } of slow) socket.write(head('content-length: 1000\r\n'));
    const answer = await fetch(`http://127.0.0.1:${String(port)}${API_PATH}/server.info`);
    expect(answer.status).toBe(200);
    await Promise.all(slow.map(async ({ ended }) => ended));
  });
});

describe('a head', () => {
  it.each([
    ['a call, which does not look at it', 'application/json', '200 OK'],
    ['a streamed answer, for which no web request can be made', 'application/jsonl', '400 Bad Request'],
  ])('with a host that is none reaches %s', async (_what, accept, status) => {
    const { port } = await listening();
    const { ended, socket } = dial(port);
    socket.write(`GET ${API_PATH}/server.info HTTP/1.1\r\nhost: %%%\r\naccept: ${accept}\r\nconnection: close\r\n\r\n`);
    expect(await ended).toContain(`HTTP/1.1 ${status}`);
  });

  it('that is longer than any client of ours needs is refused with 431', async () => {
    const { port } = await listening();
    const { ended, socket } = dial(port);
    socket.write(`GET / HTTP/1.1\r\nhost: a\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(await ended).toContain('431 Request Header Fields Too Large');
  });
});
