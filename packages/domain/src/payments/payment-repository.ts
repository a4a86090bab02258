import type { PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Payment, PaymentStatus } from './payment.ts';

export interface PaymentReads {
  findById(id: PaymentId): Promise<Payment | null>;
  /** Newest first. */
  listByUser(userId: UserId, request: PageRequest): Promise<Page<Payment>>;
}

export interface PaymentRepository extends PaymentReads {
  insert(payment: Payment): Promise<void>;
  lockById(id: PaymentId): Promise<Payment | null>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(
    id: PaymentId,
    change: {
      from: PaymentStatus;
      to: PaymentStatus;
      at: Instant;
      processorReference?: string | null;
      note?: string;
    },
  ): Promise<void>;
}
