import type { MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { MachineCheck, MachineCommand } from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ProbeOutcome, ProbeSample } from '@rsm/domain/machines/machine-minutes';

import { RowModel } from '../common/row-model.ts';

export class MachineInspectionModel extends RowModel {
  static override readonly tableName = 'machine_inspections';

  declare id: bigint;
  declare machine_id: MachineId;
  declare at: Instant;
  declare facts: MachineFacts;

  override $instantColumns(): readonly string[] {
    return ['at'];
  }

  override $documentColumns(): readonly string[] {
    return ['facts'];
  }
}

export class MachineCheckModel extends RowModel {
  static override readonly tableName = 'machine_checks';
  static override readonly idColumn = ['inspection_id', 'position'];

  declare inspection_id: bigint;
  declare position: number;
  declare check_id: string;
  declare title: string;
  declare actual: string;
  declare required: string;
  declare passed: boolean;
  declare remedy: string | null;

  toMachineCheck(): MachineCheck {
    const { check_id: id, title, actual, required, passed, remedy } = this;
    return { id, title, actual, required, passed, remedy };
  }
}

export class MachineCommandModel extends RowModel {
  static override readonly tableName = 'machine_commands';

  declare id: bigint;
  declare machine_id: MachineId;
  declare purpose: string;
  declare template: string;
  declare exit_status: number | null;
  declare duration_ms: bigint;
  declare output_bytes: bigint;
  declare started_at: Instant;

  override $instantColumns(): readonly string[] {
    return ['started_at'];
  }

  toMachineCommand(): MachineCommand {
    return {
      machineId: this.machine_id,
      purpose: this.purpose,
      template: this.template,
      exitStatus: this.exit_status,
      durationMs: Number(this.duration_ms),
      outputBytes: Number(this.output_bytes),
      startedAt: this.started_at,
    };
  }
}

export class MachineProbeModel extends RowModel {
  static override readonly tableName = 'machine_probes';
  static override readonly idColumn = ['machine_id', 'at'];

  declare machine_id: MachineId;
  declare at: Instant;
  declare outcome: ProbeOutcome;
  declare detail: string | null;

  override $instantColumns(): readonly string[] {
    return ['at'];
  }

  toProbeSample(): ProbeSample {
    return { at: this.at, outcome: this.outcome, detail: this.detail };
  }
}
