import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { cleanEnvironment, runProgram, runProgramOrThrow } from '../processes/run-program.ts';
import { waitUntil } from '../processes/wait-until.ts';
import type { TroubleContext } from './trouble-context.ts';

export interface NetworkTrouble {
  /** The cable is pulled: packets vanish both ways and nobody is told. */
  cutNetwork(): Promise<void>;
  healNetwork(): Promise<void>;
  /** Every packet to the host arrives `delayMs` later, so each round trip takes that much longer. */
  slowNetwork(delayMs: number): Promise<void>;
  normalNetwork(): Promise<void>;
  /** The host was booted or is gone, and its cable with all that was done to it. For the lab itself. */
  forgetCable(): void;
}

const commandTimeoutMs = 10_000;
const delayMsMax = 10_000;
const ip = (...args: string[]) => runProgramOrThrow('ip', args, { timeoutMs: commandTimeoutMs });
const relayScript = fileURLToPath(new URL('./delay-relay.py', import.meta.url));

export function createNetworkTrouble(context: TroubleContext): NetworkTrouble {
  const { address, gateway, interfaceName } = context.slot;
  const inHost = (...args: string[]) => {
    const target = String(context.leader());
    return runProgramOrThrow('nsenter', ['--target', target, '--net', ...args], { timeoutMs: commandTimeoutMs });
  };
  let relay: ChildProcess | undefined;
  const stopRelay = () => {
    relay?.kill('SIGKILL');
    relay = undefined;
  };

  const normalNetwork = async () => {
    if (relay !== undefined) {
      await ip('route', 'replace', `${address}/32`, 'dev', interfaceName, 'src', gateway);
      await ip('route', 'delete', `${address}/32`, 'dev', interfaceName);
      stopRelay();
    }
    // Fails when there is no delay, which is what was wanted.
    await runProgram('tc', ['qdisc', 'delete', 'dev', interfaceName, 'root'], { timeoutMs: commandTimeoutMs });
  };

  return {
    cutNetwork: async () => {
      // A fixed neighbour keeps this side sending into the void; otherwise it would soon report "no route to host".
      const hardwareAddress = (await context.run('cat /sys/class/net/eth0/address')).trim();
      await ip('neigh', 'replace', address, 'lladdr', hardwareAddress, 'dev', interfaceName, 'nud', 'permanent');
      await inHost('ip', 'link', 'set', 'eth0', 'down');
    },
    healNetwork: async () => {
      await inHost('ip', 'link', 'set', 'eth0', 'up');
      await inHost('ip', 'route', 'replace', 'default', 'via', gateway);
      await ip('neigh', 'delete', address, 'dev', interfaceName);
    },
    slowNetwork: async (delayMs) => {
      if (!Number.isInteger(delayMs) || delayMs < 1 || delayMs > delayMsMax) {
        throw new Error(`delayMs: ${delayMs} is not a whole number from 1 to ${delayMsMax}`);
      }
      await normalNetwork();
      const netem = ['qdisc', 'replace', 'dev', interfaceName, 'root', 'netem', 'delay', `${delayMs}ms`];
      const result = await runProgram('tc', netem, { timeoutMs: commandTimeoutMs });
      if (result.exitCode !== 0) relay = await startRelay(context, delayMs);
    },
    normalNetwork,
    forgetCable: stopRelay,
  };
}

/**
 * For kernels without tc's netem: two TUN devices, one here and one in the host, and a program between them that hands
 * packets on after the delay. It runs from the lab's root, so this machine needs no Python, and ends with this process.
 */
async function startRelay(context: TroubleContext, delayMs: number): Promise<ChildProcess> {
  const { index, interfaceName, address, gateway } = context.slot;
  const [outer, inner] = [`rsmslow${index}`, `rsmfar${index}`];
  const program = readFileSync(relayScript, 'utf8');
  const run = 'exec 3<>/dev/net/tun 4<>/dev/net/tun; exec setpriv --pdeathsig KILL chroot "$0" python3 -c "$@"';
  const relay = spawn('sh', ['-c', run, context.toolRootPath, program, outer, inner, String(delayMs)], {
    env: cleanEnvironment,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  relay.on('error', () => undefined);
  try {
    await waitUntil('the delay relay', commandTimeoutMs, async () => {
      if (relay.exitCode !== null) throw new Error('the delay relay ended; is there a /dev/net/tun?');
      const shown = await runProgram('ip', ['link', 'show', inner], { timeoutMs: commandTimeoutMs });
      return shown.exitCode === 0 ? true : undefined;
    });
    await ip('link', 'set', inner, 'netns', String(context.leader()));
    await runProgramOrThrow(
      'nsenter',
      ['--target', String(context.leader()), '--net', 'ip', 'link', 'set', inner, 'up'],
      {
        timeoutMs: commandTimeoutMs,
      },
    );
    await ip('link', 'set', outer, 'up');
    // Answers come back over the cable, which is not the way that leads there: a strict check would drop them.
    await runProgramOrThrow('sh', ['-c', 'echo 2 > /proc/sys/net/ipv4/conf/$0/rp_filter', interfaceName], {
      timeoutMs: commandTimeoutMs,
    });
    await ip('route', 'replace', `${address}/32`, 'dev', outer, 'src', gateway);
    return relay;
  } catch (error) {
    relay.kill('SIGKILL');
    throw error;
  }
}
