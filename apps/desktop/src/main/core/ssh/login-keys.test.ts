import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKeyPair } from '../keys/key-pair.ts';
import type { PrivateKeySource } from '../keys/key-sources.ts';
import { parsePrivateKey, publicLineOf } from '../keys/parsed-key.ts';
import { fingerprintOf } from './host-key.ts';
import { fingerprintOfLine, loginMethodsFor } from './login-keys.ts';

let house: string;
beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'rsm-agent-'));
});
afterEach(async () => rm(house, { recursive: true }));

function makeKey(): ParsedKey {
  const key = parsePrivateKey(makeKeyPair('x').privateKey);
  if (key === null) throw new Error('the pair can’t be read');
  return key;
}

/** A place that holds these keys, and counts what it was asked for. */
function placeWith(...keys: readonly ParsedKey[]): PrivateKeySource {
  return {
    find: async (wanted) =>
      keys
        .map((key) => ({ fingerprint: fingerprintOf(key.getPublicSSH()), key }))
        .filter(({ fingerprint }) => wanted.has(fingerprint)),
  };
}

const methodsFor = async (
  accountKeys: readonly ParsedKey[],
  options: { sources?: PrivateKeySource[]; sshAgent?: string },
) =>
  loginMethodsFor({
    username: 'rsm-1',
    accountKeys: accountKeys.map(publicLineOf),
    sources: options.sources ?? [],
    sshAgent: options.sshAgent ?? null,
  });

describe('the ways to log in', () => {
  it('are the keys that the account knows, each once, and no other key of this computer', async () => {
    const [one, two, stranger] = [makeKey(), makeKey(), makeKey()];
    const methods = await methodsFor([one, two], {
      sources: [placeWith(one, stranger), placeWith(one, two, stranger)],
    });
    expect(methods).toEqual([
      { type: 'publickey', username: 'rsm-1', key: one },
      { type: 'publickey', username: 'rsm-1', key: two },
    ]);
  });

  it('are not more than sshd lets anybody try', async () => {
    const keys = Array.from({ length: 9 }, makeKey);
    expect(await methodsFor(keys, { sources: [placeWith(...keys)] })).toHaveLength(5);
  });

  it('are none without a key in the account, and the sentence says what to do', async () => {
    await expect(methodsFor([], { sources: [placeWith(makeKey())] })).rejects.toMatchObject({
      error: { code: 'no_key_here', remedy: expect.stringContaining('SSH keys') as string },
    });
  });

  it('are none when the private half is elsewhere, be the agent away or silent', async () => {
    const socket = join(house, 'silent.sock');
    const silent = createServer((connection) => connection.destroy());
    silent.listen(socket);
    await once(silent, 'listening');
    for (const sshAgent of [join(house, 'none.sock'), socket]) {
      await expect(methodsFor([makeKey()], { sources: [placeWith()], sshAgent })).rejects.toMatchObject({
        error: { code: 'no_key_here', remedy: expect.stringContaining('ssh-add') as string },
      });
    }
    silent.close();
  });

  it('take from an agent only what the account knows, in the room that is left', async () => {
    const socket = join(house, 'agent.sock');
    const pid = /SSH_AGENT_PID=(\d+)/.exec(execFileSync('ssh-agent', ['-a', socket, '-s'], { encoding: 'utf8' }))?.[1];
    try {
      const lines: string[] = [];
      for (const name of ['a', 'b', 'c', 'stranger']) {
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(house, name)]);
        execFileSync('ssh-add', ['-q', join(house, name)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
        if (name !== 'stranger') lines.push((await readFile(join(house, `${name}.pub`), 'utf8')).trim());
      }
      const here = Array.from({ length: 4 }, makeKey);
      const methods = await loginMethodsFor({
        username: 'rsm-1',
        accountKeys: [...here.map(publicLineOf), ...lines],
        sources: [placeWith(...here)],
        sshAgent: socket,
      });
      const last = methods.at(-1);
      if (last?.type !== 'agent' || typeof last.agent === 'string') throw new Error('the agent is not used');
      const { agent } = last;
      const shown = await new Promise<readonly unknown[]>((resolve) => {
        agent.getIdentities((_error, keys) => resolve(keys ?? []));
      });
      expect(methods).toHaveLength(5);
      expect(shown).toHaveLength(1);
    } finally {
      execFileSync('kill', [pid ?? '']);
    }
  });
});

it('reads fingerprints from lines of .pub files, and from nothing else', () => {
  const key = makeKey();
  const line = publicLineOf(key);
  expect(fingerprintOfLine(line)).toBe(fingerprintOf(key.getPublicSSH()));
  expect(fingerprintOfLine(`${line} ada@laptop`)).toBe(fingerprintOf(key.getPublicSSH()));
  for (const text of ['', 'ssh-ed25519', `command="x" ${line}`, 'ssh-ed25519 !!!', `\n${line}`]) {
    expect(fingerprintOfLine(text)).toBeNull();
  }
});
