import { randomBytes } from 'node:crypto';
import type { AccessHost, AccessSpec } from '@rsm/domain/access/access-host';
import type { BenchmarkRunner } from '@rsm/domain/benchmarks/benchmark-strategy';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { HandoverInspector } from '@rsm/domain/handovers/handover-inspector';
import { canaryPlaces, type CanaryMark, type CanaryPlanter } from '@rsm/domain/data-wipes/canary';
import type { WipeRunner, WipeVerifier } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeStep, WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type {
  HostKeyScanner,
  MachineInspector,
  MachineProber,
  MachineTarget,
  RemoteWork,
  ToolInstaller,
} from '@rsm/domain/machines/machine-host';
import type { Endpoint } from '@rsm/domain/machines/machine';
import type { MachineSoftware } from '@rsm/domain/machines/machine-software';
import { FakeMachine, type Effect, type RemoteStep } from './fake-machine.ts';
import { fakeBenchmark, fakeChecks, fakeFacts, fakeHandover } from './fake-readings.ts';
import type { SettableClock } from './settable-clock.ts';

/** The network that test compositions name as MACHINE_NETWORKS. */
export const FAKE_NETWORK = '10.20.0.0/16';

/** What every fake machine is before a booking. */
const BASELINE = 'as it was\n';

/** What the verifier of fake machines looks for. */
export const FAKE_CHECKS: readonly string[] = ['accounts', 'files_by_owner'];

/** The steps of fake clean-ups: one for each part of the plan. */
export const fakeStepsOf: WipeRunner['stepsOf'] = (plan) => plan.map((strategy) => ({ strategy, name: strategy }));

/** The ports behind which machines lie. */
export interface MachinePorts {
  readonly scanner: HostKeyScanner;
  readonly inspector: MachineInspector;
  readonly toolInstaller: ToolInstaller;
  readonly prober: MachineProber;
  readonly benchmarkRunner: BenchmarkRunner;
  readonly handoverInspector: HandoverInspector;
  readonly access: AccessHost;
  readonly wipeRunner: WipeRunner;
  readonly wipeVerifier: WipeVerifier;
  readonly canaryPlanter: CanaryPlanter;
}

/**
 * A network of machines in memory, behind the domain's ports: the outermost edge, and all that these tests fake. It behaves as
 * the real adapters promise: the host key is compared before anything is sent, each step may be repeated, errors are DomainErrors.
 */
export class FakeMachines {
  readonly #machines = new Map<string, FakeMachine>();
  readonly #clock: SettableClock;

  constructor(options: { readonly clock: SettableClock }) {
    this.#clock = options.clock;
  }

  /** Puts a machine on the network at an address of its own. */
  add(): FakeMachine {
    const count = this.#machines.size + 1;
    const address = `10.20.${String(Math.trunc(count / 250))}.${String(1 + (count % 250))}`;
    const machine = new FakeMachine({ address, port: 22 });
    this.#machines.set(keyOf(machine.endpoint), machine);
    return machine;
  }

