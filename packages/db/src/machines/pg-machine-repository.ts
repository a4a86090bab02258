import { notFound } from '@rsm/domain/common/domain-error';
import type { RenterNetwork } from '@rsm/domain/access/renter-network';
import type { BookingId, MachineId, UnitId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type {
  HostKey,
  HostKeyState,
  Machine,
  MachineCheck,
  MachineCommand,
  MachineStatus,
  QuarantineReason,
  Reachability,
} from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ProbeSample } from '@rsm/domain/machines/machine-minutes';
import type { MachineRepository } from '@rsm/domain/machines/machine-repository';
import { raw, type PartialModelObject } from 'objection';

import { newestFirst } from '../common/newest-first.ts';
import { batch, type Session } from '../common/session.ts';
import { recordStatusChange, wrongState } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { hardwareSummaryOf } from './hardware-summary.ts';
import { MACHINE_COLUMNS, MachineModel } from './machine-model.ts';
import { PgMachineLog } from './pg-machine-log.ts';

/** Machines with their unit; what was seen and done on them lies in PgMachineLog. */
export class PgMachineRepository implements MachineRepository {
  readonly #session: Session;
  readonly #log: PgMachineLog;

  constructor(session: Session) {
    this.#session = session;
    this.#log = new PgMachineLog(session);
  }

