import type { MachineId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type {
  MachineSoftware,
  MachineSoftwareRepository,
  MissingTool,
  PackageManager,
  ToolConsent,
} from '@rsm/domain/machines/machine-software';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type ConsentRow = {
  readonly machine_id: MachineId;
  readonly consented_at: Instant;
  readonly consented_by: UserId;
  readonly tools: readonly MissingTool[];
  readonly package_manager: PackageManager;
  readonly finished_at: Instant | null;
  readonly problem: string | null;
};

/** What software was seen on machines, and what their providers let us install. Consents are never deleted. */
export class PgMachineSoftwareRepository implements MachineSoftwareRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(id: MachineId): Promise<(MachineSoftware & { readonly seenAt: Instant }) | null> {
    const row = await this.#session.row<{ software: MachineSoftware; seen_at: Instant }>(
      'find_machine_software',
      'SELECT software, seen_at FROM machine_software WHERE machine_id = ?',
      [id],
    );
    return row === null ? null : { ...row.software, seenAt: row.seen_at };
  }

  async listConsents(id: MachineId, limit: number): Promise<readonly ToolConsent[]> {
    const rows = await this.#session.rows<ConsentRow>(
      'list_tool_consents',
      `SELECT machine_id, consented_at, consented_by, tools, package_manager, finished_at, problem FROM tool_consents
       WHERE machine_id = ? ORDER BY consented_at DESC LIMIT ?`,
      [id, limit],
    );
    return rows.map((row) => ({
      machineId: row.machine_id,
      consentedBy: row.consented_by,
      consentedAt: row.consented_at,
      tools: row.tools,
      packageManager: row.package_manager,
      finishedAt: row.finished_at,
      problem: row.problem,
    }));
  }

  async listDueConsents(before: Instant, limit: number): Promise<readonly MachineId[]> {
    const rows = await this.#session.rows<{ machine_id: MachineId }>(
      'list_due_tool_consents',
      `SELECT machine_id FROM tool_consents WHERE finished_at IS NULL AND consented_at < ?
       ORDER BY consented_at, machine_id LIMIT ?`,
      [timestamp(before), limit],
    );
    return rows.map((row) => row.machine_id);
  }

  async save(id: MachineId, software: MachineSoftware, at: Instant): Promise<void> {
    await this.#session.rows(
      'save_machine_software',
      `INSERT INTO machine_software (machine_id, software, seen_at) VALUES (?, ?::jsonb, ?)
       ON CONFLICT (machine_id) DO UPDATE SET software = excluded.software, seen_at = excluded.seen_at`,
      [id, JSON.stringify(software), timestamp(at)],
    );
  }

  async insertConsent(consent: ToolConsent): Promise<void> {
    await this.#session.rows(
      'insert_tool_consent',
      `INSERT INTO tool_consents (machine_id, consented_at, consented_by, tools, package_manager, finished_at, problem)
       VALUES (?, ?, ?, ?::jsonb, ?, ?, ?)`,
      [
        consent.machineId,
        timestamp(consent.consentedAt),
        consent.consentedBy,
        JSON.stringify(consent.tools),
        consent.packageManager,
        timestamp(consent.finishedAt),
        consent.problem,
      ],
    );
  }

  async finishConsent(id: MachineId, end: { readonly at: Instant; readonly problem: string | null }): Promise<boolean> {
    const rows = await this.#session.rows<{ machine_id: MachineId }>(
      'finish_tool_consent',
      `UPDATE tool_consents SET finished_at = greatest(?, consented_at), problem = ?
       WHERE machine_id = ? AND finished_at IS NULL RETURNING machine_id`,
      [timestamp(end.at), end.problem, id],
    );
    return rows.length === 1;
  }
}
