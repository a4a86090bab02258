import { createHash, randomBytes } from 'node:crypto';
import type { Instant } from '@rsm/domain/common/instant';
import type { Endpoint, HostKey } from '@rsm/domain/machines/machine';
import type { HandoverCheckId } from '@rsm/domain/handovers/handover';
import type { BenchmarkTool } from '@rsm/domain/machines/machine-software';
import type { CanaryMark } from '@rsm/domain/data-wipes/canary';
import type { SoughtBooking } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { WipeFinding } from '@rsm/domain/data-wipes/data-wipe';

/** What is done over SSH, by the port that does it. */
export const remoteSteps = [
  'scan',
  'inspect',
  'install_tools',
  'probe',
  'benchmark',
  'baseline',
  'provision',
  'plant_canaries',
  'handover',
  'move_deadline',
  'revoke',
  'wipe',
  'verify',
] as const;
export type RemoteStep = (typeof remoteSteps)[number];

/** A visit of our code to the machine, told before and after its effect. */
export interface Visit {
  readonly step: RemoteStep;
  readonly phase: 'before' | 'after';
  readonly purpose: string;
}

/** What really changed on the machine, once per change. Repeating a step that was done is no effect. */
export interface Effect {
  readonly kind: 'account_made' | 'deadline_moved' | 'account_ended' | 'account_removed';
  readonly accountName: string;
}

export interface FakeAccount {
  readonly uid: number;
  readonly publicKeys: readonly string[];
  /** What its container was made from. */
  readonly image: string | null;
  deadlineAt: Instant;
  isLocked: boolean;
}

/** A machine in memory: accounts, their watchdog, what they leave behind, and everything that can go wrong with it. */
export class FakeMachine {
  readonly endpoint: Endpoint;
  readonly accounts = new Map<string, FakeAccount>();
  /** Files outside homes, by the uid that owns them. */
  readonly strayFiles = new Set<number>();
  /** Names of markers that lie here. */
  readonly canaries = new Set<string>();
  readonly effects: Effect[] = [];
  /** Steps that were sent here, in order: what was refused before the login is not among them. */
  readonly visits: RemoteStep[] = [];

  hostKey: HostKey = makeHostKey();
  isUnreachable = false;
  isDegraded = false;
  /** Steps whose command ends with an error. */
  readonly brokenSteps = new Set<RemoteStep>();
  /** The machine's time that each step takes. */
  slowMs = 0;
  /** The wipe says that all went well and leaves the files outside the home. */
  leavesResidue = false;
  /** The wipe says that all went well and leaves the markers. */
  leavesCanaries = false;
  /** What the verifier says of every check it can't make. */
  verifierIsBlind = false;
  failedCheck: string | null = null;
  /** Another text is other hardware: the machine's facts get another fingerprint. */
  hardware = 'as built';
  /** What the check at the start of a booking finds wrong. */
  handoverFault: HandoverCheckId | null = null;
  /** Tools of benchmarks that it lacks. */
  missingTools: readonly BenchmarkTool[] = [];
  /** References of the operator's images that lie on it. */
  readonly images = new Set<string>();
  /** What its benchmarks score. */
  score = 1_000;
  /** Runs inside every visit; what it throws is what the connection throws. */
  onVisit: ((visit: Visit) => void | Promise<void>) | null = null;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** Whether sshd would let the account in now: the watchdog on the machine ends it without us. */
  admits(accountName: string, now: Instant): boolean {
    const account = this.accounts.get(accountName);
    return account !== undefined && !account.isLocked && now < account.deadlineAt && account.publicKeys.length > 0;
  }

  /** How often something changed on the machine for an account. */
  countOf(kind: Effect['kind'], accountName?: string): number {
    return this.effects.filter(
      (effect) => effect.kind === kind && (accountName === undefined || effect.accountName === accountName),
    ).length;
  }

  /** A reinstalled machine, or somebody in between: another host key. */
  changeHostKey(): void {
    this.hostKey = makeHostKey();
  }

  findings({ accountName, canaries, uid }: SoughtBooking): readonly WipeFinding[] {
    if (this.verifierIsBlind) return [{ check: 'accounts', verdict: 'could_not_look', detail: 'sudo was refused' }];
    return [
      this.accounts.has(accountName)
        ? { check: 'accounts', verdict: 'found', detail: `the account ${accountName} is there` }
        : { check: 'accounts', verdict: 'clean', detail: '' },
      this.strayFiles.has(uid)
        ? { check: 'files_by_owner', verdict: 'found', detail: `a file of uid ${String(uid)} in /var/tmp` }
        : { check: 'files_by_owner', verdict: 'clean', detail: '' },
      ...(canaries === undefined ? [] : [this.#canaryFinding(canaries)]),
    ];
  }

  #canaryFinding(marks: readonly CanaryMark[]): WipeFinding {
    const isThere = marks.some(({ name }) => this.canaries.has(name));
    return { check: 'canaries_by_name', verdict: isThere ? 'found' : 'clean', detail: isThere ? 'a marker' : '' };
  }
}

function makeHostKey(): HostKey {
  const type = 'ssh-ed25519';
  const name = Buffer.from(type);
  const length = (size: number) => Buffer.from([0, 0, 0, size]);
  const blob = Buffer.concat([length(name.length), name, length(32), randomBytes(32)]);
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { keyType: type, publicKey: blob.toString('base64'), fingerprint: `SHA256:${digest}` };
}