  all(): readonly FakeMachine[] {
    return [...this.#machines.values()];
  }

  readonly ports: MachinePorts = {
    scanner: {
      scan: async (endpoint, work) => {
        const machine = this.#reach(endpoint, work);
        return this.#visit(machine, 'scan', work, () => machine.hostKey);
      },
    },
    inspector: {
      inspect: async (target, verifier, machine, work) => {
        this.#login(verifier, work);
        const fake = this.#login(target, work);
        return this.#visit(fake, 'inspect', work, () => ({
          checks: fakeChecks(fake.failedCheck),
          facts: fakeFacts(`${machine.id}, ${fake.hardware}`),
          software: {
            ...toolsOf(fake),
            images: machine.accessMode === 'container' ? [...fake.images] : null,
          },
        }));
      },
    },
    toolInstaller: {
      install: async (target, { tools }, work) => {
        const fake = this.#login(target, work);
        return this.#visit(fake, 'install_tools', work, () => {
          fake.missingTools = fake.missingTools.filter((tool) => !tools.includes(tool));
          return toolsOf(fake);
        });
      },
    },
    prober: {
      probe: async (target, work) => {
        try {
          const machine = this.#login(target, work);
          return await this.#visit(machine, 'probe', work, () => ({
            outcome: machine.isDegraded ? ('degraded' as const) : ('up' as const),
            detail: null,
          }));
        } catch (error) {
          if (error instanceof DomainError && error.code === 'machine_unreachable') {
            return { outcome: 'down', detail: error.message };
          }
          throw error;
        }
      },
    },
    benchmarkRunner: {
      kindsFor: () => ['cpu', 'memory', 'storage'],
      run: async (target, _machine, kind, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'benchmark', work, () => fakeBenchmark(kind, machine.score));
      },
    },
    handoverInspector: {
      inspect: async (target, { machine, speed }, work) => {
        const fake = this.#login(target, work);
        return this.#visit(fake, 'handover', work, () => {
          const isListed = fakeFacts(`${machine.id}, ${fake.hardware}`).fingerprint === machine.facts?.fingerprint;
          return fakeHandover({ fault: isListed ? fake.handoverFault : 'facts', speed });
        });
      },
    },
    access: {
      provision: async (target, spec, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'provision', work, () => provision(machine, spec));
      },
      moveDeadline: async (target, spec, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'move_deadline', work, () => moveDeadline(machine, spec));
      },
      revoke: async (target, spec, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'revoke', work, () => {
          endAccount(machine, spec.accountName);
          return { ended: true, endedAt: this.#clock.now(), detail: 'locked and empty' };
        });
      },
    },
    wipeRunner: {
      stepsOf: fakeStepsOf,
      run: async (target, _machine, booking, plan, work) => {
        const machine = this.#login(target, work);
        const steps = await this.#visit(machine, 'wipe', work, () => {
          endAccount(machine, booking.accountName);
          if (machine.accounts.delete(booking.accountName)) note(machine, 'account_removed', booking.accountName);
          if (!machine.leavesResidue) machine.strayFiles.delete(booking.uid);
          if (!machine.leavesCanaries) machine.canaries.clear();
          return plan.map((strategy) => this.#wipeStep(strategy));
        });
        for (const step of steps) await work.onStep(step);
        return steps;
      },
    },
    wipeVerifier: {
      checksOf: () => FAKE_CHECKS,
      takeBaseline: async (target, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'baseline', work, () => BASELINE);
      },
      verify: async (target, booking, work) => {
        const machine = this.#login(target, work);
        // Nobody is let in before the machine was listed, and what was listed comes back.
        if (machine.countOf('account_made', booking.accountName) > 0 && booking.baseline !== BASELINE)
          throw new Error(`The verifier was not given what the machine was before ${booking.accountName}.`);
        const findings = await this.#visit(machine, 'verify', work, () => machine.findings(booking));
        await work.onFindings(findings);
        return findings;
      },
    },
    canaryPlanter: {
      newSeed: () => randomBytes(32).toString('hex'),
      marksOf: fakeCanaryMarks,
      plant: async (target, _access, marks, work) => {
        const machine = this.#login(target, work);
        return this.#visit(machine, 'plant_canaries', work, () => {
          for (const { name } of marks) machine.canaries.add(name);
          return marks.map(({ place }) => ({ place, nameSha256: 'a'.repeat(64), contentSha256: 'b'.repeat(64) }));
        });
      },
    },
  };

  #reach(endpoint: Endpoint, work: RemoteWork): FakeMachine {
    work.signal.throwIfAborted();
    const machine = this.#machines.get(keyOf(endpoint));
    if (machine === undefined || machine.isUnreachable) {
      throw new DomainError('machine_unreachable', `Nothing answers at ${keyOf(endpoint)}.`, {
        remedy: 'Check the address, the port and the firewall.',
      });
    }
    return machine;
  }

  #login(target: MachineTarget, work: RemoteWork): FakeMachine {
    const machine = this.#reach(target.endpoint, work);
    if (machine.hostKey.fingerprint !== target.hostKey.fingerprint) {
      throw new DomainError('host_key_changed', 'The machine presented another host key. Nothing was sent to it.');
    }
    if (!target.privateKey.includes('PRIVATE KEY')) throw new Error('The login has no private key.');
    return machine;
  }

  async #visit<Result>(machine: FakeMachine, step: RemoteStep, work: RemoteWork, act: () => Result): Promise<Result> {
    machine.visits.push(step);
    await machine.onVisit?.({ step, phase: 'before', purpose: work.purpose });
    if (machine.brokenSteps.has(step)) {
      throw new DomainError('host_command_failed', `The command for "${step}" ended with status 1.`);
    }
    const result = act();
    this.#clock.advance(machine.slowMs);
    await machine.onVisit?.({ step, phase: 'after', purpose: work.purpose });
    return result;
  }

  #wipeStep(strategy: WipeStrategyKind): WipeStep {
    return {
      strategy,
      name: strategy,
      command: `fake-${strategy} {account}`,
      exitStatus: 0,
      succeeded: true,
      startedAt: this.#clock.now(),
      durationMs: 1,
      detail: null,
    };
  }
}

/** As the real ones in form, and easy to tell apart. */
export function fakeCanaryMarks(seed: string): readonly CanaryMark[] {
  return canaryPlaces.map((place, index) => ({ place, name: `${String(index)}${seed.slice(1, 24)}`, content: seed }));
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.address}:${String(endpoint.port)}`;
}

function note(machine: FakeMachine, kind: Effect['kind'], accountName: string): void {
  machine.effects.push({ kind, accountName });
}

function toolsOf({ missingTools }: FakeMachine): Pick<MachineSoftware, 'packageManager' | 'missingTools'> {
  return { packageManager: 'apt', missingTools: missingTools.map((tool) => ({ tool, version: '1.0' })) };
}

/** Making an account leaves a file outside its home too, as programs do: the wipe has to find it. */
function provision(machine: FakeMachine, spec: AccessSpec): { readonly deadlineAt: AccessSpec['deadlineAt'] } {
  const known = machine.accounts.get(spec.accountName);
  if (known !== undefined) return moveDeadline(machine, spec);
  machine.accounts.set(spec.accountName, {
    uid: spec.uid,
    publicKeys: spec.publicKeys,
    image: spec.image,
    deadlineAt: spec.deadlineAt,
    isLocked: false,
  });
  machine.strayFiles.add(spec.uid);
  note(machine, 'account_made', spec.accountName);
  return { deadlineAt: spec.deadlineAt };
}

function moveDeadline(machine: FakeMachine, spec: AccessSpec): { readonly deadlineAt: AccessSpec['deadlineAt'] } {
  const account = machine.accounts.get(spec.accountName);
  if (account === undefined) throw new DomainError('host_command_failed', `There is no account ${spec.accountName}.`);
  if (account.deadlineAt !== spec.deadlineAt) note(machine, 'deadline_moved', spec.accountName);
  account.deadlineAt = spec.deadlineAt;
  return { deadlineAt: account.deadlineAt };
}

function endAccount(machine: FakeMachine, accountName: string): void {
  const account = machine.accounts.get(accountName);
  if (account === undefined || account.isLocked) return;
  account.isLocked = true;
  note(machine, 'account_ended', accountName);
}
