import type { IdSource } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Currency } from '../common/money.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { AutoTopUps } from './auto-top-ups.ts';
import { Cards } from './cards.ts';
import { ChargeSettlement } from './charge-settlement.ts';
import { Chargebacks } from './chargebacks.ts';
import { PaymentChecks } from './payment-checks.ts';
import { PaymentLedger } from './payment-ledger.ts';
import type { PaymentProcessor } from './payment-processor.ts';
import { PaymentsService } from './payments-service.ts';
import { createPaymentEventHandlers } from './processor-event-handlers.ts';
import type { ProcessorEventHandlers } from './processor-event-handlers.ts';
import { ProcessorInbox } from './processor-inbox.ts';
import { Refunds } from './refunds.ts';
import { TopUps } from './top-ups.ts';

export interface PaymentsRoomOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  /** Null where wallets are only credited by an admin. */
  readonly processor: PaymentProcessor | null;
  /** Where the processor's own pages send a person back to. */
  readonly returnUrl: string;
}

/** The parts of this room that others need. */
export interface PaymentsRoom {
  readonly service: PaymentsService;
  readonly autoTopUps: AutoTopUps;
  readonly checks: PaymentChecks;
  readonly inbox: ProcessorInbox;
  /** Events of card payments; payouts and their accounts are another room's. */
  readonly eventHandlers: Pick<ProcessorEventHandlers, 'charge' | 'refund' | 'cards' | 'chargeback'>;
}

/** Puts the parts of this room together; nothing here decides anything. */
export function composePayments(options: PaymentsRoomOptions): PaymentsRoom {
  const ledger = new PaymentLedger(options);
  const settlement = new ChargeSettlement({ ...options, ledger });
  const refunds = new Refunds({ ...options, ledger });
  const cards = new Cards(options);
  const chargebacks = new Chargebacks({ ...options, ledger });
  const autoTopUps = new AutoTopUps({ ...options, settlement });
  const topUps = new TopUps({ ...options, settlement });
  const checks = new PaymentChecks({ ...options, settlement, refunds, chargebacks });
  return {
    service: new PaymentsService({ ...options, ledger, topUps, refunds, cards, autoTopUps }),
    autoTopUps,
    checks,
    inbox: new ProcessorInbox(options),
    eventHandlers: createPaymentEventHandlers({ ...options, checks, cards, chargebacks }),
  };
}
