import { DomainError, notFound } from '../common/domain-error.ts';
import type { BookingId, DataWipeId, MachineId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Booking } from '../bookings/booking.ts';
import { viewBooking } from '../bookings/booking-view.ts';
import { ownMachine } from '../machines/own-machine.ts';
import type { Reads, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { CertificateRenderer } from './certificate-renderer.ts';
import type { CertificateIssuer, WipeRunner, WipeVerifier } from './data-wipe-strategy.ts';
import type { Certificate, DataWipe, DataWipeProgress } from './data-wipe.ts';

export interface DataWipesServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly certificates: Pick<CertificateIssuer, 'publicKeySet'>;
  readonly certificateRenderer: CertificateRenderer;
  readonly wipeRunner: Pick<WipeRunner, 'stepsOf'>;
  readonly wipeVerifier: Pick<WipeVerifier, 'checksOf'>;
}

/** Clean-ups and their signed reports. Both sides of a booking see the same. */
export class DataWipesService {
  readonly #options: DataWipesServiceOptions;

  constructor(options: DataWipesServiceOptions) {
    this.#options = options;
  }

  /** @throws DomainError not_found */
  async get(actor: Actor, input: { id: DataWipeId }): Promise<DataWipeProgress> {
    const wipe = await this.#options.uow.reads.dataWipes.findById(input.id);
    if (wipe === null) throw notFound('clean-up');
    await viewBooking(this.#options, actor, wipe.bookingId);
    return this.#withPlan(wipe, this.#options.uow.reads);
  }

  /** @throws DomainError not_found before provisioning began */
  async getByBooking(actor: Actor, input: { bookingId: BookingId }): Promise<DataWipeProgress> {
    await viewBooking(this.#options, actor, input.bookingId);
    const wipe = await this.#options.uow.reads.dataWipes.findByBooking(input.bookingId);
    if (wipe === null) throw notFound('clean-up');
    return this.#withPlan(wipe, this.#options.uow.reads);
  }

  /** The newest signed report of a clean-up. @throws DomainError not_found */
  async certificate(actor: Actor, input: { id: DataWipeId }): Promise<Certificate> {
    const wipe = await this.get(actor, input);
    const certificate = await this.#options.uow.reads.dataWipes.findCertificate(wipe.id);
    if (certificate === null) throw notFound('clean-up report');
    return certificate;
  }

  /** The same report, drawn for people each time it is asked for. @throws DomainError not_found, limit_reached */
  async certificatePdf(
    actor: Actor,
    input: { id: DataWipeId },
  ): Promise<{ readonly suggestedName: string; readonly bytes: Uint8Array }> {
    const certificate = await this.certificate(actor, input);
    const bytes = await this.#options.certificateRenderer.render(certificate);
    return { suggestedName: `clean-up-${certificate.id}.pdf`, bytes };
  }

  /** The machine's chain of reports, oldest first, for its provider. */
  async listCertificates(
    actor: Actor,
    input: PageRequest & { readonly machineId: MachineId },
  ): Promise<Page<Certificate>> {
    await ownMachine(this.#options, actor, input.machineId);
    return this.#options.uow.reads.dataWipes.listCertificates(input.machineId, input);
  }

  /** The keys with which anyone checks a report, offline. */
  keySet(): ReturnType<CertificateIssuer['publicKeySet']> {
    return this.#options.certificates.publicKeySet();
  }

  /** Runs a failed or unverifiable clean-up again. @throws DomainError not_found, wrong_state */
  async retry(actor: Actor, input: { id: DataWipeId }): Promise<DataWipeProgress> {
    return this.#options.uow.run(async (tx) => {
      const seen = await tx.dataWipes.findById(input.id);
      const booking: Booking | null = seen === null ? null : await tx.bookings.lockById(seen.bookingId);
      const mayRetry = booking?.providerId === actor.userId || actor.roles.includes('admin');
      const wipe = booking === null || !mayRetry ? null : await tx.dataWipes.lockById(input.id);
      if (wipe === null) throw notFound('clean-up');
      if (wipe.status !== 'failed' && wipe.status !== 'unverifiable') {
        throw new DomainError('wrong_state', `This clean-up is ${wipe.status}.`, {
          remedy: 'Only a failed or unverifiable clean-up can be run again.',
        });
      }
      const at = this.#options.clock.now();
      await tx.dataWipes.changeStatus(wipe.id, { from: wipe.status, to: 'running', at });
      tx.jobs.add({ name: 'wipe.run', payload: { dataWipeId: wipe.id }, key: `wipe:${wipe.id}` });
      return this.#withPlan({ ...wipe, status: 'running', attempt: wipe.attempt + 1, steps: [], findings: [] }, tx);
    });
  }

  async #withPlan(wipe: DataWipe, { dataWipes }: Pick<Reads, 'dataWipes'>): Promise<DataWipeProgress> {
    const { wipeRunner, wipeVerifier } = this.#options;
    const hasCanaries = (await dataWipes.findCanaries(wipe.bookingId)) !== null;
    const plannedChecks = wipeVerifier.checksOf({ hasCanaries });
    return { ...wipe, plannedSteps: wipeRunner.stepsOf(wipe.plan), plannedChecks };
  }
}
