// @module-tag ci

import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyWork, enrol, labGuard, openLab, pinnedKeyOf } from '../test-support/lab-machine.ts';
import { createKeyPairMaker } from '../keys/key-pair-maker.ts';
import { command, readOnly } from './command-template.ts';
import { cleanUpDetached, detachedOutput, detachedState, runDetached, startDetached } from './detached-run.ts';
import { createHostKeyScanner } from './scan-host-key.ts';

const whoami = readOnly('id -un');
const shell = command('sh -c {script}', { timeoutMs: 5_000 });

describe('SSH with a real sshd', () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await openLab();
    host = await lab.startHost({ flavour: 'debian' });
  });
  afterAll(() => lab.stop());

  it('logs in as root, runs commands and reads their ends', async () => {
    const machine = await enrol(host);
    const session = machine.session();
    await expect(session.run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n', exitStatus: 0 });
    await expect(session.run(shell, { script: 'echo out; echo why >&2; exit 7' })).rejects.toMatchObject({
      exitStatus: 7,
      stdout: 'out\n',
      stderr: 'why\n',
    });
    await expect(session.run(shell, { script: 'kill -KILL $$' })).rejects.toMatchObject({ failure: 'command_failed' });
    expect(await session.login()).toMatchObject({
      privilege: 'root',
      posixShell: true,
      hasTimeout: true,
      serverSoftware: expect.stringContaining('OpenSSH') as string,
    });
    expect(machine.entries.map((entry) => entry.exitStatus)).toEqual([0, 0, 7, 137]);
    machine.pool.close();
  });

  it('becomes root with sudo, pipes and redirections included', async () => {
    const machine = await enrol(host, { user: 'provider' });
    const session = machine.session();
    await expect(session.run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n' });
    await expect(session.run(whoami, {}, { as: 'login' })).resolves.toMatchObject({ stdout: 'provider\n' });
    await session.run(
      command('cat > {file} && id -un >> {file}', { stdin: 'content' }),
      { file: '/root/a b' },
      { stdin: "it's\n" },
    );
    expect((await host.run('cat "/root/a b"')).stdout).toBe("it's\nroot\n");
    machine.pool.close();
  });

  it('says that sudo is missing, and runs nothing', async () => {
    await host.run('useradd --create-home --shell /bin/bash plain');
    const machine = await enrol(host, { user: 'plain' });
    await expect(machine.session().run(whoami, {})).rejects.toMatchObject({ failure: 'privilege_missing' });
    machine.pool.close();
  });

  it('works with a login shell that is not POSIX', async () => {
    await host.run(
      'printf "#!/usr/bin/python3\\nimport os,sys,subprocess,shlex\\na=shlex.split(sys.argv[2])\\nsys.exit(subprocess.run([w for w in a if w != \'exec\']).returncode)\\n" > /usr/local/bin/odd && chmod 755 /usr/local/bin/odd && useradd --create-home --shell /usr/local/bin/odd odd',
    );
    const machine = await enrol(host, { user: 'odd' });
    await expect(machine.session().run(readOnly('id -un; echo "$LC_ALL"'), {}, { as: 'login' })).resolves.toMatchObject(
      { stdout: 'odd\nC\n' },
    );
    machine.pool.close();
  });

  it('says that an account cannot run commands', async () => {
    await host.run('useradd --create-home --shell /usr/sbin/nologin locked');
    const machine = await enrol(host, { user: 'locked' });
    await expect(machine.session().run(whoami, {})).rejects.toMatchObject({ failure: 'login_refused' });
    machine.pool.close();
  });

  it('tells a wrong port, a wrong key and a wrong user apart', async () => {
    const machine = await enrol(host);
    const at = (target: Parameters<typeof machine.session>[0]) => machine.session(target).run(whoami, {});
    await expect(at({ target: { endpoint: { address: host.address, port: 2222 } } })).rejects.toMatchObject({
      failure: 'connect_refused',
    });
    await expect(at({ target: { privateKey: createKeyPairMaker().make('other').privateKey } })).rejects.toMatchObject({
      failure: 'login_refused',
    });
    await expect(at({ target: { sshUser: 'nobody-here' } })).rejects.toMatchObject({ failure: 'login_refused' });
    machine.pool.close();
  });

  it('scans the same key that lies on the host’s disk, without authenticating', async () => {
    const before = (await host.run('journalctl -u ssh --no-pager -o cat | grep -c "Accepted\\|Failed" || true')).stdout;
    const scanned = await createHostKeyScanner({ guard: labGuard() }).scan(
      { address: host.address, port: host.sshPort },
      { ...anyWork(), machineId: (await enrol(host)).target.machineId },
    );
    expect(scanned).toEqual(await pinnedKeyOf(host));
    expect((await host.run('journalctl -u ssh --no-pager -o cat | grep -c "Accepted\\|Failed" || true')).stdout).toBe(
      before,
    );
  });

  it('ends output without end at its limit, on the host too', async () => {
    const machine = await enrol(host);
    const flood = readOnly('exec yes flood-marker', { maxOutputBytes: 100_000 });
    await expect(machine.session().run(flood, {})).rejects.toMatchObject({ failure: 'output_too_long' });
    await expect
      .poll(() => host.run('pgrep -f "[f]lood-marker" || echo none').then((answer) => answer.stdout))
      .toBe('none\n');
    await expect(machine.session().run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n' });
    machine.pool.close();
  });

  it.each(['root', 'provider'])(
    'ends a command that hangs at its timeout, on the host too, logged in as %s',
    async (user) => {
      const machine = await enrol(host, { user });
      const hang = command('sh -c {script}', { timeoutMs: 1_000 });
      const startedMs = performance.now();
      await expect(machine.session().run(hang, { script: `sleep 7777 # ${user}` })).rejects.toMatchObject({
        failure: 'command_timed_out',
      });
      // The command itself would hang for two hours.
      expect(performance.now() - startedMs).toBeLessThan(30_000);
      await expect
        .poll(() => host.run('pgrep -f "[s]leep 7777" || echo none').then((answer) => answer.stdout))
        .toBe('none\n');
      machine.pool.close();
    },
  );

  it.each(['root', 'provider'])('ends a command that is aborted, on the host too, logged in as %s', async (user) => {
    const machine = await enrol(host, { user });
    const loud = 'seq 5000 >&2; sleep 5555 | cat';
    const kinds = [command('sleep 5555 | cat'), readOnly('sleep 5555 | cat'), command(loud)];
    for (const hang of kinds) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error('enough')), 300);
      await expect(machine.session({ signal: abort.signal }).run(hang, {})).rejects.toThrow('enough');
      await expect
        .poll(() => host.run('pgrep -f "[s]leep 5555" || echo none').then((answer) => answer.stdout))
        .toBe('none\n');
    }
    machine.pool.close();
  });

  it('ends a command that is aborted before it has told what to kill, and keeps the connection for others', async () => {
    const machine = await enrol(host);
    await machine.session().login();
    const others = machine.session().run(shell, { script: 'sleep 3; echo undisturbed' });
    const KILLED_WITHIN = { timeout: 10_000 };
    for (const delayMs of [0, 1, 2, 4, 8, 16, 32]) {
      const abort = new AbortController();
      const running = machine.session({ signal: abort.signal }).run(command('sleep 6666 | cat'), {});
      setTimeout(() => abort.abort(new Error('enough')), delayMs);
      await expect(running).rejects.toThrow('enough');
      // Before the next one: what is being killed takes sessions, of which sshd has ten for a connection (MaxSessions).
      await expect
        .poll(() => host.run('pgrep -f "[s]leep 6666" || echo none').then((answer) => answer.stdout), KILLED_WITHIN)
        .toBe('none\n');
    }
    await expect(others).resolves.toMatchObject({ stdout: 'undisturbed\n' });
    machine.pool.close();
  });

  it('reports a command that was cut in the middle, and comes back by itself', async () => {
    const machine = await enrol(host);
    const session = machine.session();
    await session.login();
    const running = session.run(shell, { script: 'echo begun; sleep 8.25; echo done' });
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, after the cut
    const cut = expect(running).rejects.toMatchObject({ failure: 'connection_lost' });
    await expect.poll(async () => (await host.run('pgrep -fx "sleep 8.25"')).exitCode).toBe(0);
    await sleep(300);
    expect(host.trouble.dropSessions()).toBeGreaterThan(0);
    await cut;
    expect(machine.entries.at(-1)).toMatchObject({ outcome: 'connection_lost', exitStatus: null, outputBytes: 6 });
    await expect(session.run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n' });
    machine.pool.close();
  });

  it('notices a pulled cable within the keepalive time', async () => {
    const machine = await enrol(host, {
      limits: { keepaliveIntervalMs: 300, keepaliveCountMax: 2, connectTimeoutMs: 1_000 },
    });
    const session = machine.session();
    await session.login();
    const running = session.run(command('sleep 30', { timeoutMs: 60_000 }), {});
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, after the cut
    const lost = expect(running).rejects.toMatchObject({ failure: 'connection_lost' });
    await host.trouble.cutNetwork();
    try {
      await lost;
      await expect(session.run(whoami, {})).rejects.toMatchObject({ failure: 'connect_timed_out' });
    } finally {
      await host.trouble.healNetwork();
    }
    await expect(session.run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n' });
    machine.pool.close();
  });

  it('does not wait for an sshd that accepts and then stands still', async () => {
    const machine = await enrol(host, { limits: { connectTimeoutMs: 700 } });
    await host.run('pkill -STOP -x sshd');
    try {
      await expect(machine.session().run(whoami, {})).rejects.toMatchObject({
        failure: 'connect_timed_out',
        code: 'machine_unreachable',
      });
    } finally {
      await host.run('pkill -CONT -x sshd');
    }
    machine.pool.close();
  });

  it('works over a slow line', async () => {
    const machine = await enrol(host);
    await host.trouble.slowNetwork(150);
    try {
      await expect(machine.session().run(whoami, {})).resolves.toMatchObject({ stdout: 'root\n' });
    } finally {
      await host.trouble.normalNetwork();
    }
    machine.pool.close();
  });

  it('says that nothing listens when sshd is stopped', async () => {
    const machine = await enrol(host);
    await host.trouble.stopSshd();
    try {
      await expect(machine.session().run(whoami, {})).rejects.toMatchObject({ failure: 'connect_refused' });
    } finally {
      await host.trouble.startSshd();
    }
    machine.pool.close();
  });

  it('does not wait for the delayed acknowledgement of the other side', async () => {
    const machine = await enrol(host);
    const session = machine.session();
    await session.run(whoami, {});
    // Without TCP_NODELAY no command at all is faster than that wait, so one that is shows it. A busy machine may take a minute to have one.
    const delayedAckMs = 40;
    const endsMs = performance.now() + 60_000;
    let fastestMs = Infinity;
    while (fastestMs >= delayedAckMs && performance.now() < endsMs)
      fastestMs = Math.min(fastestMs, (await session.run(readOnly('true'), {})).durationMs);
    expect(fastestMs).toBeLessThan(delayedAckMs);
    machine.pool.close();
  });

  it('sends nothing after the host key changed', async () => {
    const other = await lab.startHost({ flavour: 'debian' });
    const machine = await enrol(other);
    await machine.session().run(whoami, {});
    machine.pool.forget(machine.target.machineId);
    await other.trouble.changeHostKey();
    const sent = machine.entries.length;
    await expect(machine.session().run(command('touch /root/sent'), {})).rejects.toMatchObject({
      code: 'host_key_changed',
    });
    expect(machine.entries).toHaveLength(sent);
    expect((await other.run('ls /root/sent 2>&1 | wc -l; test -e /root/sent || echo absent')).stdout).toContain(
      'absent',
    );
    expect((await other.run('journalctl -u ssh --no-pager -o cat | grep -c "Accepted publickey"')).stdout).toBe('1\n');
    machine.pool.close();
    await other.stop();
  });
});

