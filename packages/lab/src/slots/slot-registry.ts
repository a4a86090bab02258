import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identifyProcess } from '../processes/process-identity.ts';
import type { ProcessIdentity } from '../processes/process-identity.ts';
import { networkSlot, persistentSlotsFrom, slotsEnd } from './network-slot.ts';
import type { NetworkSlot } from './network-slot.ts';

/** On this machine, for all labs of all processes: who holds which number. */
export const slotsDir = '/run/rsm-lab';

/** With half of the numbers taken, sixty-four tries fail once in 2^64. */
const claimTriesMax = 64;

const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  startTicks: z.string(),
  bootId: z.string(),
});
const ownerSchema = z.object({ owner: processIdentitySchema, supervisor: processIdentitySchema.optional() });

export interface SlotOwner {
  /** The process that started the host. When it is dead the host must be too. */
  owner: ProcessIdentity;
  supervisor?: ProcessIdentity | undefined;
}

export interface ClaimedSlot extends NetworkSlot {
  /** The slot's own folder; it exists exactly as long as the number is taken. */
  folder: string;
}

/** Takes a free number at random, so that labs of many processes seldom meet. */
export function claimSlot(kind: 'ephemeral' | 'persistent'): ClaimedSlot {
  const [from, end] = kind === 'ephemeral' ? [0, persistentSlotsFrom] : [persistentSlotsFrom, slotsEnd];
  for (let tries = 0; tries < claimTriesMax; tries += 1) {
    const claimed = claimSlotByIndex(randomInt(from, end));
    if (claimed !== undefined) return claimed;
  }
  throw new Error(`no free lab address after ${claimTriesMax} tries; stop some lab hosts (see ${slotsDir})`);
}

/**
 * Takes one number, or answers `undefined` when somebody has it. The folder is made whole elsewhere and renamed into
 * place: rename(2) refuses a target that is not empty, so of two claims exactly one wins, and no folder is ever
 * seen without its owner.
 */
export function claimSlotByIndex(index: number): ClaimedSlot | undefined {
  mkdirSync(slotsDir, { recursive: true, mode: 0o755 });
  const draft = mkdtempSync(join(slotsDir, 'claim-'));
  const folder = slotFolder(index);
  writeOwner(draft, { owner: identifyProcess(process.pid) });
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true });
    return undefined;
  }
  return { ...networkSlot(index), folder };
}

export function recordSupervisor(slot: ClaimedSlot, pid: number): void {
  writeOwner(slot.folder, { owner: identifyProcess(process.pid), supervisor: identifyProcess(pid) });
}

export function releaseSlot(slot: ClaimedSlot): void {
  rmSync(slot.folder, { recursive: true, force: true });
}

/** The numbers taken at this moment. */
export function claimedIndexes(): number[] {
  let entries: string[];
  try {
    entries = readdirSync(slotsDir);
  } catch {
    return [];
  }
  return entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
}

/** `undefined` when the slot was released in the meantime. */
export function slotOwner(index: number): SlotOwner | undefined {
  let text: string;
  try {
    text = readFileSync(join(slotFolder(index), 'owner.json'), 'utf8');
  } catch {
    return undefined;
  }
  return ownerSchema.parse(JSON.parse(text));
}

export function slotFolder(index: number): string {
  return join(slotsDir, String(index));
}

function writeOwner(folder: string, owner: SlotOwner): void {
  const path = join(folder, 'owner.json');
  writeFileSync(`${path}.new`, JSON.stringify(owner));
  renameSync(`${path}.new`, path);
}
