import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Root } from '../roots/root-store.ts';
import type { RootName } from '../roots/root-recipe.ts';
import { claimSlot, claimSlotByIndex } from '../slots/slot-registry.ts';
import type { ClaimedSlot } from '../slots/slot-registry.ts';
import type { HostPlace } from './host-place.ts';

const hostRecord = z.object({ index: z.number().int().nonnegative(), rootName: z.string(), buildId: z.uuid() });

/**
 * Finds the place of a persistent host, or makes it: a folder in `stateDir` with its disk and a record of its number
 * (which is its address) and of the root its disk lies over.
 * @throws Error with the way out when the id is malformed, its address is taken by another host, or its root is gone.
 */
export function openPersistentHost(
  persistent: { id: string; stateDir: string },
  wanted: { root: Root; rootName: RootName },
): HostPlace {
  const { id, stateDir } = persistent;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(id)) {
    throw new Error(`persistent.id: "${id}" must be a host name of lower-case letters, digits and dashes, at most 41`);
  }
  const folder = join(stateDir, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const slot = existsSync(join(folder, 'host.json')) ? returningSlot(folder, id, wanted) : newSlot(folder, wanted);
  return {
    slot,
    hostname: id,
    diskImage: join(folder, 'disk.img'),
    diskEphemeral: false,
    lockPath: join(folder, 'running.lock'),
  };
}

function returningSlot(folder: string, id: string, wanted: { root: Root; rootName: RootName }): ClaimedSlot {
  const record = hostRecord.parse(JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')));
  if (record.rootName !== wanted.rootName || record.buildId !== wanted.root.buildId) {
    // The disk holds only what differs from that root; over another build it would be a host that never existed.
    throw new Error(`persistent.id: the disk of ${id} belongs to another root; remove ${folder} to start it afresh`);
  }
  const slot = claimSlotByIndex(record.index);
  if (slot === undefined) {
    throw new Error(`persistent.id: ${id} already runs, or another lab host has its address; stop that one first`);
  }
  return slot;
}

function newSlot(folder: string, wanted: { root: Root; rootName: RootName }): ClaimedSlot {
  const slot = claimSlot('persistent');
  const record = { index: slot.index, rootName: wanted.rootName, buildId: wanted.root.buildId };
  const path = join(folder, 'host.json');
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
  return slot;
}
