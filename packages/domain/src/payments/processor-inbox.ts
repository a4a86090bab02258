import { DomainError, notFound } from '../common/domain-error.ts';
import type { Clock } from '../common/instant.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { PaymentProcessor, ProcessorEvent } from './payment-processor.ts';
import type { ProcessorName } from './payment.ts';
import { EVENT_ID_CHARS_MAX } from './processor-event.ts';

export interface ProcessorInboxOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly processor: PaymentProcessor | null;
}

/** Takes what a processor says, however it comes: stores it once, and asks for the job that acts on it. */
export class ProcessorInbox {
  readonly #options: ProcessorInboxOptions;

  constructor(options: ProcessorInboxOptions) {
    this.#options = options;
  }

  /**
   * Takes what came to a processor's address. Nothing of it is believed but that something may have changed.
   * @throws DomainError not_found when no processor of this name calls back here, invalid_input when it did not send this
   */
  async receive(delivery: {
    readonly processor: string;
    readonly body: Uint8Array;
    readonly signature: string | null;
  }): Promise<{ readonly isNew: boolean }> {
    const { processor } = this.#options;
    if (processor === null || processor.events === null || processor.name !== delivery.processor) {
      throw notFound('address');
    }
    const event = processor.events.read(delivery);
    return { isNew: await this.store(processor.name, event) };
  }

  /** Event and job in one transaction. False for one that is there already. @throws DomainError invalid_input */
  async store(processor: ProcessorName, event: ProcessorEvent): Promise<boolean> {
    if (event.id.length === 0 || event.id.length > EVENT_ID_CHARS_MAX) {
      throw new DomainError('invalid_input', 'The id of this event has an impossible length.', { field: 'id' });
    }
    return this.#options.uow.run((tx) => this.#insert(tx, processor, event));
  }

  async #insert(tx: Tx, processor: ProcessorName, event: ProcessorEvent): Promise<boolean> {
    const now = this.#options.clock.now();
    const { id: eventId, subject } = event;
    const isNew = await tx.processorEvents.insert({
      processor,
      eventId,
      type: event.type,
      subject,
      at: event.at,
      receivedAt: now,
      appliedAt: subject === null ? now : null,
      attempts: 0,
      nextAttemptAt: now,
    });
    if (isNew && subject !== null) {
      tx.jobs.add({
        name: 'processor_event.apply',
        payload: { processor, eventId },
        key: `processor_event:${processor}:${eventId}`,
      });
    }
    return isNew;
  }
}