describe.each(['debian', 'no-systemd'] as const)('a detached run on a host of flavour %s', (flavour) => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await openLab();
    host = await lab.startHost({ flavour });
  });
  afterAll(() => lab.stop());

  // How it is started and ended at its deadline depends on systemd; the rest is the same script.
  const onceMore = flavour === 'debian' ? {} : { tags: 'deep' };

  it('runs to its end, keeps its output apart and leaves nothing', async () => {
    const machine = await enrol(host);
    const template = command('echo {word}; echo why >&2; id -un');
    const output = await runDetached(
      machine.session(),
      { runId: 'detached-one', template, values: { word: "o'b $HOME" }, deadlineSeconds: 20 },
      { pollPauseMs: 50 },
    );
    expect(output).toEqual({ stdout: "o'b $HOME\nroot\n", stderr: 'why\n' });
    expect((await host.run('ls -A /run/rsm/runs')).stdout).toBe('');
    expect(machine.entries.some((entry) => entry.template.includes('echo {word}'))).toBe(true);
    expect(JSON.stringify(machine.entries)).not.toContain("o'b");
    machine.pool.close();
  });

  it('goes on without us, is joined by whoever asks next, and is not started twice', onceMore, async () => {
    const first = await enrol(host);
    const template = command('echo begun >> /root/begun; sleep 2; echo done');
    const work = { runId: 'detached-two', template, values: {}, deadlineSeconds: 30 };
    await startDetached(first.session(), work);
    expect(await detachedState(first.session(), work.runId)).toEqual({ kind: 'running' });
    first.pool.close();
    host.trouble.dropSessions();
    const second = await enrol(host);
    await startDetached(second.session(), work);
    expect(await runDetached(second.session(), work, { pollPauseMs: 50 })).toMatchObject({ stdout: 'done\n' });
    expect((await host.run('cat /root/begun')).stdout).toBe('begun\n');
    expect(await detachedState(second.session(), work.runId)).toEqual({ kind: 'gone' });
    second.pool.close();
  });

  it('survives a connection that is cut while it is waited for', onceMore, async () => {
    const machine = await enrol(host);
    const work = {
      runId: 'detached-three',
      template: command('sleep 5.25; echo done'),
      values: {},
      deadlineSeconds: 60,
    };
    const running = runDetached(machine.session(), work, { pollPauseMs: 50 });
    // Not before it has begun, however long a busy machine takes to begin it.
    await expect.poll(async () => (await host.run('pgrep -fx "sleep 5.25"')).exitCode, { timeout: 20_000 }).toBe(0);
    await host.trouble.dropSessionsAfter(100);
    await expect(running).resolves.toMatchObject({ stdout: 'done\n' });
    machine.pool.close();
  });

  it('is ended by the host at its deadline, with everything it started', async () => {
    const machine = await enrol(host);
    const work = {
      runId: 'detached-four',
      template: command('sleep 8888 & sleep 8888'),
      values: {},
      deadlineSeconds: 1,
    };
    await expect(runDetached(machine.session(), work, { pollPauseMs: 50 })).rejects.toMatchObject({
      failure: 'command_timed_out',
    });
    expect((await host.run('pgrep -f "[s]leep 8888" || echo none')).stdout).toBe('none\n');
    machine.pool.close();
  });

  it('reports its own failure, and that it was killed', onceMore, async () => {
    const machine = await enrol(host);
    const fails = { runId: 'detached-five', template: command('echo half; exit 3'), values: {}, deadlineSeconds: 20 };
    await expect(runDetached(machine.session(), fails, { pollPauseMs: 50 })).rejects.toMatchObject({
      exitStatus: 3,
      stdout: 'half\n',
    });
    const dies = { runId: 'detached-six', template: command('sleep 9999'), values: {}, deadlineSeconds: 60 };
    await startDetached(machine.session(), dies);
    await host.run('pkill -KILL -f "[r]uns/detached-six"; pkill -KILL -f "[s]leep 9999"');
    await expect(runDetached(machine.session(), dies, { pollPauseMs: 50 })).rejects.toMatchObject({
      failure: 'command_failed',
    });
    machine.pool.close();
  });

  it('keeps no more output than its limit, and its folder is root’s alone', onceMore, async () => {
    const machine = await enrol(host);
    const work = {
      runId: 'detached-seven',
      template: command('head -c 3000000 /dev/zero | tr "\\0" x; echo end >&2'),
      values: {},
      deadlineSeconds: 20,
    };
    await startDetached(machine.session(), work);
    await expect
      .poll(() => detachedState(machine.session(), work.runId), { timeout: 10_000 })
      .toEqual({ kind: 'ended', exitStatus: 0 });
    expect((await host.run('stat -c "%a %U" /run/rsm /run/rsm/runs /run/rsm/runs/detached-seven')).stdout).toBe(
      '700 root\n700 root\n700 root\n',
    );
    const output = await detachedOutput(machine.session(), work.runId);
    expect(output.stdout).toHaveLength(1_048_576);
    expect(output.stderr).toBe('end\n');
    await cleanUpDetached(machine.session(), work.runId);
    await cleanUpDetached(machine.session(), work.runId);
    machine.pool.close();
  });

  it('can be stopped', async () => {
    const machine = await enrol(host);
    await startDetached(machine.session(), {
      runId: 'detached-eight',
      template: command('sleep 6666 & sleep 6666'),
      values: {},
      deadlineSeconds: 60,
    });
    await cleanUpDetached(machine.session(), 'detached-eight');
    expect((await host.run('pgrep -f "[s]leep 6666" || echo none')).stdout).toBe('none\n');
    machine.pool.close();
  });
});
