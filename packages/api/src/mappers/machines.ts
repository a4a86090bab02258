import type { Instant } from '@rsm/domain/common/instant';
import type { Machine, MachineCheck, MachineCommand } from '@rsm/domain/machines/machine';
import type { MinuteSpan } from '@rsm/domain/machines/machine-minutes';
import type { Block, Occupancy } from '@rsm/domain/occupancies/occupancy';
import type {
  BlockRead,
  MachineCalendarRead,
  MachineChecksRead,
  MachineCommandRead,
  MachineMinutesRead,
  MachineRead,
} from '../schemas/machines.ts';
import { toTime, toTimeOrNull, toTimeRange } from './common.ts';

export function toMachineRead(machine: Machine): MachineRead {
  return {
    id: machine.id,
    name: machine.name,
    control: { address: machine.control.address, port: machine.control.port },
    renter: { address: machine.renter.address, port: machine.renter.port },
    sshUser: machine.sshUser,
    declaredRegion: machine.declaredRegion,
    accessMode: machine.accessMode,
    renterNetwork: {
      allowedNetworks: [...machine.renterNetwork.allowedNetworks],
      mailAllowed: machine.renterNetwork.mailAllowed,
    },
    status: machine.status,
    quarantineReason: machine.quarantineReason,
    statusReason: machine.statusReason,
    reachability: machine.reachability,
    reachabilityChangedAt: toTimeOrNull(machine.reachabilityChangedAt),
    hostKeyState: machine.hostKeyState,
    hostKey: machine.hostKey === null ? null : { ...machine.hostKey },
    lastError: machine.lastError,
    facts: machine.facts,
    factsReadAt: toTimeOrNull(machine.factsReadAt),
    verifiedAt: toTimeOrNull(machine.verifiedAt),
    createdAt: toTime(machine.createdAt),
  };
}

export function toMachineChecksRead(inspection: {
  readonly checkedAt: Instant | null;
  readonly checks: readonly MachineCheck[];
}): MachineChecksRead {
  return {
    checkedAt: toTimeOrNull(inspection.checkedAt),
    checks: inspection.checks.map(({ id, title, actual, required, passed, remedy }) => ({
      id,
      title,
      actual,
      required,
      passed,
      remedy,
    })),
  };
}

export function toMachineCommandRead(command: MachineCommand): MachineCommandRead {
  return {
    purpose: command.purpose,
    template: command.template,
    exitStatus: command.exitStatus,
    durationMs: command.durationMs,
    outputBytes: command.outputBytes,
    startedAt: toTime(command.startedAt),
  };
}

export function toMachineMinutesRead(spans: readonly MinuteSpan[]): MachineMinutesRead {
  return { spans: spans.map((span) => ({ kind: span.kind, range: toTimeRange(span.range) })) };
}

export function toBlockRead(block: Block): BlockRead {
  return {
    id: block.id,
    kind: block.kind,
    range: toTimeRange(block.range),
    note: block.note,
    createdAt: toTime(block.createdAt),
  };
}

export function toMachineCalendarRead(calendar: {
  readonly occupancies: readonly Occupancy[];
  readonly blocks: readonly Block[];
}): MachineCalendarRead {
  return {
    occupancies: calendar.occupancies.map(({ range, of }) => ({
      range: toTimeRange(range),
      bookingId: of.kind === 'booking' ? of.bookingId : null,
      blockId: of.kind === 'block' ? of.blockId : null,
    })),
    blocks: calendar.blocks.map((block) => toBlockRead(block)),
  };
}
