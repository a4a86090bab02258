import { randomBytes } from 'node:crypto';
import { DomainError, type DomainErrorCode } from '@rsm/domain/common/domain-error';
import type { WipeFinding, WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import { FAKE_CHECKS, fakeCanaryMarks, fakeStepsOf, type MachinePorts } from '../../testing/fake-machines.ts';

/** What the machine world answers. */
export type MachineAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: DomainErrorCode; readonly message: string } };

interface Work {
  readonly signal: AbortSignal;
  readonly purpose: string;
}

/** The ports behind which machines lie, with the machines in another process, which no kill reaches. */
export function remoteMachines(url: string): MachinePorts {
  const call = async <Result>(path: string, args: readonly unknown[], work: Work): Promise<Result> => {
    const { signal, purpose } = work;
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      body: JSON.stringify([...args, { purpose }]),
      headers: { 'content-type': 'application/json' },
      signal,
    });
    const answer = (await response.json()) as MachineAnswer;
    if ('error' in answer) throw new DomainError(answer.error.code, answer.error.message);
    return answer.result as Result;
  };
  return {
    scanner: { scan: async (endpoint, work) => call('scanner/scan', [endpoint], work) },
    inspector: {
      inspect: async (target, verifier, machine, work) => call('inspector/inspect', [target, verifier, machine], work),
    },
    toolInstaller: {
      install: async (target, wish, work) => call('toolInstaller/install', [target, wish], work),
    },
    prober: { probe: async (target, work) => call('prober/probe', [target], work) },
    benchmarkRunner: {
      kindsFor: () => ['cpu'],
      run: async (target, machine, kind, work) => call('benchmarkRunner/run', [target, machine, kind], work),
    },
    handoverInspector: {
      inspect: async (target, subject, work) => call('handoverInspector/inspect', [target, subject], work),
    },
    access: {
      provision: async (target, spec, work) => call('access/provision', [target, spec], work),
      moveDeadline: async (target, spec, work) => call('access/moveDeadline', [target, spec], work),
      revoke: async (target, spec, work) => call('access/revoke', [target, spec], work),
    },
    wipeRunner: {
      stepsOf: fakeStepsOf,
      run: async (target, machine, booking, plan, work) => {
        const steps = await call<readonly WipeStep[]>('wipeRunner/run', [target, machine, booking, plan], work);
        for (const step of steps) await work.onStep(step);
        return steps;
      },
    },
    wipeVerifier: {
      checksOf: () => FAKE_CHECKS,
      takeBaseline: async (target, work) => call('wipeVerifier/takeBaseline', [target], work),
      verify: async (target, booking, work) => {
        const findings = await call<readonly WipeFinding[]>('wipeVerifier/verify', [target, booking], work);
        await work.onFindings(findings);
        return findings;
      },
    },
    canaryPlanter: {
      newSeed: () => randomBytes(32).toString('hex'),
      marksOf: fakeCanaryMarks,
      plant: async (target, access, marks, work) => call('canaryPlanter/plant', [target, access, marks], work),
    },
  };
}
