import type { AccessGrantReads, AccessGrantRepository } from '../access/access-grant.ts';
import type { AuditWriter } from '../audit/audit-entry.ts';
import type { BenchmarkReads, BenchmarkRepository } from '../benchmarks/benchmark-repository.ts';
import type { BookingReads, BookingRepository } from '../bookings/booking-repository.ts';
import type { DebtReads, DebtRepository } from '../debts/debt.ts';
import type { EarningReads, EarningRepository } from '../earnings/earning-repository.ts';
import type { DataWipeReads, DataWipeRepository } from '../data-wipes/data-wipe-repository.ts';
import type { DocumentReads, DocumentRepository } from '../documents/document-repository.ts';
import type { DisputeReads, DisputeRepository } from '../disputes/dispute-repository.ts';
import type { EventReads, EventWriter } from '../events/event.ts';
import type { HandoverReads, HandoverRepository } from '../handovers/handover-repository.ts';
import type { JobWriter, LeaseRepository } from '../jobs/job.ts';
import type { LedgerReads, LedgerRepository } from '../ledger/ledger.ts';
import type { ListingReads, ListingRepository } from '../listings/listing-repository.ts';
import type { MachineSoftwareReads, MachineSoftwareRepository } from '../machines/machine-software.ts';
import type { MachineReads, MachineRepository } from '../machines/machine-repository.ts';
import type { OccupancyReads, OccupancyRepository } from '../occupancies/occupancy.ts';
import type { AutoTopUpReads, AutoTopUpRepository } from '../payments/auto-top-up.ts';
import type { CardReads, CardRepository } from '../payments/card.ts';
import type { PaymentReads, PaymentRepository } from '../payments/payment-repository.ts';
import type { SpendingReads, SpendingRepository } from '../spending/spending-repository.ts';
import type { ProcessorEventReads, ProcessorEventRepository } from '../payments/processor-event.ts';
import type { PayoutAccountReads, PayoutAccountRepository } from '../payouts/payout-account.ts';
import type { PayoutReads, PayoutRepository } from '../payouts/payout-repository.ts';
import type { ReliabilityReads, ReliabilityRepository } from '../reliability/reliability-repository.ts';
import type { SshKeyReads, SshKeyRepository } from '../ssh-keys/ssh-key.ts';
import type { UserReads, UserRepository } from '../users/user-repository.ts';
import type { IdempotencyRepository } from './idempotency.ts';

/** Repositories bound to one transaction. Lock and write methods exist only here. */
export interface Tx {
  readonly idempotency: IdempotencyRepository;
  readonly users: UserRepository;
  readonly sshKeys: SshKeyRepository;
  readonly machines: MachineRepository;
  readonly machineSoftware: MachineSoftwareRepository;
  readonly reliability: ReliabilityRepository;
  readonly occupancies: OccupancyRepository;
  readonly listings: ListingRepository;
  readonly bookings: BookingRepository;
  readonly accessGrants: AccessGrantRepository;
  readonly benchmarks: BenchmarkRepository;
  readonly payments: PaymentRepository;
  readonly cards: CardRepository;
  readonly autoTopUps: AutoTopUpRepository;
  readonly processorEvents: ProcessorEventRepository;
  readonly ledger: LedgerRepository;
  readonly earnings: EarningRepository;
  readonly debts: DebtRepository;
  readonly payouts: PayoutRepository;
  readonly payoutAccounts: PayoutAccountRepository;
  readonly disputes: DisputeRepository;
  readonly dataWipes: DataWipeRepository;
  readonly handovers: HandoverRepository;
  readonly spending: SpendingRepository;
  readonly documents: DocumentRepository;
  readonly leases: LeaseRepository;
  readonly events: EventWriter;
  readonly jobs: JobWriter;
  readonly audit: AuditWriter;
}

/** The same nouns outside a transaction, without locks and writes. */
export interface Reads {
  readonly users: UserReads;
  readonly sshKeys: SshKeyReads;
  readonly machines: MachineReads;
  readonly machineSoftware: MachineSoftwareReads;
  readonly reliability: ReliabilityReads;
  readonly occupancies: OccupancyReads;
  readonly listings: ListingReads;
  readonly bookings: BookingReads;
  readonly accessGrants: AccessGrantReads;
  readonly benchmarks: BenchmarkReads;
  readonly payments: PaymentReads;
  readonly cards: CardReads;
  readonly autoTopUps: AutoTopUpReads;
  readonly processorEvents: ProcessorEventReads;
  readonly ledger: LedgerReads;
  readonly earnings: EarningReads;
  readonly debts: DebtReads;
  readonly payouts: PayoutReads;
  readonly payoutAccounts: PayoutAccountReads;
  readonly disputes: DisputeReads;
  readonly dataWipes: DataWipeReads;
  readonly handovers: HandoverReads;
  readonly spending: SpendingReads;
  readonly documents: DocumentReads;
  readonly events: EventReads;
}

/** What may be shown a little later than it happened: the market, as people see what is not theirs. */
export type StaleReads = Pick<
  Reads,
  'benchmarks' | 'listings' | 'machineSoftware' | 'machines' | 'reliability' | 'users'
>;

export interface UnitOfWork {
  readonly reads: Reads;
  /**
   * Reads what may be some seconds old, where a copy of the database offers it. Whatever the copy can't answer, and whatever it
   * does not find, is asked again where everything is, so the read is done twice then.
   */
  readStale<Result>(read: (reads: StaleReads) => Promise<Result>): Promise<Result>;
  /** As `run`, and returns when stale reads show the change too, in every process: for what its maker looks for next. */
  runShown<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /**
   * Runs the work in one transaction and commits when it returns. Serialization failures and deadlocks are retried, so
   * the work must have no effect outside `tx`; SSH, HTTP, mail or a nested `run` inside it throw.
   */
  run<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
}

/** Throws inside a transaction; adapters that reach out call it first. */
export type OutsideTransactionGuard = (what: string) => void;
