import type { MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { QuarantineReason } from './machine.ts';

/** Quarantines a verified machine and says so; other states keep theirs. Runs in the caller's transaction. */
export async function quarantineMachine(
  tx: Tx,
  id: MachineId,
  quarantine: { readonly reason: QuarantineReason; readonly text: string; readonly at: Instant },
): Promise<void> {
  const machine = await tx.machines.lockById(id);
  if (machine?.status !== 'verified') return;
  await tx.machines.changeStatus(machine.id, {
    from: 'verified',
    to: 'quarantined',
    reason: quarantine.text,
    quarantineReason: quarantine.reason,
    at: quarantine.at,
  });
  tx.events.add({
    audience: machine.providerId,
    kind: 'machine_quarantined',
    subject: 'machine',
    subjectId: machine.id,
    text: `${machine.name} is in quarantine: ${quarantine.text}`,
  });
}

/** A pinned host key that changed blocks every connection, quarantines the machine and tells its provider. */
export async function raiseHostKeyAlarm(tx: Tx, id: MachineId, at: Instant): Promise<void> {
  const machine = await tx.machines.lockById(id);
  if (machine?.hostKeyState === 'pinned') {
    await tx.machines.changeHostKey(machine.id, {
      from: 'pinned',
      to: 'changed',
      hostKey: machine.hostKey,
      lastError: 'The machine presented another host key than the confirmed one. Nothing was sent to it.',
    });
  }
  await quarantineMachine(tx, id, {
    reason: 'host_key_changed',
    text: 'its host key changed. If you reinstalled it, read and confirm the new key; else somebody may be in between.',
    at,
  });
}
