import type { BenchmarksService } from '@rsm/domain/benchmarks/benchmarks-service';
import type { BookingsService } from '@rsm/domain/bookings/bookings-service';
import type { Clock } from '@rsm/domain/common/instant';
import type { Currency } from '@rsm/domain/common/money';
import type { DataWipesService } from '@rsm/domain/data-wipes/data-wipes-service';
import type { DisputesService } from '@rsm/domain/disputes/disputes-service';
import type { EarningsService } from '@rsm/domain/earnings/earnings-service';
import type { DocumentsService } from '@rsm/domain/documents/documents-service';
import type { Tax } from '@rsm/domain/documents/tax';
import type { EventsService } from '@rsm/domain/events/events-service';
import type { HandoversService } from '@rsm/domain/handovers/handovers-service';
import type { AuthService } from '@rsm/domain/identity/auth-service';
import type { ListingsService } from '@rsm/domain/listings/listings-service';
import type { MachineToolsService } from '@rsm/domain/machines/machine-tools-service';
import type { MachinesService } from '@rsm/domain/machines/machines-service';
import type { CardPaymentMode } from '@rsm/domain/payments/payment-processor';
import type { PaymentsService } from '@rsm/domain/payments/payments-service';
import type { ReliabilityService } from '@rsm/domain/reliability/reliability-service';
import type { SpendingService } from '@rsm/domain/spending/spending-service';
import type { PayoutsService } from '@rsm/domain/payouts/payouts-service';
import type { UsersService } from '@rsm/domain/users/users-service';

/** The public methods of a class, so that a test can put a fake in its place. */
type PublicOf<Class> = { readonly [Key in keyof Class]: Class[Key] };

/** Everything that procedures call. The composition root makes them. */
export interface Services {
  readonly auth: PublicOf<AuthService>;
  readonly users: PublicOf<UsersService>;
  readonly machines: PublicOf<MachinesService>;
  readonly machineTools: PublicOf<MachineToolsService>;
  readonly reliability: PublicOf<ReliabilityService>;
  readonly listings: PublicOf<ListingsService>;
  readonly bookings: PublicOf<BookingsService>;
  readonly handovers: PublicOf<HandoversService>;
  readonly payments: PublicOf<PaymentsService>;
  readonly earnings: PublicOf<EarningsService>;
  readonly spending: PublicOf<SpendingService>;
  readonly payouts: PublicOf<PayoutsService>;
  readonly disputes: PublicOf<DisputesService>;
  readonly benchmarks: PublicOf<BenchmarksService>;
  readonly dataWipes: PublicOf<DataWipesService>;
  readonly documents: PublicOf<DocumentsService>;
  readonly events: PublicOf<EventsService>;
}

/** What `server.info` says; it changes only with a deployment. */
export interface ServerInfoSource {
  readonly version: string;
  readonly oldestClientVersion: string;
  readonly mode: 'demo' | 'production';
  readonly currency: Currency;
  /** What every price includes. */
  readonly tax: Tax;
  /** Shown beside every card form; null when payments are in earnest. */
  readonly processorNotice: string | null;
  readonly cardPayments: CardPaymentMode;
  readonly clock: Clock;
}
