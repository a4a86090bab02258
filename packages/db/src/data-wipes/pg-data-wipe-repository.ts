import { DomainError } from '@rsm/domain/common/domain-error';
import type { BookingId, DataWipeId, MachineId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { CanaryRecord, PlantedCanary } from '@rsm/domain/data-wipes/canary';
import type { Certificate, DataWipe, DataWipeStatus, WipeFinding, WipeStep } from '@rsm/domain/data-wipes/data-wipe';
import type { DataWipeRepository } from '@rsm/domain/data-wipes/data-wipe-repository';

import { newestFirst } from '../common/newest-first.ts';
import { batch, type Session } from '../common/session.ts';
import { recordStatusChange } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { DataWipeModel } from './data-wipe-model.ts';
import { PgCanaries } from './pg-canaries.ts';
import { PgCertificates } from './pg-certificates.ts';

/** A clean-up that failed, or for which its booking waits in quarantine, and about which no admin has decided. */
const UNPROVEN_SQL = `status <> 'verified' AND released_at IS NULL AND (status IN ('failed', 'unverifiable')
  OR EXISTS (SELECT FROM bookings WHERE bookings.id = data_wipes.booking_id AND bookings.status = 'quarantined'))`;

/** Clean-ups with the steps and findings of each attempt, and their certificates. */
export class PgDataWipeRepository implements DataWipeRepository {
  readonly #session: Session;
  readonly #canaries: PgCanaries;
  readonly #certificates: PgCertificates;

  constructor(session: Session) {
    this.#session = session;
    this.#canaries = new PgCanaries(session);
    this.#certificates = new PgCertificates(session);
  }

  async findById(id: DataWipeId): Promise<DataWipe | null> {
    const row = await this.#query().findById(id);
    return row?.toDataWipe() ?? null;
  }

  async findByBooking(bookingId: BookingId): Promise<DataWipe | null> {
    const row = await this.#query().findOne({ booking_id: bookingId });
    return row?.toDataWipe() ?? null;
  }

  async listByMachine(machineId: MachineId, request: PageRequest): Promise<Page<DataWipe>> {
    return newestFirst(this.#query().where({ machine_id: machineId }), request, (row) => row.toDataWipe());
  }

  async listDurationsMs(machineId: MachineId, limit: number): Promise<readonly number[]> {
    const rows = await this.#session.rows<{ duration_ms: number }>(
      'list_wipe_durations',
      `SELECT (extract(epoch FROM wipe.finished_at - booking.access_ended_at) * 1000)::float8 AS duration_ms
       FROM data_wipes wipe JOIN bookings booking ON booking.id = wipe.booking_id
       WHERE wipe.machine_id = ? AND wipe.status = 'verified' AND booking.access_ended_at IS NOT NULL
       ORDER BY wipe.finished_at DESC LIMIT ?`,
      [machineId, limit],
    );
    return rows.map((row) => Math.round(row.duration_ms));
  }

  findCertificate(dataWipeId: DataWipeId): Promise<Certificate | null> {
    return this.#certificates.findByDataWipe(dataWipeId);
  }

  findLatestCertificate(machineId: MachineId): Promise<Certificate | null> {
    return this.#certificates.findLatest(machineId);
  }

  listCertificates(machineId: MachineId, request: PageRequest): Promise<Page<Certificate>> {
    return this.#certificates.list(machineId, request);
  }

  async listDue(now: Instant, limit: number): Promise<readonly DataWipeId[]> {
    // A wipe is named when provisioning begins; until access is over nobody should be acting on it.
    const rows = await this.#session.rows<{ id: DataWipeId }>(
      'list_due_wipes',
      `SELECT wipe.id FROM data_wipes wipe JOIN bookings booking ON booking.id = wipe.booking_id
       WHERE wipe.status IN ('pending', 'running') AND wipe.created_at <= ?
         AND booking.status IN ('wiping', 'quarantined', 'completed', 'cancelled', 'failed')
       ORDER BY wipe.created_at, wipe.id LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map((row) => row.id);
  }

  async findBaseline(bookingId: BookingId): Promise<string | null> {
    const row = await this.#session.row<{ listing: string }>(
      'find_wipe_baseline',
      `SELECT baseline.listing FROM data_wipes wipe JOIN machine_baselines baseline
         ON baseline.machine_id = wipe.machine_id AND baseline.sha256 = wipe.baseline_sha256
       WHERE wipe.booking_id = ?`,
      [bookingId],
    );
    return row?.listing ?? null;
  }

  async keepBaseline(bookingId: BookingId, baseline: string): Promise<void> {
    // The machine's earlier bookings may have found it in the same state, which is kept once.
    await this.#session.rows(
      'keep_wipe_baseline',
      `WITH kept AS (
         INSERT INTO machine_baselines (machine_id, sha256, listing)
         SELECT machine_id, encode(sha256(convert_to(?::text, 'UTF8')), 'hex'), ?::text FROM data_wipes
         WHERE booking_id = ? AND baseline_sha256 IS NULL
         ON CONFLICT DO NOTHING
       )
       UPDATE data_wipes SET baseline_sha256 = encode(sha256(convert_to(?::text, 'UTF8')), 'hex')
       WHERE booking_id = ? AND baseline_sha256 IS NULL`,
      [baseline, baseline, bookingId, baseline, bookingId],
    );
  }

  findCanaries(bookingId: BookingId): Promise<CanaryRecord | null> {
    return this.#canaries.find(bookingId);
  }

  keepCanarySeed(bookingId: BookingId, seedSealed: string): Promise<void> {
    return this.#canaries.keepSeed(bookingId, seedSealed);
  }

  finishCanaries(
    bookingId: BookingId,
    end: { readonly at: Instant; readonly planted: readonly PlantedCanary[]; readonly note: string | null },
  ): Promise<void> {
    return this.#canaries.finish(bookingId, end);
  }

  async hasUnproven(machineId: MachineId): Promise<boolean> {
    const row = await this.#session.row<{ unproven: boolean }>(
      'has_unproven_wipe',
      `SELECT EXISTS (SELECT FROM data_wipes WHERE machine_id = ? AND ${UNPROVEN_SQL}) AS unproven`,
      [machineId],
    );
    return row?.unproven ?? false;
  }

  async insert(wipe: DataWipe): Promise<void> {
    await this.#session.refusing(
      DataWipeModel.query(this.#session.connection).insert({
        id: wipe.id,
        booking_id: wipe.bookingId,
        machine_id: wipe.machineId,
        status: wipe.status,
        plan: [...wipe.plan],
        attempt: wipe.attempt,
        failure_reason: wipe.failureReason,
        created_at: wipe.createdAt,
        started_at: wipe.startedAt,
        finished_at: wipe.finishedAt,
      }),
    );
  }

  async lockById(id: DataWipeId): Promise<DataWipe | null> {
    // Two statements: steps and findings are read after the lock was won, and so are as new as the row.
    const row = await this.#session.row<{ id: DataWipeId }>(
      'lock_data_wipe',
      'SELECT id FROM data_wipes WHERE id = ? FOR NO KEY UPDATE',
      [id],
    );
    return row === null ? null : this.findById(row.id);
  }

  async changeStatus(
    id: DataWipeId,
    change: {
      from: DataWipeStatus;
      to: DataWipeStatus;
      at: Instant;
      failureReason?: string | null;
    },
  ): Promise<void> {
    const starts = change.to === 'running';
    const row = await this.#session.row<{ id: DataWipeId }>(
      'change_wipe_status',
      `UPDATE data_wipes SET status = ?,
         attempt = attempt + ?::integer,
         started_at = CASE WHEN ? THEN ?::timestamptz ELSE started_at END,
         finished_at = CASE WHEN ? THEN NULL ELSE ?::timestamptz END,
         failure_reason = ?
       WHERE id = ? AND status = ? RETURNING id`,
      [
        change.to,
        starts ? 1 : 0,
        starts,
        timestamp(change.at),
        starts,
        timestamp(change.at),
        change.failureReason ?? null,
        id,
        change.from,
      ],
    );
    const reason = change.failureReason ?? null;
    const history = { ...change, subject: 'data_wipe', noun: 'clean-up', id, reason } as const;
    await recordStatusChange(this.#session, row === null ? 0 : 1, history);
  }

  async beginTry(id: DataWipeId): Promise<void> {
    const attempt = await this.#lockRunning(id);
    await this.#session.rows(
      'begin_wipe_try',
      `UPDATE data_wipes SET attempt = attempt + 1 WHERE id = ? AND (
         EXISTS (SELECT FROM wipe_steps step WHERE step.data_wipe_id = data_wipes.id AND step.attempt = ?)
         OR EXISTS (SELECT FROM wipe_findings finding WHERE finding.data_wipe_id = data_wipes.id AND finding.attempt = ?))`,
      [id, attempt, attempt],
    );
  }

  async noteStep(id: DataWipeId, step: WipeStep): Promise<void> {
    const attempt = await this.#lockRunning(id);
    await this.#session.rows(
      'note_wipe_step',
      `INSERT INTO wipe_steps (data_wipe_id, attempt, position, strategy, name, command, exit_status, succeeded,
         started_at, duration_ms, detail)
       SELECT ?, ?, (SELECT count(*) FROM wipe_steps WHERE data_wipe_id = ? AND attempt = ?), ?, ?, ?, ?, ?, ?, ?, ?`,
      [
        id,
        attempt,
        id,
        attempt,
        step.strategy,
        step.name,
        step.command,
        step.exitStatus,
        step.succeeded,
        timestamp(step.startedAt),
        step.durationMs,
        step.detail,
      ],
    );
  }

  async noteFindings(id: DataWipeId, findings: readonly WipeFinding[]): Promise<void> {
    const attempt = await this.#lockRunning(id);
    const rows = findings.map((finding, position) => ({
      position,
      check_name: finding.check,
      verdict: finding.verdict,
      detail: finding.detail,
    }));
    await this.#session.rows(
      'note_wipe_findings',
      `INSERT INTO wipe_findings (data_wipe_id, attempt, position, check_name, verdict, detail)
       SELECT ?, ?, finding.position + (SELECT count(*) FROM wipe_findings WHERE data_wipe_id = ? AND attempt = ?),
         finding.check_name, finding.verdict, finding.detail
       FROM jsonb_to_recordset(?::jsonb) AS finding (position integer, check_name text, verdict text, detail text)`,
      [id, attempt, id, attempt, batch(rows)],
    );
  }

  async releaseByMachine(
    machineId: MachineId,
    release: { at: Instant; by: UserId; reason: string },
  ): Promise<readonly BookingId[]> {
    const rows = await this.#session.rows<{ booking_id: BookingId }>(
      'release_wipes',
      `UPDATE data_wipes SET released_at = ?, released_by = ?, release_reason = ?
       WHERE machine_id = ? AND ${UNPROVEN_SQL} RETURNING booking_id`,
      [timestamp(release.at), release.by, release.reason, machineId],
    );
    return rows.map((row) => row.booking_id).toSorted();
  }

  insertCertificate(certificate: Certificate): Promise<void> {
    return this.#certificates.insert(certificate);
  }

  /** The running clean-up's attempt; the lock keeps two writers from taking the same position. */
  async #lockRunning(id: DataWipeId): Promise<number> {
    const row = await this.#session.row<{ attempt: number }>(
      'lock_running_wipe',
      `SELECT attempt FROM data_wipes WHERE id = ? AND status = 'running' FOR NO KEY UPDATE`,
      [id],
    );
    if (row !== null) return row.attempt;
    throw new DomainError('wrong_state', 'This clean-up is not running.', { remedy: 'Look at it again.' });
  }

  #query() {
    return DataWipeModel.query(this.#session.connection).withGraphFetched('[steps, findings]');
  }
}
