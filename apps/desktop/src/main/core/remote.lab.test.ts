// @module-tag ci

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareLab, type Lab, type LabHost } from '@rsm/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PortForward, TerminalEvent, PullEvent, LocalKey } from '../../shared/bridge.ts';
import { createDesktopCore, type DesktopCore } from './desktop-core.ts';
import { createFakeApi, FakeApiError } from './test-support/fake-api.ts';
import { fakeSecrets } from './test-support/fake-secrets.ts';

const BOOKING = '0197a5c0-0000-7000-8000-000000000001';
const ACCOUNT = 'rsm-renter';
const page = { url: 'app://rsm/', isMainFrame: true };

/** The whole core against a real sshd: only the server's answers are ours. */
describe('a booking’s machine', () => {
  let lab: Lab;
  let host: LabHost;
  let home: string;
  let core: DesktopCore;
  /** What the server says of the booking and of the account. */
  let pinned: { keyType: string; publicKey: string; fingerprint: string };
  let accountKeys: string[];
  let over: boolean;
  let told: { readonly name: string; readonly body: unknown }[];
  let chosenFolder: string | null;

  beforeAll(async () => {
    const prepared = await prepareLab({ log: () => undefined });
    if (!prepared.available) throw new Error(prepared.reason);
    lab = prepared.lab;
    host = await lab.startHost({ flavour: 'debian' });
    await host.run(`useradd --create-home --shell /bin/bash ${ACCOUNT}`);
    // sshd then says which keys it was shown.
    await host.run('echo LogLevel DEBUG1 > /etc/ssh/sshd_config.d/log.conf && systemctl restart ssh');
  });
  afterAll(() => lab?.stop());

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'rsm-home-'));
    chosenFolder = join(home, 'downloads');
    await mkdir(chosenFolder);
    pinned = await hostKeyOfDisk();
    accountKeys = [];
    over = false;
    told = [];
    core = startCore(null);
  });
  afterEach(async () => {
    await core.stop();
    await rm(home, { recursive: true });
  });

  function startCore(sshAgent: string | null): DesktopCore {
    const { fetch } = createFakeApi({
      'auth.signIn': () => ({
        accessToken: 'token',
        accessTokenExpiresAt: new Date(Date.now() + 300_000),
        sessionSecret: 'secret',
        sessionExpiresAt: new Date(Date.now() + 900_000),
      }),
      'auth.signOut': () => ({ done: true }),
      'users.listSshKeys': () => ({ items: accountKeys.map((publicKey) => ({ publicKey })) }),
      'bookings.connection': ({ authorization }) => {
        if (authorization !== 'Bearer token') throw new FakeApiError('unauthenticated', 'You are not signed in.');
        if (over) throw new FakeApiError('wrong_state', 'This booking is over.');
        return { host: host.address, port: host.sshPort, user: ACCOUNT, hostKey: pinned };
      },
    });
    const made = createDesktopCore({
      version: '0.1.0',
      platform: 'linux',
      presetServer: 'https://market.example',
      ports: {
        folders: { renderer: home, data: join(home, 'data'), home },
        sshAgent,
        secrets: fakeSecrets(),
        window: { load: () => undefined, focus: () => undefined },
        dialogs: {
          chooseFolder: async () => chosenFolder,
          chooseFile: async () => null,
          choosePlace: async () => null,
        },
        browser: { open: async () => undefined },
        notifications: { show: () => undefined },
        updates: { kind: 'off', reason: 'test' },
        fetch,
        log: () => undefined,
      },
    });
    made.onSend((message) => told.push(message));
    return made;
  }

  async function hostKeyOfDisk() {
    const key = (await host.hostKeys()).find(({ type }) => type === 'ssh-ed25519');
    if (key === undefined) throw new Error('the host has no ed25519 key');
    return { keyType: key.type, publicKey: key.key, fingerprint: key.fingerprint };
  }

  /** Calls as the window does; a refusal is thrown with its fields. */
  async function call<Value>(channel: string, input?: unknown): Promise<Value> {
    const answer = await core.handle(channel, input, page);
    if (!answer.ok) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.value as Value;
  }

  async function letIn(publicKey: string): Promise<void> {
    const done = await host.run(
      `install -d -m 700 -o ${ACCOUNT} -g ${ACCOUNT} /home/${ACCOUNT}/.ssh
       cat > /home/${ACCOUNT}/.ssh/authorized_keys && chown ${ACCOUNT}: /home/${ACCOUNT}/.ssh/authorized_keys`,
      { input: `${publicKey}\n` },
    );
    if (done.exitCode !== 0) throw new Error(done.stderr);
  }

  /** Signs in with a key of this computer that the account and the machine know. */
  async function arrive(place: 'key_chain' | 'ssh_folder' = 'key_chain'): Promise<void> {
    await call('session.signIn', { email: 'ada@example.org', password: 'x' });
    const key = await call<LocalKey>('keys.create', { name: 'laptop', place });
    accountKeys = [key.publicKey];
    await letIn(key.publicKey);
  }

  const openTerminal = async () => call<string>('terminal.open', { bookingId: BOOKING, size: { cols: 80, rows: 24 } });
  const events = <Body>(name: string): Body[] =>
    told.filter((one) => one.name === name).map(({ body }) => body as Body);
  const screen = () =>
    events<TerminalEvent>('terminal.event')
      .map((event) => (event.kind === 'data' ? event.data : ''))
      .join('');
  const sshdLog = async () => (await host.run('journalctl -u ssh --no-pager -o cat')).stdout;

  it.each(['key_chain', 'ssh_folder'] as const)('gives a shell to a key in the %s', async (place) => {
    await arrive(place);
    const terminalId = await openTerminal();
    await call('terminal.write', { terminalId, data: 'whoami; stty size; echo "grö""ße ✓"\r' });
    await expect.poll(screen).toMatch(new RegExp(`${ACCOUNT}\\r\\n24 80\\r\\ngröße ✓`));
    await call('terminal.resize', { terminalId, size: { cols: 120, rows: 40 } });
    await call('terminal.write', { terminalId, data: 'stty size; exit 3\r' });
    await expect.poll(screen).toContain('40 120');
    await expect
      .poll(() => events<TerminalEvent>('terminal.event').at(-1))
      .toMatchObject({ kind: 'closed', terminalId, reason: 'The shell ended (3).' });
  });

  it('is entered with a key that only an SSH agent has, and the agent’s other keys are not shown', async () => {
    const socket = join(home, 'agent.sock');
    const agent = execFileSync('ssh-agent', ['-a', socket, '-s'], { encoding: 'utf8' });
    const pid = /SSH_AGENT_PID=(\d+)/.exec(agent)?.[1] ?? '';
    try {
      for (const name of ['account', 'private1', 'private2']) {
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
        execFileSync('ssh-add', ['-q', join(home, name)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      }
      const line = await readFile(join(home, 'account.pub'), 'utf8');
      await letIn(line.trim());
      accountKeys = [line.split(' ').slice(0, 2).join(' ')];
      core = startCore(socket);
      await call('session.signIn', { email: 'ada@example.org', password: 'x' });
      await openTerminal();
      const otherKeys = ['private1', 'private2'].map(
        (name) => execFileSync('ssh-keygen', ['-l', '-f', join(home, name)], { encoding: 'utf8' }).split(' ')[1],
      );
      const accountKey = execFileSync('ssh-keygen', ['-l', '-f', join(home, 'account')], { encoding: 'utf8' }).split(
        ' ',
      )[1];
      // The journal is written a little later; what was shown before the accepted key stands before it.
      await expect.poll(sshdLog).toContain(`Accepted publickey for ${ACCOUNT}`);
      await expect.poll(sshdLog).toContain(accountKey);
      const log = await sshdLog();
      for (const fingerprint of otherKeys) expect(log).not.toContain(fingerprint);
    } finally {
      execFileSync('kill', [pid]);
    }
  });

  it('is not entered without a key of the account, and is told nothing then', { tags: 'deep' }, async () => {
    await call('session.signIn', { email: 'ada@example.org', password: 'x' });
    await expect(openTerminal()).rejects.toMatchObject({ code: 'no_key_here', remedy: expect.any(String) as string });
    await call('keys.create', { name: 'stranger', place: 'ssh_folder' });
    accountKeys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'];
    await expect(openTerminal()).rejects.toMatchObject({ code: 'no_key_here' });
  });

  it('says what the server says when the booking is over', async () => {
    await arrive();
    over = true;
    await expect(openTerminal()).rejects.toMatchObject({ code: 'wrong_state', message: 'This booking is over.' });
  });

  it('carries a forward to a service that listens on the machine’s own loopback', async () => {
    await arrive();
    await host.run(
      'cd /srv && echo notebook > index.html && (setsid python3 -m http.server 8888 --bind 127.0.0.1 >/dev/null 2>&1 &)',
    );
    await expect
      .poll(async () => (await host.run('ss -tln | grep -c :8888 || true')).stdout, { timeout: 10_000 })
      .toBe('1\n');
    const forward = await call<PortForward>('forwards.open', { bookingId: BOOKING, remotePort: 8888, localPort: null });
    const get = async () => {
      const response = await fetch(`http://127.0.0.1:${String(forward.localPort)}/index.html`);
      return response.text();
    };
    expect(await get()).toBe('notebook\n');
    expect(host.trouble.dropSessions()).toBeGreaterThan(0);
    // The next one to use the port brings the connection back.
    await expect.poll(async () => get().catch(() => ''), { timeout: 15_000 }).toBe('notebook\n');
    await call('session.signOut');
    await expect(get()).rejects.toThrow('fetch failed');
  });

  it('gives files home over SFTP, and no link with them', async () => {
    await arrive();
    await host.run(`su ${ACCOUNT} -c '
      mkdir -p ~/results/deep && cd ~/results && head -c 5000000 /dev/urandom > big.bin && echo hello > deep/a.txt
      ln -s /etc/passwd out && ln -s / root && mkfifo pipe && touch "odd name; rm -rf ~.txt"'`);
    const pullId = await call<string>('files.pull', { bookingId: BOOKING, remotePath: '~/results' });
    const pulls = () => events<PullEvent>('files.pullEvent');
    await expect.poll(() => pulls().at(-1)?.kind, { timeout: 30_000 }).toBe('done');
    expect(pulls().at(-1)).toEqual({ kind: 'done', pullId, files: 3, bytes: 5_000_006, skipped: 3 });
    const folder = join(chosenFolder ?? '', 'results');
    expect((await readdir(folder)).toSorted()).toEqual(['big.bin', 'deep', 'odd name; rm -rf ~.txt']);
    const sum = (await host.run(`sha256sum < /home/${ACCOUNT}/results/big.bin`)).stdout;
    expect(execFileSync('sha256sum', { input: await readFile(join(folder, 'big.bin')), encoding: 'utf8' })).toBe(sum);
  });

  it('says that there is no such file, and that a connection was lost in the middle', { tags: 'deep' }, async () => {
    await arrive();
    await call('files.pull', { bookingId: BOOKING, remotePath: 'nowhere' });
    const last = () => events<PullEvent>('files.pullEvent').at(-1);
    await expect
      .poll(last)
      .toMatchObject({ kind: 'failed', message: 'There is no such file or folder on the machine.' });

    await host.run(`su ${ACCOUNT} -c 'mkdir ~/huge && head -c 400000000 /dev/zero > ~/huge/zeros'`);
    await call('files.pull', { bookingId: BOOKING, remotePath: 'huge' });
    await expect.poll(last, { timeout: 10_000 }).toMatchObject({ kind: 'progress' });
    host.trouble.dropSessions();
    await expect.poll(last, { timeout: 20_000 }).toMatchObject({ kind: 'failed' });
    expect(await readdir(join(chosenFolder ?? '', 'huge'))).toEqual([]);
  });

  it('is asked for nothing when the person chooses no folder', { tags: 'deep' }, async () => {
    await arrive();
    chosenFolder = null;
    expect(await call('files.pull', { bookingId: BOOKING, remotePath: 'results' })).toBeNull();
  });

  it('ends what is open when the person signs out', { tags: 'deep' }, async () => {
    await arrive();
    await openTerminal();
    const { localPort } = await call<PortForward>('forwards.open', {
      bookingId: BOOKING,
      remotePort: 22,
      localPort: null,
    });
    await call('session.signOut');
    expect(events<TerminalEvent>('terminal.event').at(-1)).toMatchObject({ kind: 'closed', reason: 'You signed out.' });
    const socket = connect(localPort, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await expect
      .poll(async () => (await host.run(`pgrep -c -u ${ACCOUNT} -x bash || true`)).stdout, { timeout: 10_000 })
      .toBe('0\n');
  });

  // Last, because there is no way back.
  it('with another host key is refused with an explanation, and is sent nothing', async () => {
    await arrive();
    await writeFile(join(home, 'keep'), '');
    await host.trouble.changeHostKey();
    await host.run('journalctl --rotate >/dev/null 2>&1; journalctl --vacuum-time=1s >/dev/null 2>&1');
    const before = await sshdLog();
    await expect(openTerminal()).rejects.toMatchObject({
      code: 'host_key_changed',
      message: expect.stringContaining('Nothing was sent') as string,
    });
    await expect(
      call('forwards.open', { bookingId: BOOKING, remotePort: 8888, localPort: null }),
    ).rejects.toMatchObject({ code: 'host_key_changed' });
    await expect(call('files.pull', { bookingId: BOOKING, remotePath: 'results' })).rejects.toMatchObject({
      code: 'host_key_changed',
    });
    const log = (await sshdLog()).slice(before.length);
    expect(log).not.toContain(ACCOUNT);
    expect(log).not.toMatch(/userauth-request|Accepted|Failed|publickey/);

    // The same login works once the new key is pinned: so it was the key that refused it.
    pinned = await hostKeyOfDisk();
    await expect(openTerminal()).resolves.toEqual(expect.any(String));
    expect(await sshdLog()).toContain(`Accepted publickey for ${ACCOUNT}`);
  });
});
