import type { EventWriter } from '@rsm/domain/events/event';
import type { JobWriter } from '@rsm/domain/jobs/job';
import type { Reads, Tx } from '@rsm/domain/unit-of-work/unit-of-work';

import { PgAccessGrantRepository } from '../access/pg-access-grant-repository.ts';
import { PgAuditLog } from '../audit/pg-audit-log.ts';
import { PgBenchmarkRepository } from '../benchmarks/pg-benchmark-repository.ts';
import { PgBookingRepository } from '../bookings/pg-booking-repository.ts';
import type { Session } from '../common/session.ts';
import { PgDataWipeRepository } from '../data-wipes/pg-data-wipe-repository.ts';
import { PgDebtRepository } from '../debts/pg-debt-repository.ts';
import { PgDisputeRepository } from '../disputes/pg-dispute-repository.ts';
import { PgEarningRepository } from '../earnings/pg-earning-repository.ts';
import { PgDocumentRepository } from '../documents/pg-document-repository.ts';
import { PgEventRepository } from '../events/pg-event-repository.ts';
import { PgHandoverRepository } from '../handovers/pg-handover-repository.ts';
import { PgLeaseRepository } from '../jobs/pg-lease-repository.ts';
import { PgLedgerRepository } from '../ledger/pg-ledger-repository.ts';
import { PgListingRepository } from '../listings/pg-listing-repository.ts';
import { PgMachineSoftwareRepository } from '../machines/pg-machine-software-repository.ts';
import { PgMachineRepository } from '../machines/pg-machine-repository.ts';
import { PgOccupancyRepository } from '../occupancies/pg-occupancy-repository.ts';
import { PgAutoTopUpRepository } from '../payments/pg-auto-top-up-repository.ts';
import { PgCardRepository } from '../payments/pg-card-repository.ts';
import { PgPaymentRepository } from '../payments/pg-payment-repository.ts';
import { PgSpendingRepository } from '../spending/pg-spending-repository.ts';
import { PgProcessorEventRepository } from '../payments/pg-processor-event-repository.ts';
import { PgPayoutAccountRepository } from '../payouts/pg-payout-account-repository.ts';
import { PgPayoutRepository } from '../payouts/pg-payout-repository.ts';
import { PgReliabilityRepository } from '../reliability/pg-reliability-repository.ts';
import { PgSshKeyRepository } from '../ssh-keys/pg-ssh-key-repository.ts';
import { PgUserRepository } from '../users/pg-user-repository.ts';
import { PgIdempotencyRepository } from './pg-idempotency-repository.ts';

/** The repositories that are the same inside and outside a transaction, but for what their type lets a caller do. */
function nouns(session: Session) {
  return {
    users: new PgUserRepository(session),
    sshKeys: new PgSshKeyRepository(session),
    machines: new PgMachineRepository(session),
    machineSoftware: new PgMachineSoftwareRepository(session),
    reliability: new PgReliabilityRepository(session),
    occupancies: new PgOccupancyRepository(session),
    listings: new PgListingRepository(session),
    bookings: new PgBookingRepository(session),
    accessGrants: new PgAccessGrantRepository(session),
    benchmarks: new PgBenchmarkRepository(session),
    payments: new PgPaymentRepository(session),
    cards: new PgCardRepository(session),
    autoTopUps: new PgAutoTopUpRepository(session),
    processorEvents: new PgProcessorEventRepository(session),
    ledger: new PgLedgerRepository(session),
    earnings: new PgEarningRepository(session),
    debts: new PgDebtRepository(session),
    payouts: new PgPayoutRepository(session),
    payoutAccounts: new PgPayoutAccountRepository(session),
    disputes: new PgDisputeRepository(session),
    dataWipes: new PgDataWipeRepository(session),
    handovers: new PgHandoverRepository(session),
    spending: new PgSpendingRepository(session),
    documents: new PgDocumentRepository(session),
  };
}

/** Repositories on the pool. Their write and lock methods are hidden by the type `Reads`. */
export function bindReads(session: Session): Reads {
  return { ...nouns(session), events: new PgEventRepository(session) };
}

/** Repositories on one transaction, with what it buffers. */
export function bindTx(session: Session, buffers: { readonly events: EventWriter; readonly jobs: JobWriter }): Tx {
  return {
    ...nouns(session),
    idempotency: new PgIdempotencyRepository(session),
    leases: new PgLeaseRepository(session),
    audit: new PgAuditLog(session),
    events: buffers.events,
    jobs: buffers.jobs,
  };
}
