import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAddressGuard } from '../addresses/address-guard.ts';
import type { AddressGuard } from '../addresses/checked-address.ts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  makeKeyPair,
  openGuard,
  realClock,
  recordingLog,
  reply,
  startSshPeer,
  type CommandHandler,
  type SshPeer,
} from '../test-support/ssh-peer.ts';
import { command, readOnly } from './command-template.ts';
import { CommandFailedError, HostKeyChangedError, SshError } from './ssh-error.ts';
import { DEFAULT_SSH_LIMITS, type SshLimits } from './ssh-limits.ts';
import { createHostKeyScanner } from './scan-host-key.ts';
import { SshPool } from './ssh-pool.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function setup(options: Parameters<typeof startSshPeer>[0] = {}, limits: Partial<SshLimits> = {}) {
  const peer: SshPeer = await startSshPeer(options);
  const log = recordingLog();
  const pool = new SshPool({ guard: openGuard, log, clock: realClock, limits: { ...DEFAULT_SSH_LIMITS, ...limits } });
  cleanUps.push(() => pool.close(), peer.close);
  const abort = new AbortController();
  const session = pool.session(peer.target, { signal: abort.signal, purpose: 'test' });
  return { peer, log, pool, session, abort };
}

/** Something that listens and is no SSH server. Answers its port. */
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Prints without end. */
const flood: CommandHandler = (_command, channel) => void channel.write('y'.repeat(5_000));

const echoes =
  (answer: string, status = 0): NonNullable<Parameters<typeof startSshPeer>[0]['onCommand']> =>
  (_command, channel) =>
    reply(channel, answer, status);
const show = readOnly('cat -- {file}', { maxOutputBytes: 1_000, timeoutMs: 300 });

describe('a pooled SSH session', () => {
  it('records each command for whoever awaits it, also on a connection that somebody else has opened', async () => {
    const { pool, peer, log } = await setup({ onCommand: echoes('') });
    const who = new AsyncLocalStorage<string>();
    const recorded: (string | undefined)[] = [];
    const record = log.record.bind(log);
    log.record = (entry) => {
      recorded.push(who.getStore());
      record(entry);
    };
    const { signal } = new AbortController();
    for (const name of ['the first', 'the second']) {
      await who.run(name, async () => pool.session(peer.target, { signal, purpose: name }).run(show, { file: 'a' }));
    }
    expect(recorded.slice(-2)).toEqual(['the first', 'the second']);
    expect(peer.connections()).toBe(1);
  });

  it('runs a command with quoted values and logs the template without them', async () => {
    const { session, peer, log } = await setup({ onCommand: echoes('hello\n') });
    const result = await session.run(show, { file: "/tmp/o'b" });
    expect(result).toMatchObject({ stdout: 'hello\n', exitStatus: 0, truncated: false, bytes: 6 });
    expect(peer.commands[0]).toContain(`cat -- '/tmp/o'\\''b'`);
    expect(log.entries.at(-1)).toMatchObject({
      machineId: peer.target.machineId,
      credential: 'control',
      purpose: 'test',
      template: 'cat -- {file}',
      kind: 'read_only',
      outcome: 'exited',
      exitStatus: 0,
      outputBytes: 6,
    });
    expect(JSON.stringify(log.entries)).not.toContain("o'b");
  });

  it('uses one connection for many commands, also when they start at the same time', async () => {
    const { session, peer } = await setup({ onCommand: echoes('') });
    await Promise.all(Array.from({ length: 50 }, () => session.run(show, { file: 'x' })));
    expect(peer.commands).toHaveLength(50);
    expect(peer.connections()).toBe(1);
  });

  it('keeps the two credentials of a machine on two connections', async () => {
    const { session, pool, peer } = await setup({ onCommand: echoes('') });
    await session.run(show, { file: 'x' });
    await pool
      .session({ ...peer.target, credential: 'verifier' }, { signal: new AbortController().signal, purpose: 'test' })
      .run(show, { file: 'x' });
    expect(peer.connections()).toBe(2);
  });

  it('runs no more commands at once than the machine allows sessions, and refuses when too many wait', async () => {
    let running = 0;
    let most = 0;
    const onCommand = (_command: string, channel: Parameters<typeof reply>[0]): void => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        reply(channel, '', 0);
      }, 20);
    };
    const { session } = await setup({ onCommand }, { channelsPerConnectionMax: 3, waitingCommandsMax: 5 });
    await session.login();
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => session.run(show, { file: 'x' })));
    expect(most).toBe(3);
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ failure: 'too_many_commands', code: 'busy' });
  });

  it('reports an exit status that the template does not expect, with the last line of stderr', async () => {
    const { session, log } = await setup({
      onCommand: (_command, channel) => {
        channel.stderr.write('note\ncat: x: No such file\n');
        reply(channel, '', 1);
      },
    });
    const error = await session.run(show, { file: 'x' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CommandFailedError);
    expect(error).toMatchObject({
      code: 'host_command_failed',
      exitStatus: 1,
      message: 'A command on the machine ended with status 1: cat: x: No such file',
    });
    expect(log.entries.at(-1)).toMatchObject({ exitStatus: 1, outcome: 'exited' });
  });

  it('answers an exit status that the template expects', async () => {
    const { session } = await setup({ onCommand: echoes('', 3) });
    await expect(session.run(readOnly('maybe', { expectedExitCodes: [0, 3] }), {})).resolves.toMatchObject({
      exitStatus: 3,
    });
  });

  it('reports a signal as the end of a command', async () => {
    const { session } = await setup({
      onCommand: (_command, channel) => {
        channel.exit('KILL', false, '');
        channel.end();
      },
    });
    await expect(session.run(show, { file: 'x' })).rejects.toMatchObject({
      failure: 'command_failed',
      exitStatus: null,
      signal: 'SIGKILL',
    });
  });
});

