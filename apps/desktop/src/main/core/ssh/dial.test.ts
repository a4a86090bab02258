import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { makeKeyPair } from '../keys/key-pair.ts';
import { startSshPeer, type SshPeer } from '../test-support/ssh-peer.ts';
import { dial } from './dial.ts';

const peers: SshPeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});

async function setUp(options: Parameters<typeof startSshPeer>[0] = {}) {
  const peer = await startSshPeer(options);
  peers.push(peer);
  const abort = new AbortController();
  return {
    peer,
    abort,
    dialPeer: async (change: Partial<Parameters<typeof dial>[0]> = {}) =>
      dial({
        host: '127.0.0.1',
        port: peer.port,
        username: 'rsm-1',
        hostKey: peer.hostKey,
        methods: [peer.method],
        signal: abort.signal,
        ...change,
      }),
  };
}

const otherKey = () => {
  const [keyType = '', publicKey = ''] = makeKeyPair('other').publicKey.split(' ');
  return { keyType, publicKey };
};

describe('a login', () => {
  it('works with the pinned host key and a key of the account', async () => {
    const { peer, dialPeer } = await setUp();
    const client = await dialPeer();
    expect(peer.attempts).toEqual(['rsm-1 publickey', 'rsm-1 publickey'].slice(0, peer.attempts.length));
    client.end();
  });

  it('refuses a machine with another host key, explains it, and tells the machine nothing, not even the user name', async () => {
    const { peer, dialPeer } = await setUp();
    await expect(dialPeer({ hostKey: otherKey() })).rejects.toMatchObject({
      error: {
        code: 'host_key_changed',
        message: expect.stringMatching(/SHA256:.{43} instead of SHA256:.{43}.*Nothing was sent/) as string,
        remedy: expect.any(String) as string,
      },
    });
    expect(peer.attempts).toEqual([]);
    await expect.poll(() => peer.connections()).toBe(0);
  });

  it.each([
    ['no key at all', ''],
    ['the beginning of the right key', 'prefix'],
    ['the right key with more behind it', 'longer'],
  ])('takes %s for another key', async (_what, form) => {
    const { peer, dialPeer } = await setUp();
    const { keyType, publicKey } = peer.hostKey;
    const raw = Buffer.from(publicKey, 'base64');
    const forms: Record<string, Buffer> = { prefix: raw.subarray(0, -1), longer: Buffer.concat([raw, Buffer.of(0)]) };
    const pinned = { keyType, publicKey: (forms[form] ?? Buffer.alloc(0)).toString('base64') };
    await expect(dialPeer({ hostKey: pinned })).rejects.toMatchObject({ error: { code: 'host_key_changed' } });
    expect(peer.attempts).toEqual([]);
  });

  it('says that the machine accepts none of the keys, after each was tried once', async () => {
    const { peer, dialPeer } = await setUp({ acceptsKeys: false });
    await expect(dialPeer()).rejects.toMatchObject({
      error: {
        code: 'machine_unreachable',
        message: expect.stringContaining('none of this computer’s keys') as string,
      },
    });
    expect(peer.attempts.length).toBeLessThanOrEqual(2);
  });

  it('says that nobody listens', async () => {
    const { peer, dialPeer } = await setUp();
    await peer.close();
    peers.splice(0);
    await expect(dialPeer()).rejects.toMatchObject({
      error: { code: 'machine_unreachable', message: 'The machine refused the connection.' },
    });
  });

  it('says that what answers is no SSH server', async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { dialPeer } = await setUp();
    await expect(dialPeer({ port: (web.address() as AddressInfo).port })).rejects.toMatchObject({
      error: { code: 'machine_unreachable' },
    });
    web.close();
  });

  it('ends when nobody waits for it any more', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { abort, dialPeer } = await setUp();
    const login = dialPeer({ port: (silent.address() as AddressInfo).port });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(login).rejects.toThrow('enough');
    await expect(dialPeer()).rejects.toThrow('enough');
    silent.close();
  });
});
