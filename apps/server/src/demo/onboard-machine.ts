import type { LabHost } from '@rsm/lab';
import type { MarketClient } from './market-client.ts';
import { waitFor } from './wait-for.ts';

const SCAN_LIMIT_MS = 60_000;
const VERIFY_LIMIT_MS = 90_000;
/** Against a machine that hangs: two shared cores have taken 172 to 207 s, and more beside other work. */
const BENCHMARK_LIMIT_MS = 600_000;

type MachineRead = Awaited<ReturnType<MarketClient['machines']['get']['query']>>;
type BenchmarkRead = Awaited<ReturnType<MarketClient['benchmarks']['get']['query']>>;

/** What a provider does with a host, step by step, through the public procedures alone. */
export interface Onboarding {
  /** @param input.accessMode accounts when absent */
  connect(input: {
    readonly name: string;
    readonly region: string;
    readonly accessMode?: MachineRead['accessMode'];
  }): Promise<MachineRead>;
  paste(machine: MachineRead): Promise<void>;
  /** Compares the fingerprint with the one on the host's own disk, as the screen asks the provider to. */
  confirmHostKey(machine: MachineRead): Promise<MachineRead>;
  waitUntilVerified(machine: MachineRead): Promise<MachineRead>;
  benchmark(machine: MachineRead): Promise<readonly BenchmarkRead[]>;
}

/** Onboards a lab host: the host's console stands for the provider's own terminal. */
export function onboardingOf(market: MarketClient, host: LabHost): Onboarding {
  return {
    connect: ({ name, region, accessMode = 'unix_user' }) =>
      market.machines.connect.mutate({
        name,
        control: { address: host.address, port: host.sshPort },
        sshUser: 'root',
        declaredRegion: region,
        accessMode,
      }),

    paste: async ({ id }) => {
      const { grant } = await market.machines.onboardingBlocks.query({ id });
      const pasted = await host.run(grant);
      if (pasted.exitCode !== 0) throw new Error(`The pasted block failed: ${pasted.stderr}`);
    },

    confirmHostKey: async ({ id }) => {
      const scanned = await waitFor('the host key', SCAN_LIMIT_MS, async () => {
        const machine = await market.machines.get.query({ id });
        return machine.hostKeyState === 'scanned' ? machine.hostKey : null;
      });
      const onDisk = await host.hostKeys();
      if (!onDisk.some((key) => key.fingerprint === scanned.fingerprint)) {
        throw new Error(`${scanned.fingerprint} is not a key of this host: somebody is in between.`);
      }
      return market.machines.confirmHostKey.mutate({ id, fingerprint: scanned.fingerprint });
    },

    waitUntilVerified: ({ id }) =>
      waitFor('the checks', VERIFY_LIMIT_MS, async () => {
        const machine = await market.machines.get.query({ id });
        if (machine.status === 'verified') return machine;
        const { checks } = await market.machines.listChecks.query({ id });
        const failed = checks.filter((check) => !check.passed);
        if (failed.length === 0) return null;
        const texts = failed.map((check) => `${check.title}: ${check.actual}, required ${check.required}.`);
        throw new Error(`The machine failed its checks. ${texts.join(' ')}`);
      }),

    benchmark: async ({ id }) => {
      const { items } = await market.benchmarks.start.mutate({ machineId: id, kinds: null });
      return waitFor('the benchmarks', BENCHMARK_LIMIT_MS, async () => {
        const runs = await Promise.all(items.map((run) => market.benchmarks.get.query({ id: run.id })));
        const failed = runs.find((run) => run.status === 'failed');
        if (failed !== undefined) throw new Error(`The ${failed.kind} benchmark failed: ${failed.failureReason ?? ''}`);
        return runs.every((run) => run.status === 'succeeded') ? runs : null;
      });
    },
  };
}