describe('a host key', () => {
  it('that changed ends the connection before authentication, with nothing sent', async () => {
    const { pool, peer, log } = await setup({ onCommand: echoes('') });
    const other = makeKeyPair('ed25519');
    const session = pool.session(
      { ...peer.target, hostKey: other.hostKey },
      { signal: new AbortController().signal, purpose: 'test' },
    );
    const error = await session.run(show, { file: 'x' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HostKeyChangedError);
    expect(error).toMatchObject({
      code: 'host_key_changed',
      expectedFingerprint: other.hostKey.fingerprint,
      presentedFingerprint: peer.hostKey.fingerprint,
    });
    expect(peer.logins()).toBe(0);
    expect(peer.commands).toEqual([]);
    expect(log.entries).toEqual([]);
    expect(pool.size).toBe(0);
  });

  it('of another type counts as changed, not as a failed handshake', async () => {
    const { pool, peer } = await setup({ hostKeyType: 'ecdsa' });
    const session = pool.session(
      { ...peer.target, hostKey: makeKeyPair('ed25519').hostKey },
      { signal: new AbortController().signal, purpose: 'test' },
    );
    await expect(session.login()).rejects.toMatchObject({ code: 'host_key_changed' });
    expect(peer.logins()).toBe(0);
  });

  it('that only shares its beginning with the pinned one counts as changed', async () => {
    const { pool, peer } = await setup();
    const raw = Buffer.from(peer.hostKey.publicKey, 'base64');
    raw[raw.length - 1] = (raw.at(-1) ?? 0) ^ 1;
    const session = pool.session(
      { ...peer.target, hostKey: { ...peer.hostKey, publicKey: raw.toString('base64') } },
      { signal: new AbortController().signal, purpose: 'test' },
    );
    await expect(session.login()).rejects.toMatchObject({ code: 'host_key_changed' });
  });

  it('is not looked at again on an open connection when the pin changes: a new connection is made', async () => {
    const { pool, peer, session } = await setup({ onCommand: echoes('') });
    await session.run(show, { file: 'x' });
    const changed = pool.session(
      { ...peer.target, hostKey: makeKeyPair('ed25519').hostKey },
      { signal: new AbortController().signal, purpose: 'test' },
    );
    await expect(changed.run(show, { file: 'x' })).rejects.toMatchObject({ code: 'host_key_changed' });
    expect(peer.commands).toHaveLength(1);
  });

  it('can be scanned without authenticating', async () => {
    const { peer } = await setup();
    const scanner = createHostKeyScanner({ guard: openGuard });
    const hostKey = await scanner.scan(peer.target.endpoint, {
      signal: new AbortController().signal,
      purpose: 'scan',
      machineId: peer.target.machineId,
    });
    expect(hostKey).toEqual(peer.hostKey);
    expect(peer.logins()).toBe(0);
  });
});

describe('the address guard', () => {
  it('is asked before every dial, and the connection goes to the address that it checked', async () => {
    const peer = await startSshPeer({ onCommand: echoes('') });
    const asked: string[] = [];
    const guard: AddressGuard = {
      check: async (host) => {
        asked.push(host);
        return openGuard.check('127.0.0.1');
      },
    };
    const pool = new SshPool({ guard, log: recordingLog(), clock: realClock });
    cleanUps.push(() => pool.close(), peer.close);
    const target = { ...peer.target, endpoint: { address: 'machine.invalid', port: peer.port } };
    const session = pool.session(target, { signal: new AbortController().signal, purpose: 'test' });
    await session.run(show, { file: 'x' });
    pool.forget(target.machineId);
    await session.run(show, { file: 'x' });
    expect(asked).toEqual(['machine.invalid', 'machine.invalid']);
  });

  it('keeps a refused address from being dialled', async () => {
    const peer = await startSshPeer({ onCommand: echoes('') });
    const pool = new SshPool({
      guard: createAddressGuard({ machineNetworks: [], mode: 'demo' }),
      log: recordingLog(),
      clock: realClock,
    });
    cleanUps.push(() => pool.close(), peer.close);
    const work = { signal: new AbortController().signal, purpose: 'test' };
    await expect(pool.session(peer.target, work).login()).rejects.toMatchObject({ code: 'invalid_address' });
    const scanner = createHostKeyScanner({ guard: createAddressGuard({ machineNetworks: [], mode: 'demo' }) });
    const scan = scanner.scan(peer.target.endpoint, { ...work, machineId: peer.target.machineId });
    await expect(scan).rejects.toMatchObject({ code: 'invalid_address' });
    expect(peer.connections()).toBe(0);
  });
});

describe('trouble', () => {
  it('ends a command that prints without end at its limit, and says so', async () => {
    const { session, log, peer } = await setup({ onCommand: flood });
    await expect(session.run(show, { file: 'x' })).rejects.toMatchObject({ failure: 'output_too_long' });
    const cut = await session.run(show, { file: 'x' }, { onTooMuchOutput: 'return' });
    expect(cut).toMatchObject({ truncated: true, bytes: 1_000 });
    expect(cut.stdout).toHaveLength(1_000);
    expect(log.entries.at(-1)).toMatchObject({ outcome: 'output_too_long', outputBytes: 1_000 });
    await sleep(20);
    expect(peer.signals).toEqual(['KILL', 'KILL']);
  });

  it('ends a command that hangs at its timeout and keeps the connection', async () => {
    const { session, peer, log } = await setup({
      onCommand: (text, channel) => void (text.includes('hang') || reply(channel, 'ok', 0)),
    });
    await expect(session.run(show, { file: 'hang' })).rejects.toMatchObject({ failure: 'command_timed_out' });
    await expect(session.run(show, { file: 'x' })).resolves.toMatchObject({ stdout: 'ok' });
    expect(peer.signals).toEqual(['KILL']);
    expect(peer.connections()).toBe(1);
    expect(log.entries.at(-2)).toMatchObject({ outcome: 'timed_out', exitStatus: null });
  });

  it('ends a command when its signal or the session’s is aborted, with the signal’s reason', async () => {
    const { session, abort } = await setup({ onCommand: () => undefined });
    await session.login();
    const one = new AbortController();
    const first = session.run(show, { file: 'x' }, { signal: one.signal });
    const second = session.run(command('sleep 9'), {});
    setTimeout(() => one.abort(new Error('enough')), 20);
    await expect(first).rejects.toThrow('enough');
    abort.abort(new Error('shutdown'));
    await expect(second).rejects.toThrow('shutdown');
    await expect(session.run(show, { file: 'x' })).rejects.toThrow('shutdown');
  });

  it('reports a connection that is cut in the middle, and connects again for the next command', async () => {
    const { session, peer, log } = await setup({
      onCommand: (text, channel) => {
        if (!text.includes('cut')) return reply(channel, 'ok', 0);
        channel.write('half');
        setTimeout(() => peer.cutAll(), 20);
      },
    });
    await expect(session.run(show, { file: 'cut' })).rejects.toMatchObject({
      failure: 'connection_lost',
      code: 'machine_unreachable',
      nothingWasSent: false,
    });
    expect(log.entries.at(-1)).toMatchObject({ outcome: 'connection_lost', exitStatus: null, outputBytes: 4 });
    await expect(session.run(show, { file: 'x' })).resolves.toMatchObject({ stdout: 'ok' });
    expect(peer.connections()).toBe(2);
  });

  it('notices by keepalive that the machine went silent', async () => {
    const { session, peer } = await setup(
      { onCommand: () => undefined },
      { keepaliveIntervalMs: 50, keepaliveCountMax: 2 },
    );
    await session.login();
    const running = session.run(readOnly('slow', { timeoutMs: 10_000 }), {});
    await sleep(10);
    peer.pauseAll();
    await expect(running).rejects.toMatchObject({ failure: 'connection_lost' });
  });

  it('tells a refused port, a silent port and a port that is not SSH apart', async () => {
    const { pool, peer } = await setup({}, { connectTimeoutMs: 300 });
    await peer.close();
    const work = { signal: new AbortController().signal, purpose: 'test' };
    await expect(pool.session(peer.target, work).login()).rejects.toMatchObject({
      failure: 'connect_refused',
      code: 'machine_unreachable',
    });

    const at = (port: number) => pool.session({ ...peer.target, endpoint: { address: '127.0.0.1', port } }, work);
    await expect(at(await listen(() => undefined)).login()).rejects.toMatchObject({ failure: 'connect_timed_out' });
    await expect(
      at(await listen((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))).login(),
    ).rejects.toMatchObject({ failure: 'not_ssh' });
    await expect(at(await listen((socket) => void socket.destroy())).login()).rejects.toMatchObject({
      failure: 'not_ssh',
    });
  });

  it('refuses to pretend to be root when sudo asks for a password', async () => {
    const { session, peer } = await setup({ login: 'none', onCommand: echoes('me') });
    await expect(session.run(show, { file: 'x' })).rejects.toMatchObject({
      failure: 'privilege_missing',
      nothingWasSent: true,
    });
    expect(peer.commands).toEqual([]);
    await expect(session.run(show, { file: 'x' }, { as: 'login' })).resolves.toMatchObject({ stdout: 'me' });
  });
});

describe('a connection', () => {
  it('is closed when idle and opened again when needed', async () => {
    const { session, pool, peer } = await setup({ onCommand: echoes('') }, { idleCloseMs: 60 });
    await session.run(show, { file: 'x' });
    await sleep(250);
    expect(pool.size).toBe(0);
    await session.run(show, { file: 'x' });
    expect(peer.connections()).toBe(2);
  });

  it('makes room for another machine when idle, and never when in use', async () => {
    const { session, pool, peer } = await setup(
      { onCommand: (text, channel) => void (text.includes('long') || reply(channel, '', 0)) },
      { connectionsMax: 1 },
    );
    const verifier = pool.session(
      { ...peer.target, credential: 'verifier' },
      { signal: new AbortController().signal, purpose: 'test' },
    );
    await session.run(show, { file: 'x' });
    await verifier.run(show, { file: 'x' });
    expect(pool.size).toBe(1);
    const busy = verifier.run(show, { file: 'long' });
    await sleep(20);
    await expect(session.run(show, { file: 'x' })).rejects.toMatchObject({
      failure: 'too_many_connections',
      code: 'busy',
    });
    await expect(busy).rejects.toBeInstanceOf(SshError);
  });

  it('uses sudo with the whole command as one script when the login is not root', async () => {
    const { session, peer } = await setup({ login: 'sudo', onCommand: echoes('') });
    await session.run(readOnly('cat /etc/shadow | wc -l', { timeoutMs: 2_500 }), {});
    expect(peer.commands[0]).toMatch(/^sudo -n -- timeout -k 5 5 sh -c '.*cat \/etc\/shadow \| wc -l'$/s);
  });

  it('hands the script to sh when the login shell reads another syntax', async () => {
    const { session, peer } = await setup({ login: 'fish', onCommand: echoes('') });
    await session.run(show, { file: 'x' });
    expect(peer.commands[0]).toMatch(/^exec sh -c '/);
    await session.run(command('true', { timeoutMs: 20_000 }), {});
    expect(peer.commands[1]).toMatch(/^exec timeout -k 5 22 sh -c '/);
  });

  it('brings content on standard input, which is never logged', async () => {
    const received: Buffer[] = [];
    const { session, log } = await setup({
      onCommand: (_command, channel) => {
        channel.on('data', (piece: Buffer) => received.push(piece));
        channel.on('end', () => reply(channel, '', 0));
      },
    });
    const write = command('cat > {file}', { stdin: 'content' });
    await session.run(write, { file: '/x' }, { stdin: 'the content\n' });
    expect(Buffer.concat(received).toString()).toBe('the content\n');
    expect(JSON.stringify(log.entries)).not.toContain('the content');
    // @ts-expect-error content is missing
    await expect(session.run(write, { file: '/x' })).rejects.toThrow(/needs content/);
    // @ts-expect-error the command reads nothing
    await expect(session.run(show, { file: '/x' }, { stdin: 'x' })).rejects.toThrow(/no standard input/);
  });

  it('is closed for a machine that is forgotten', async () => {
    const { session, pool, peer } = await setup({ onCommand: echoes('') });
    await session.run(show, { file: 'x' });
    pool.forget(peer.target.machineId);
    expect(pool.size).toBe(0);
  });
});
