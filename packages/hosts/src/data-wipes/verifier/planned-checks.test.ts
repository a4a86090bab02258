import { instant } from '@rsm/domain/common/instant';
import { expect, test } from 'vitest';
import { createWipeVerifier } from './wipe-verifier.ts';

const verifier = createWipeVerifier({
  pool: { session: () => expect.fail('Nothing is asked of a machine.') },
  clock: { now: () => instant(0) },
});

test('markers are looked for only where they were planted, so that no list waits for a look that never comes', () => {
  const markers = ['canaries_by_name', 'canaries_by_content'];
  const all = verifier.checksOf({ hasCanaries: true });
  expect(all).toEqual(expect.arrayContaining(markers));
  expect(verifier.checksOf({ hasCanaries: false })).toEqual(all.filter((check) => !markers.includes(check)));
});
