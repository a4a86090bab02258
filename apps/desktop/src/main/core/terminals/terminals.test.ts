import { once } from 'node:events';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import type { ServerChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import type { TerminalEvent } from '../../../shared/bridge.ts';
import { startSshPeer, type SshPeer } from '../test-support/ssh-peer.ts';
import { createTerminals, TERMINALS_MAX } from './terminals.ts';

const bookingId = bookingIdSchema.parse('0197a5c0-0000-7000-8000-000000000001');
const size = { cols: 80, rows: 24 };

const peers: SshPeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});

async function setUp(options: Parameters<typeof startSshPeer>[0] = {}, idleMsMax?: number) {
  const shells: ServerChannel[] = [];
  const peer = await startSshPeer({ onShell: (channel) => shells.push(channel), ...options });
  peers.push(peer);
  const events: TerminalEvent[] = [];
  const terminals = createTerminals({
    connector: peer.connector,
    send: (event) => events.push(event),
    ...(idleMsMax === undefined ? {} : { idleMsMax }),
  });
  const text = () => events.map((event) => (event.kind === 'data' ? event.data : '')).join('');
  const closed = () => events.flatMap((event) => (event.kind === 'closed' ? [event.reason] : []));
  return { peer, shells, terminals, events, text, closed };
}

describe('terminals', () => {
  it('carry what is typed and what is printed, and tell the machine their size', async () => {
    const sizes: unknown[] = [];
    const { terminals, text } = await setUp({
      onShell: (channel, pty) => {
        sizes.push({ cols: pty?.cols, rows: pty?.rows });
        channel.on('data', (bytes: Buffer) => channel.write(`<${bytes.toString()}>`));
      },
      onResize: (next) => sizes.push(next),
    });
    const terminalId = await terminals.open({ bookingId, size });
    await terminals.write({ terminalId, data: 'whoami\r' });
    await expect.poll(text).toBe('<whoami\r>');
    terminals.resize({ terminalId, size: { cols: 120, rows: 40 } });
    await expect.poll(() => sizes).toEqual([size, { cols: 120, rows: 40 }]);
    terminals.close({ terminalId });
  });

  it('never tear a character apart, however its bytes arrive', async () => {
    const { terminals, shells, events, text } = await setUp();
    const terminalId = await terminals.open({ bookingId, size });
    const written = 'größe ✓ 漢字 🚀 end';
    for (const byte of Buffer.from(written)) {
      shells[0]?.write(Buffer.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await expect.poll(text).toBe(written);
    expect(events.some((event) => event.kind === 'data' && event.data.includes('\uFFFD'))).toBe(false);
    terminals.close({ terminalId });
  });

  it('cut long output between characters, into messages of a limited size', async () => {
    const { terminals, shells, events, text } = await setUp();
    const terminalId = await terminals.open({ bookingId, size });
    const written = `x${'🚀'.repeat(60_000)}`;
    shells[0]?.write(written);
    await expect.poll(() => text().length, { timeout: 20_000 }).toBe(written.length);
    expect(text()).toBe(written);
    for (const event of events) {
      if (event.kind !== 'data') continue;
      expect(event.data.length).toBeLessThanOrEqual(64 * 1024);
      expect(event.data.isWellFormed()).toBe(true);
    }
    terminals.close({ terminalId });
  });

  it('make a machine that prints without end wait until the window has read', async () => {
    const { terminals, shells, text } = await setUp();
    const terminalId = await terminals.open({ bookingId, size });
    const [shell] = shells;
    if (shell === undefined) throw new Error('no shell');
    const chunk = 'y'.repeat(64 * 1024);
    let written = 0;
    const flood = async (): Promise<void> => {
      while (!shell.destroyed && written < 100 * 2 ** 20) {
        written += chunk.length;
        if (!shell.write(chunk)) await once(shell, 'drain').catch(() => undefined);
      }
    };
    flood().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const before = text().length;
    // What is unread, one message more, and what the channel's own window (2 MiB) holds back.
    expect(before).toBeLessThan(1_048_576);
    expect(written).toBeLessThan(8 * 2 ** 20);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(text()).toHaveLength(before);

    terminals.read({ terminalId, chars: before });
    await expect.poll(() => text().length).toBeGreaterThan(before);
    terminals.close({ terminalId });
  });

  it('say how the shell ended, after its last words', async () => {
    const { terminals, shells, events, closed } = await setUp();
    await terminals.open({ bookingId, size });
    shells[0]?.write('bye');
    shells[0]?.exit(3);
    shells[0]?.end();
    await expect.poll(closed).toEqual(['The shell ended (3).']);
    expect(events.at(-1)?.kind).toBe('closed');
    expect(events.at(-2)).toMatchObject({ kind: 'data', data: 'bye' });
  });

  it('say that the connection was lost, once, and swallow what comes too late', async () => {
    const { peer, terminals, closed } = await setUp();
    const terminalId = await terminals.open({ bookingId, size });
    peer.cutAll();
    await expect.poll(closed).toEqual(['The connection to the machine was lost.']);
    await terminals.write({ terminalId, data: 'x' });
    terminals.resize({ terminalId, size });
    terminals.read({ terminalId, chars: 1 });
    terminals.close({ terminalId });
    expect(closed()).toHaveLength(1);
  });

  it('are closed when nobody uses them', async () => {
    const { peer, terminals, closed } = await setUp({}, 50);
    await terminals.open({ bookingId, size });
    await expect.poll(closed).toEqual(['Nobody used this terminal for a long time.']);
    await expect.poll(() => peer.connections()).toBe(0);
  });

  it('have a number that is not exceeded, counted with those that are logging in', async () => {
    const { terminals, peer } = await setUp();
    const opened = await Promise.allSettled(
      Array.from({ length: TERMINALS_MAX + 3 }, async () => terminals.open({ bookingId, size })),
    );
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(TERMINALS_MAX);
    const refused = opened.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({ error: { code: 'limit_reached' } });
    terminals.closeAll('done');
    await expect.poll(() => peer.connections()).toBe(0);
    await expect(terminals.open({ bookingId, size })).resolves.toEqual(expect.any(String));
    terminals.closeAll('done');
  });

  it('leave nothing behind when all are closed while one is logging in', async () => {
    const { terminals, peer, events } = await setUp();
    const opening = terminals.open({ bookingId, size });
    terminals.closeAll('You signed out.');
    await expect(opening).rejects.toMatchObject({ error: { code: 'terminal_gone' } });
    await expect.poll(() => peer.connections()).toBe(0);
    expect(events).toEqual([]);
  });

  it('say so when the machine lets in but gives no terminal', async () => {
    const { terminals, peer } = await setUp({ onShell: (channel) => channel.close() });
    // The peer accepts the shell and closes it at once: that is a terminal that ends.
    await terminals.open({ bookingId, size }).catch(() => undefined);
    await expect.poll(() => peer.connections()).toBe(0);
  });
});
