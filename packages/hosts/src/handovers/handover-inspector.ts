import type { HandoverCheck } from '@rsm/domain/handovers/handover';
import type { HandoverInspector, HandoverReport, HandoverSubject } from '@rsm/domain/handovers/handover-inspector';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import { countThreads } from '../benchmarks/count-threads.ts';
import { RawOutput } from '../benchmarks/raw-output.ts';
import { readFacts } from '../machines/facts/read-facts.ts';
import type { SshPool } from '../ssh/ssh-pool.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { squaringsFor, WORKERS_MAX, WorkProof } from '../work-proof/work-proof.ts';
import { foreignTemplate, parseForeignLook, type ForeignLook } from './foreign-look.ts';
import { judgeFacts } from './judge-facts.ts';
import { isRenters, judgeGpuProcesses, judgePeople } from './judge-foreign.ts';
import { judgeSpeed, SPEED_TOLERANCE, type SpeedFinding, type SpeedTolerance } from './judge-speed.ts';

export interface HandoverSettings {
  readonly tolerance: SpeedTolerance;
  /** Length of one run of the proof at the measured speed. */
  readonly secondsPerRun: number;
  /** A run that is too slow is repeated up to so often, and the best one counts: a busy moment is no slow machine. */
  readonly triesMax: number;
}

export const HANDOVER_SETTINGS: HandoverSettings = { tolerance: SPEED_TOLERANCE, secondsPerRun: 2, triesMax: 3 };

/** What a renter has who is logged in and does nothing yet, and what waits in his container. */
const IDLE: ReadonlySet<string> = new Set([
  'sshd',
  'sshd-session',
  'sh',
  'bash',
  'dash',
  'systemd',
  '(sd-pam)',
  'sleep',
  'sudo',
  'podman',
  'docker',
]);

/** Compares a machine with its listing when a renter takes it over: facts, foreign programs, and a proof of work. Only looks and computes. */
export function createHandoverInspector(options: {
  readonly pool: Pick<SshPool, 'session'>;
  readonly settings?: Partial<HandoverSettings>;
}): HandoverInspector {
  const settings: HandoverSettings = { ...HANDOVER_SETTINGS, ...options.settings };
  return {
    inspect: (target, subject, work) => inspect(options.pool.session(target, work), target, subject, settings),
  };
}

async function inspect(
  session: SshSession,
  target: MachineTarget,
  subject: HandoverSubject,
  settings: HandoverSettings,
): Promise<HandoverReport> {
  const raw = new RawOutput();
  const { machine, account } = subject;
  const { facts } = await readFacts(session);
  raw.add('facts', JSON.stringify(facts));
  const look = await lookAround(session, { sshUser: target.sshUser, account: subject.account.name }, raw);
  const gpuCheck = judgeGpuProcesses(look, machine.facts?.gpus ?? null, account.uid);
  const checks: HandoverCheck[] = [
    { id: 'host_key', actual: 'the confirmed one', required: 'the confirmed host key', verdict: 'passed' },
    judgeFacts(machine.facts, facts),
    judgePeople(look, account.uid),
    ...(gpuCheck === null ? [] : [gpuCheck]),
    ...(await proveSpeed(session, target.sshUser, subject, { settings, raw })),
  ];
  return { checks, ...raw.finish() };
}

async function lookAround(
  session: SshSession,
  who: { readonly sshUser: string; readonly account: string },
  raw: RawOutput,
): Promise<ForeignLook | null> {
  const { stdout } = await session.run(foreignTemplate, who);
  raw.add('who is there', stdout);
  return parseForeignLook(stdout);
}

async function proveSpeed(
  session: SshSession,
  sshUser: string,
  { account, speed }: HandoverSubject,
  { raw, settings }: { readonly settings: HandoverSettings; readonly raw: RawOutput },
): Promise<readonly HandoverCheck[]> {
  const { tolerance } = settings;
  if ('missing' in speed) {
    const finding = { kind: 'not_measured', reason: speed.missing } as const;
    return (['speed_one_thread', 'speed_all_threads'] as const).map((id) =>
      judgeSpeed(id, finding, null, { tolerance, renterIsBusy: false }),
    );
  }
  const proof = await WorkProof.open(session);
  const threads = Math.min(WORKERS_MAX, await countThreads(session));
  const checks: HandoverCheck[] = [];
  for (const [id, workers, squaringsPerSecond] of [
    ['speed_one_thread', 1, speed.oneThread],
    ['speed_all_threads', threads, speed.allThreads],
  ] as const) {
    const finding = await bestOf(proof, { workers, squaringsPerSecond, settings, raw });
    const isSlow = finding.kind === 'measured' && finding.best < tolerance.ratioMin * squaringsPerSecond;
    const look = isSlow ? await lookAround(session, { sshUser, account: account.name }, raw) : null;
    const renterIsBusy =
      look?.processes.some(({ name, uid }) => isRenters(look, account.uid, uid) && !IDLE.has(name)) ?? false;
    checks.push(judgeSpeed(id, finding, { squaringsPerSecond, python: speed.python }, { tolerance, renterIsBusy }));
  }
  return checks;
}

/** Runs until one is fast enough, at most so often. A wrong answer ends it: it is no question of speed. */
async function bestOf(
  proof: WorkProof,
  options: {
    readonly workers: number;
    readonly squaringsPerSecond: number;
    readonly settings: HandoverSettings;
    readonly raw: RawOutput;
  },
): Promise<SpeedFinding> {
  const { raw, settings, squaringsPerSecond, workers } = options;
  const squarings = squaringsFor(squaringsPerSecond / workers, settings.secondsPerRun);
  let best = 0;
  for (let runs = 1; ; runs += 1) {
    const run = await proof.run(workers, squarings);
    if (run.kind === 'no_python') return { kind: 'not_measured', reason: 'the machine has no python3 any more' };
    raw.add(`proof of work, ${String(workers)} threads, run ${String(runs)}`, run.raw);
    if (run.kind === 'wrong') return { kind: 'wrong', detail: run.detail };
    best = Math.max(best, run.squaringsPerSecond);
    if (best >= settings.tolerance.ratioMin * squaringsPerSecond || runs >= settings.triesMax) {
      return { kind: 'measured', best, runs, python: run.pythonVersion };
    }
  }
}
