import type { PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import type { ProcessorName } from '../payments/payment.ts';
import type { Payout, PayoutOrigin } from './payout.ts';
import type { PayoutTotal } from './payout-statement.ts';

/** A payout that waits for an admin, with the name of whom it is for. */
export interface WaitingPayout extends Payout {
  readonly providerName: string;
}

/** How far the run of a week has come. */
export interface PayoutRun {
  readonly week: Instant;
  /** The last provider that was looked at; they come in order of id. */
  readonly afterUserId: UserId | null;
  readonly finishedAt: Instant | null;
}

export interface PayoutReads {
  findById(id: PaymentId): Promise<Payout | null>;
  findByReference(processor: ProcessorName, reference: string): Promise<Payout | null>;
  /** Newest first. */
  listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Payout>>;
  /** Pending ones that are paid by hand, or were made before that time; oldest first. */
  listWaiting(request: PageRequest & { readonly madeBefore: Instant }): Promise<Page<WaitingPayout>>;
  /** Pending ones that a worker should look at, for the sweep; at most `limit`. */
  listDue(now: Instant, limit: number): Promise<readonly PaymentId[]>;
  /** The ledger's lines since the payout before, oldest first: what this one is made of. */
  lines(id: PaymentId, request: PageRequest): Promise<Page<StatementLine>>;
  /** The same lines added up by the kind of their transfers. */
  totals(id: PaymentId): Promise<readonly PayoutTotal[]>;
  findRun(week: Instant): Promise<PayoutRun | null>;
  /** Active users with enough to pay out, or with something available that repays a debt; by id, at most `limit`. */
  listPayable(after: UserId | null, limit: number): Promise<readonly UserId[]>;
}

export interface PayoutRepository extends PayoutReads {
  /** Notes a payout whose payment and transfer are written in the same transaction: the transfer's entry is its boundary. */
  insert(payout: {
    readonly id: PaymentId;
    readonly providerId: UserId;
    readonly origin: PayoutOrigin;
    readonly week: Instant | null;
    readonly account: string | null;
    readonly remainder: Payout['remainder'];
    readonly nextCheckAt: Instant | null;
    readonly createdAt: Instant;
  }): Promise<void>;
  lockById(id: PaymentId): Promise<Payout | null>;
  /** Counts a try, before the processor is asked. */
  noteAsked(id: PaymentId, nextCheckAt: Instant): Promise<void>;
  /** When to look again, and the processor's id of a payout that is still pending there. */
  noteCheck(id: PaymentId, change: { nextCheckAt: Instant | null; processorReference?: string }): Promise<void>;
  /** Guarded; false when its money came back before. */
  markReversed(id: PaymentId, at: Instant): Promise<boolean>;
  /** Whether the week's run has paid this provider. */
  hasWeekly(providerId: UserId, week: Instant): Promise<boolean>;
  noteRun(run: PayoutRun): Promise<void>;
}