  async findById(id: MachineId): Promise<Machine | null> {
    // Every step of every job on a machine asks for it, so this one is prepared.
    const row = await this.#session.row<object>(
      'find_machine',
      `SELECT ${MACHINE_COLUMNS} FROM machines WHERE id = ?`,
      [id],
    );
    return row === null ? null : MachineModel.fromDatabaseJson(row).toMachine();
  }

  async findByUnitId(unitId: UnitId): Promise<Machine | null> {
    const row = await this.#query().whereRaw('id = (SELECT machine_id FROM units WHERE id = ?)', [unitId]).first();
    return row?.toMachine() ?? null;
  }

  async listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Machine>> {
    return newestFirst(this.#query().where({ provider_id: providerId }), request, (row) => row.toMachine());
  }

  listChecks(id: MachineId): Promise<{ checkedAt: Instant | null; checks: readonly MachineCheck[] }> {
    return this.#log.listChecks(id);
  }

  listCommands(id: MachineId, request: PageRequest): Promise<Page<MachineCommand>> {
    return this.#log.listCommands(id, request);
  }

  listProbes(id: MachineId, range: { from: Instant; to: Instant; limit: number }): Promise<readonly ProbeSample[]> {
    return this.#log.listProbes(id, range);
  }

  listDueForProbe(before: Instant, limit: number): Promise<readonly MachineId[]> {
    return this.#log.listDueForProbe(before, limit);
  }

  async listStuckConnecting(
    before: Instant,
    limit: number,
  ): Promise<readonly { readonly id: MachineId; readonly step: 'scan' | 'verify' }[]> {
    return this.#session.rows(
      'list_stuck_connecting',
      `SELECT id, CASE host_key_state WHEN 'none' THEN 'scan' ELSE 'verify' END AS step FROM machines
       WHERE status = 'connecting' AND last_error IS NULL AND created_at < ?
         AND (host_key_state = 'none' OR (host_key_state = 'pinned'
           AND NOT EXISTS (SELECT FROM machine_inspections WHERE machine_id = machines.id)))
       ORDER BY created_at, id LIMIT ?`,
      [timestamp(before), limit],
    );
  }

  async insert(machine: Machine): Promise<void> {
    await this.#session.refusing(
      MachineModel.query(this.#session.connection).insert({
        id: machine.id,
        provider_id: machine.providerId,
        name: machine.name,
        control_address: machine.control.address,
        control_port: machine.control.port,
        renter_address: machine.renter.address,
        renter_port: machine.renter.port,
        ssh_user: machine.sshUser,
        declared_region: machine.declaredRegion,
        access_mode: machine.accessMode,
        renter_networks: [...machine.renterNetwork.allowedNetworks],
        renter_mail: machine.renterNetwork.mailAllowed,
        status: machine.status,
        status_reason: machine.statusReason,
        quarantine_reason: machine.quarantineReason,
        reachability: machine.reachability,
        reachability_changed_at: machine.reachabilityChangedAt,
        host_key_state: machine.hostKeyState,
        ...hostKeyColumns(machine.hostKey),
        last_error: machine.lastError,
        control_public_key: machine.credentials.controlPublicKey,
        control_private_key_sealed: machine.credentials.controlPrivateKeySealed,
        verifier_public_key: machine.credentials.verifierPublicKey,
        verifier_private_key_sealed: machine.credentials.verifierPrivateKeySealed,
        facts: machine.facts,
        facts_read_at: machine.factsReadAt,
        ...(machine.facts ? hardwareSummaryOf(machine.facts) : {}),
        verified_at: machine.verifiedAt,
        created_at: machine.createdAt,
      }),
    );
    await this.#session.rows(
      'insert_unit',
      `WITH unit AS (INSERT INTO units (id, machine_id) VALUES (?, ?) RETURNING id),
            probes AS (INSERT INTO machine_probe_times (machine_id) VALUES (?))
       INSERT INTO unit_calendars (unit_id) SELECT id FROM unit`,
      [machine.unitId, machine.id, machine.id],
    );
  }

  async lockById(id: MachineId): Promise<Machine | null> {
    const locked = await this.#session.row('lock_machine', 'SELECT id FROM machines WHERE id = ? FOR NO KEY UPDATE', [
      id,
    ]);
    return locked === null ? null : this.findById(id);
  }

  async changeHostKey(
    id: MachineId,
    change: { from: HostKeyState; to: HostKeyState; hostKey: HostKey | null; lastError: string | null },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      MachineModel.query(this.#session.connection)
        .patch({ host_key_state: change.to, last_error: change.lastError, ...hostKeyColumns(change.hostKey) })
        .where({ id, host_key_state: change.from }),
    );
    if (updated !== 1) throw wrongState("machine's host key", change.from);
  }

  async changeStatus(
    id: MachineId,
    change: {
      from: MachineStatus;
      to: MachineStatus;
      reason: string | null;
      quarantineReason: QuarantineReason | null;
      at: Instant;
    },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      MachineModel.query(this.#session.connection)
        .patch({
          status: change.to,
          status_reason: change.reason,
          quarantine_reason: change.quarantineReason,
          ...(change.to === 'verified' ? { verified_at: change.at } : {}),
        })
        .where({ id, status: change.from }),
    );
    await recordStatusChange(this.#session, updated, { ...change, subject: 'machine', noun: 'machine', id });
  }

  async setReachability(id: MachineId, reachability: Reachability, at: Instant): Promise<void> {
    await this.#patch(id, { reachability, reachability_changed_at: at });
  }

  async setLastError(id: MachineId, lastError: string | null): Promise<void> {
    await this.#patch(id, { last_error: lastError });
  }

  async saveInspection(
    id: MachineId,
    inspection: { facts: MachineFacts | null; checks: readonly MachineCheck[]; at: Instant },
  ): Promise<void> {
    if (inspection.facts !== null) {
      await this.#patch(id, {
        facts: inspection.facts,
        facts_read_at: inspection.at,
        ...hardwareSummaryOf(inspection.facts),
      });
    }
    await this.#log.insertInspection(id, inspection);
  }

  async rename(id: MachineId, name: string): Promise<void> {
    await this.#patch(id, { name });
  }

  async setRenterNetwork(id: MachineId, network: RenterNetwork): Promise<void> {
    await this.#patch(id, { renter_networks: [...network.allowedNetworks], renter_mail: network.mailAllowed });
  }

  /** The same booking gets the same uid, however often it asks. @throws DomainError limit_reached */
  async takeUid(id: MachineId, bookingId: BookingId): Promise<number> {
    const taken = await this.#session.row<{ uid: number }>(
      'take_uid',
      `WITH next AS (
         UPDATE machines SET uid_next = uid_next + 1
         WHERE id = ? AND NOT EXISTS (SELECT FROM machine_uids WHERE booking_id = ?) RETURNING id, uid_next - 1 AS uid)
       INSERT INTO machine_uids (machine_id, uid, booking_id) SELECT id, uid, ? FROM next RETURNING uid`,
      [id, bookingId, bookingId],
    );
    const given =
      taken ??
      (await this.#session.row<{ uid: number }>('find_uid', 'SELECT uid FROM machine_uids WHERE booking_id = ?', [
        bookingId,
      ]));
    if (given === null) throw notFound('machine');
    return given.uid;
  }

  async insertProbe(sample: ProbeSample & { readonly machineId: MachineId }): Promise<void> {
    await this.#session.rows(
      'insert_probe',
      `WITH probe AS (
         INSERT INTO machine_probes (machine_id, at, outcome, detail) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING)
       UPDATE machine_probe_times SET last_probe_at = greatest(last_probe_at, ?) WHERE machine_id = ?`,
      [sample.machineId, timestamp(sample.at), sample.outcome, sample.detail, timestamp(sample.at), sample.machineId],
    );
  }

  async insertCommands(commands: readonly MachineCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const rows = commands.map((command) => ({
      machine_id: command.machineId,
      purpose: command.purpose,
      template: command.template,
      exit_status: command.exitStatus,
      duration_ms: Math.round(command.durationMs),
      output_bytes: command.outputBytes,
      started_at: timestamp(command.startedAt),
    }));
    await this.#session.rows(
      'insert_commands',
      `INSERT INTO machine_commands (machine_id, purpose, template, exit_status, duration_ms, output_bytes, started_at)
       SELECT * FROM jsonb_to_recordset(?::jsonb) AS command (machine_id uuid, purpose text, template text,
         exit_status integer, duration_ms bigint, output_bytes bigint, started_at timestamptz)`,
      [batch(rows)],
    );
  }

  #query() {
    return MachineModel.query(this.#session.connection).select(raw(MACHINE_COLUMNS));
  }

  async #patch(id: MachineId, columns: PartialModelObject<MachineModel>): Promise<void> {
    const updated = await this.#session.refusing(
      MachineModel.query(this.#session.connection).patch(columns).where({ id }),
    );
    if (updated !== 1) throw notFound('machine');
  }
}

function hostKeyColumns(
  hostKey: HostKey | null,
): Pick<MachineModel, 'host_key_type' | 'host_key_public' | 'host_key_fingerprint'> {
  return {
    host_key_type: hostKey?.keyType ?? null,
    host_key_public: hostKey?.publicKey ?? null,
    host_key_fingerprint: hostKey?.fingerprint ?? null,
  };
}
