import type { MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { MachineCheck, MachineCommand } from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ProbeSample } from '@rsm/domain/machines/machine-minutes';
import { z } from 'zod';

import { fetchLimit, numberSchema, readCursor, toPage } from '../common/keyset.ts';
import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import {
  MachineCheckModel,
  MachineCommandModel,
  MachineInspectionModel,
  MachineProbeModel,
} from './machine-log-models.ts';

/** The sort key (time, number) of the command log. */
const timeAndNumberSchema = z.tuple([z.int().transform((at) => new Date(at).toISOString()), numberSchema]);

/** What was seen and done on machines: inspections, commands, probes. Rows are only added. */
export class PgMachineLog {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The newest inspection's checks in their order. */
  async listChecks(id: MachineId): Promise<{ checkedAt: Instant | null; checks: readonly MachineCheck[] }> {
    const inspection = await MachineInspectionModel.query(this.#session.connection)
      .select('id', 'at')
      .where({ machine_id: id })
      .orderBy('id', 'desc')
      .first();
    if (!inspection) return { checkedAt: null, checks: [] };
    const checks = await MachineCheckModel.query(this.#session.connection)
      .whereRaw('inspection_id = ?', [inspection.id.toString()])
      .orderBy('position');
    return { checkedAt: inspection.at, checks: checks.map((check) => check.toMachineCheck()) };
  }

  async insertInspection(
    id: MachineId,
    inspection: { facts: MachineFacts | null; checks: readonly MachineCheck[]; at: Instant },
  ): Promise<void> {
    const checks = inspection.checks.map((check, position) => ({
      position,
      check_id: check.id,
      title: check.title,
      actual: check.actual,
      required: check.required,
      passed: check.passed,
      remedy: check.remedy,
    }));
    await this.#session.rows(
      'insert_inspection',
      `WITH inspection AS (
         INSERT INTO machine_inspections (machine_id, at, facts) VALUES (?, ?, ?::jsonb) RETURNING id)
       INSERT INTO machine_checks (inspection_id, position, check_id, title, actual, required, passed, remedy)
       SELECT inspection.id, checks.* FROM inspection, jsonb_to_recordset(?::jsonb) AS checks (position integer,
         check_id text, title text, actual text, required text, passed boolean, remedy text)`,
      [
        id,
        timestamp(inspection.at),
        inspection.facts === null ? null : JSON.stringify(inspection.facts),
        batch(checks),
      ],
    );
  }

  async listCommands(id: MachineId, request: PageRequest): Promise<Page<MachineCommand>> {
    let query = MachineCommandModel.query(this.#session.connection)
      .where({ machine_id: id })
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(fetchLimit(request));
    const after = readCursor(request, timeAndNumberSchema);
    if (after) query = query.whereRaw('(started_at, id) < (?, ?)', after);
    return toPage(
      request,
      await query,
      (row) => row.toMachineCommand(),
      (row) => [row.started_at, row.id.toString()],
    );
  }

  async listProbes(
    id: MachineId,
    range: { from: Instant; to: Instant; limit: number },
  ): Promise<readonly ProbeSample[]> {
    const rows = await MachineProbeModel.query(this.#session.connection)
      .where({ machine_id: id })
      .where('at', '>=', timestamp(range.from))
      .where('at', '<', timestamp(range.to))
      .orderBy('at')
      .limit(range.limit);
    return rows.map((row) => row.toProbeSample());
  }

  async listDueForProbe(before: Instant, limit: number): Promise<readonly MachineId[]> {
    const rows = await this.#session.rows<{ machine_id: MachineId }>(
      'list_due_for_probe',
      `SELECT machine_id FROM machine_probe_times
       JOIN machines ON machines.id = machine_id AND machines.status IN ('verified', 'quarantined')
       WHERE last_probe_at IS NULL OR last_probe_at < ?
       ORDER BY last_probe_at NULLS FIRST, machine_id LIMIT ?`,
      [timestamp(before), limit],
    );
    return rows.map((row) => row.machine_id);
  }
}
