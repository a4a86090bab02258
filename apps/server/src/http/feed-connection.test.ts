import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { FEED_TIMES, messageFrame } from '@rsm/api';
import { userIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import { FEED_BATCH_MAX, type FeedMessage } from '@rsm/domain/events/feed';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FEED_BUFFER_BYTES_MAX, FEED_STALL_MS_MAX, FeedConnection } from './feed-connection.ts';

const NOW = 1_000_000;
const userId = userIdSchema.parse('01900000-0000-7000-8000-000000000001');

const batch: readonly FeedMessage[] = Array.from({ length: FEED_BATCH_MAX }, (_, index) => ({
  kind: 'event',
  event: {
    audience: userId,
    seq: index + 1,
    at: instant(0),
    kind: 'wallet_changed',
    subject: 'user',
    subjectId: userId,
    text: 'Paid in.',
  },
}));
const [single] = batch;
const batchBytes = batch.reduce((sum, message) => sum + messageFrame(message).length, 0);

/** A connection over a real socket. Its client reads nothing until it is told to. */
async function connect() {
  const server = createServer((_request, response) => server.emit('taken', response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  const request = get({ host: '127.0.0.1', port: address.port });
  request.on('error', () => undefined);
  const [response] = (await once(server, 'taken')) as [ServerResponse];
  const connection = new FeedConnection(response, NOW);
  const feed = { resume: vi.fn<() => void>(), close: vi.fn<() => void>() };
  connection.belongsTo(feed);
  const [client] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  client.on('error', () => undefined);
  return {
    connection,
    feed,
    response,
    client,
    read: () => client.on('data', (piece: Buffer) => (text += piece.toString('utf8'))),
    text: () => text,
  };
}

/** Writes until the client’s silence is felt. */
function fill(connection: FeedConnection): void {
  for (let count = 0; count < 10_000; count += 1) if (!connection.take(batch)) return;
  throw new Error('The buffer has no bound.');
}

describe('a client that reads', () => {
  it('gets a ping when it has heard nothing for a while, and no more often', async () => {
    const { connection, read, text } = await connect();
    read();
    const { pingIntervalMs } = FEED_TIMES;
    connection.look(NOW + pingIntervalMs / 2 - 1);
    connection.look(NOW + pingIntervalMs);
    connection.look(NOW + pingIntervalMs * 2 - 1);
    if (single !== undefined) connection.take([single]);
    await expect.poll(() => text()).toContain('id: 1');
    expect(text().split('event: ping')).toHaveLength(2);
  });

  it('hears that the feed is over, and then nothing more', async () => {
    const { connection, feed, client, read, text } = await connect();
    read();
    const over = once(client, 'end');
    connection.end();
    connection.take(batch);
    await over;
    expect(text()).toMatch(/event: return\ndata: \n\n\n$/);
    expect(feed.close).toHaveBeenCalledTimes(1);
  });
});

describe('a client that reads nothing', () => {
  it('costs at most the buffer and one batch, and goes on when it reads again', async () => {
    const { connection, feed, response, read } = await connect();
    fill(connection);
    expect(response.writableLength).toBeLessThan(FEED_BUFFER_BYTES_MAX + batchBytes * 1.1);
    connection.look(NOW);
    connection.look(NOW + FEED_STALL_MS_MAX - 1);
    expect(feed.close).not.toHaveBeenCalled();
    read();
    await expect.poll(() => feed.resume).toHaveBeenCalledTimes(1);
    expect(response.writableLength).toBe(0);
    connection.look(NOW + FEED_STALL_MS_MAX * 2);
    expect(feed.close).not.toHaveBeenCalled();
  });

  it('is cut after a while', async () => {
    const { connection, feed, client } = await connect();
    fill(connection);
    const cut = new Promise((resolve) => client.once('close', resolve));
    connection.look(NOW);
    connection.look(NOW + FEED_STALL_MS_MAX);
    expect(feed.close).toHaveBeenCalledTimes(1);
    client.resume();
    await cut;
    expect(client.complete).toBe(false);
  });
});

it('a client that goes gives its place back, also when the feed is opened after that', async () => {
  const { connection, feed, client, response } = await connect();
  client.destroy();
  await expect.poll(() => feed.close).toHaveBeenCalledTimes(1);
  expect(response.destroyed).toBe(true);
  const late = { resume: vi.fn<() => void>(), close: vi.fn<() => void>() };
  connection.belongsTo(late);
  expect(late.close).toHaveBeenCalledTimes(1);
});
