import { describe, expect, it } from 'vitest';
import { claimSlotByIndex, claimedIndexes, releaseSlot, slotOwner } from './slot-registry.ts';

/** The numbers of persistent hosts are the second half; the last one is as unlikely as any to be in use. */
const someIndex = 16_383;

describe.skipIf(process.getuid?.() !== 0)('the register of slots (needs root)', () => {
  it('gives a number to one claim only, however many come at once', async () => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => Promise.resolve().then(() => claimSlotByIndex(someIndex))),
    );

    const won = claims.filter((claim) => claim !== undefined);
    expect(won).toHaveLength(1);
    expect(claimedIndexes()).toContain(someIndex);
    expect(slotOwner(someIndex)?.owner.pid).toBe(process.pid);
    for (const slot of won) releaseSlot(slot);
    expect(claimedIndexes()).not.toContain(someIndex);
    expect(slotOwner(someIndex)).toBeUndefined();
  });
});
