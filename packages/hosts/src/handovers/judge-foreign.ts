import type { HandoverCheck } from '@rsm/domain/handovers/handover';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ForeignLook, SeenProcess } from './foreign-look.ts';

/** Accounts of people begin here (login.defs(5), UID_MIN); those of services lie below. */
const PERSON_UID_MIN = 1_000;
/** `nobody`, and what systemd gives to services for as long as they run (Users, Groups, UIDs and GIDs on systemd Systems). */
const NOBODY_UID = 65_534;
const DYNAMIC_UIDS = { first: 61_184, last: 65_519 } as const;
/** Services of the driver itself, by the 15 characters that the kernel keeps of a name; they compute nothing. */
const DRIVER_SERVICES: ReadonlySet<string> = new Set([
  'nvidia-persiste',
  'nvidia-powerd',
  'nv-fabricmanage',
  'nv-hostengine',
  'nvidia-smi',
]);
const NAMED_MAX = 5;

/** Nobody but the renter may be logged in or run anything; services and our own login are no people. */
export function judgePeople(look: ForeignLook | null, renterUid: number): HandoverCheck {
  const required = 'nobody else is logged in or runs programs';
  if (look === null) return notSeen('other_people', required);
  const isOther = (uid: number) => isPerson(uid) && !isRenters(look, renterUid, uid) && uid !== look.ownUid;
  const processes = look.processes.filter(({ uid }) => isOther(uid));
  // A terminal of root is somebody's login too: we never open one.
  const terminals = look.terminalUids.filter((uid) => uid !== renterUid && !processes.some((one) => one.uid === uid));
  if (processes.length === 0 && terminals.length === 0) {
    return { id: 'other_people', actual: 'nobody else', required, verdict: 'passed' };
  }
  const what = [
    ...(processes.length === 0 ? [] : [`programs of other accounts: ${named(processes)}`]),
    ...(terminals.length === 0
      ? []
      : [`open terminals of uid ${[...new Set(terminals)].slice(0, NAMED_MAX).join(', ')}`]),
  ];
  return { id: 'other_people', actual: what.join('; '), required, verdict: 'failed' };
}

/** Nobody but the renter may hold a GPU. Null where the machine has none. */
export function judgeGpuProcesses(
  look: ForeignLook | null,
  gpus: MachineFacts['gpus'],
  renterUid: number,
): HandoverCheck | null {
  if (gpus !== null && gpus.length === 0) return null;
  const required = 'no program of anybody else uses a GPU';
  if (look === null || gpus === null) return notSeen('gpu_processes', required);
  const holders = look.gpuPids
    .map((pid) => look.processes.find((one) => one.pid === pid) ?? { pid, uid: -1, name: 'unknown' })
    .filter(({ name, uid }) => !isRenters(look, renterUid, uid) && !DRIVER_SERVICES.has(name));
  if (holders.length > 0) return { id: 'gpu_processes', actual: named(holders), required, verdict: 'failed' };
  if (!look.gpuAppsRead) return notSeen('gpu_processes', required);
  return { id: 'gpu_processes', actual: 'none', required, verdict: 'passed' };
}

/** His account, and everybody in his container. */
export function isRenters(look: ForeignLook, renterUid: number, uid: number): boolean {
  return uid === renterUid || look.insideUids.some(({ first, count }) => uid >= first && uid < first + count);
}

function isPerson(uid: number): boolean {
  if (uid >= DYNAMIC_UIDS.first && uid <= DYNAMIC_UIDS.last) return false;
  return uid >= PERSON_UID_MIN && uid !== NOBODY_UID;
}

function named(processes: readonly SeenProcess[]): string {
  const shown = processes
    .slice(0, NAMED_MAX)
    .map(({ name, pid, uid }) => `${name} (pid ${String(pid)}, uid ${String(uid)})`);
  const more = processes.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${String(more)} more` : shown.join(', ');
}

function notSeen(id: HandoverCheck['id'], required: string): HandoverCheck {
  return { id, actual: 'the machine could not be asked', required, verdict: 'not_measured' };
}
