import { DomainError } from '@rsm/domain/common/domain-error';
import type { DataWipeId, MachineId } from '@rsm/domain/common/ids';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Certificate } from '@rsm/domain/data-wipes/data-wipe';

import { fetchLimit, numberSchema, readCursor, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { CertificateModel } from './data-wipe-model.ts';

/** Signed reports, one chain per machine. */
export class PgCertificates {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The newest of a wipe: one that was tried again may have several. */
  async findByDataWipe(dataWipeId: DataWipeId): Promise<Certificate | null> {
    const row = await CertificateModel.query(this.#session.connection)
      .where({ data_wipe_id: dataWipeId })
      .orderBy('position', 'desc')
      .first();
    return row?.toCertificate() ?? null;
  }

  async findLatest(machineId: MachineId): Promise<Certificate | null> {
    const row = await CertificateModel.query(this.#session.connection)
      .where({ machine_id: machineId })
      .orderBy('position', 'desc')
      .first();
    return row?.toCertificate() ?? null;
  }

  async list(machineId: MachineId, request: PageRequest): Promise<Page<Certificate>> {
    let query = CertificateModel.query(this.#session.connection)
      .where({ machine_id: machineId })
      .orderBy('position')
      .limit(fetchLimit(request));
    const after = readCursor(request, numberSchema);
    if (after !== null) query = query.where('position', '>', after);
    return toPage(
      request,
      await query,
      (row) => row.toCertificate(),
      (row) => String(row.position),
    );
  }

  /**
   * Appends to the machine's chain: the place follows from the predecessor, and the unique constraints let only one
   * certificate follow each.
   * @throws DomainError conflict when the predecessor is not the newest any more
   */
  async insert(certificate: Certificate): Promise<void> {
    const row = await this.#session.row<{ id: string }>(
      'insert_certificate',
      `INSERT INTO certificates (id, data_wipe_id, booking_id, machine_id, position, jws, key_id, sha256, previous_sha256,
         verdict, issued_at)
       SELECT ?, ?, ?, ?, coalesce(previous.position, 0) + 1, ?, ?, ?, ?, ?, ?
       FROM (SELECT ?::text AS sha256) wanted
       LEFT JOIN certificates previous ON previous.machine_id = ? AND previous.sha256 = wanted.sha256
       WHERE wanted.sha256 IS NULL OR previous.id IS NOT NULL
       RETURNING id`,
      [
        certificate.id,
        certificate.dataWipeId,
        certificate.bookingId,
        certificate.machineId,
        certificate.jws,
        certificate.keyId,
        certificate.sha256,
        certificate.previousSha256,
        certificate.verdict,
        timestamp(certificate.issuedAt),
        certificate.previousSha256,
        certificate.machineId,
      ],
    );
    if (row === null) {
      throw new DomainError('conflict', 'The certificate before this one is not known.', {
        remedy: 'Issue it again upon the newest one.',
      });
    }
  }
}
