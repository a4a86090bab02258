import type { BookingId, CertificateId, DataWipeId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type {
  Certificate,
  DataWipe,
  DataWipeStatus,
  WipeFinding,
  WipeStep,
  WipeStrategyKind,
  WipeVerdict,
} from '@rsm/domain/data-wipes/data-wipe';
import { Model, type RelationMappings } from 'objection';

import { RowModel } from '../common/row-model.ts';

export class WipeStepModel extends RowModel {
  static override readonly tableName = 'wipe_steps';
  static override readonly idColumn = ['data_wipe_id', 'attempt', 'position'];

  declare data_wipe_id: DataWipeId;
  declare attempt: number;
  declare position: number;
  declare strategy: WipeStrategyKind;
  declare name: string;
  declare command: string;
  declare exit_status: number | null;
  declare succeeded: boolean;
  declare started_at: Instant;
  declare duration_ms: bigint;
  declare detail: string | null;

  toWipeStep(): WipeStep {
    return {
      strategy: this.strategy,
      name: this.name,
      command: this.command,
      exitStatus: this.exit_status,
      succeeded: this.succeeded,
      startedAt: this.started_at,
      durationMs: Number(this.duration_ms),
      detail: this.detail,
    };
  }
}

export class WipeFindingModel extends RowModel {
  static override readonly tableName = 'wipe_findings';
  static override readonly idColumn = ['data_wipe_id', 'attempt', 'position'];

  declare data_wipe_id: DataWipeId;
  declare attempt: number;
  declare position: number;
  declare check_name: string;
  declare verdict: WipeFinding['verdict'];
  declare detail: string;

  toWipeFinding(): WipeFinding {
    return { check: this.check_name, verdict: this.verdict, detail: this.detail };
  }
}

export class DataWipeModel extends RowModel {
  static override readonly tableName = 'data_wipes';

  declare id: DataWipeId;
  declare booking_id: BookingId;
  declare machine_id: MachineId;
  declare status: DataWipeStatus;
  declare plan: WipeStrategyKind[];
  declare attempt: number;
  declare failure_reason: string | null;
  declare created_at: Instant;
  declare started_at: Instant | null;
  declare finished_at: Instant | null;
  declare steps?: WipeStepModel[];
  declare findings?: WipeFindingModel[];

  /** Steps and findings of the current attempt; those of earlier ones stay in their tables as evidence. */
  static override get relationMappings(): RelationMappings {
    const from = ['data_wipes.id', 'data_wipes.attempt'];
    return {
      steps: {
        relation: Model.HasManyRelation,
        modelClass: WipeStepModel,
        join: { from, to: ['wipe_steps.data_wipe_id', 'wipe_steps.attempt'] },
      },
      findings: {
        relation: Model.HasManyRelation,
        modelClass: WipeFindingModel,
        join: { from, to: ['wipe_findings.data_wipe_id', 'wipe_findings.attempt'] },
      },
    };
  }

  override $instantColumns(): readonly string[] {
    return ['created_at', 'started_at', 'finished_at'];
  }

  /** @throws Error when the row was read without its steps, which is a mistake of a query. */
  toDataWipe(): DataWipe {
    if (!this.steps || !this.findings) throw new Error(`Data wipe ${this.id} was read without its steps.`);
    return {
      id: this.id,
      bookingId: this.booking_id,
      machineId: this.machine_id,
      status: this.status,
      plan: this.plan,
      attempt: this.attempt,
      steps: this.steps.toSorted((a, b) => a.position - b.position).map((step) => step.toWipeStep()),
      findings: this.findings.toSorted((a, b) => a.position - b.position).map((finding) => finding.toWipeFinding()),
      failureReason: this.failure_reason,
      createdAt: this.created_at,
      startedAt: this.started_at,
      finishedAt: this.finished_at,
    };
  }
}

export class CertificateModel extends RowModel {
  static override readonly tableName = 'certificates';

  declare id: CertificateId;
  declare data_wipe_id: DataWipeId;
  declare booking_id: BookingId;
  declare machine_id: MachineId;
  declare position: number;
  declare jws: string;
  declare key_id: string;
  declare sha256: string;
  declare previous_sha256: string | null;
  declare verdict: WipeVerdict;
  declare issued_at: Instant;

  toCertificate(): Certificate {
    return {
      id: this.id,
      dataWipeId: this.data_wipe_id,
      bookingId: this.booking_id,
      machineId: this.machine_id,
      jws: this.jws,
      keyId: this.key_id,
      sha256: this.sha256,
      previousSha256: this.previous_sha256,
      verdict: this.verdict,
      issuedAt: this.issued_at,
    };
  }
}
