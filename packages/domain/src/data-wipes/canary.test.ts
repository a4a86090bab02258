import { describe, expect, it } from 'vitest';
import { instant } from '../common/instant.ts';
import { canaryStatementOf, type CanaryRecord } from './canary.ts';

const agreed = { canaryConsent: true, readyAt: instant(1) };
const marker = { place: 'home', nameSha256: 'a'.repeat(64), contentSha256: 'b'.repeat(64) } as const;
const record: CanaryRecord = { seedSealed: 'sealed', plantedAt: instant(2), planted: [marker], note: 'none in tmp' };

describe('what a report says about markers', () => {
  it.each<[string, Parameters<typeof canaryStatementOf>, { planted: boolean; note: string }]>([
    ['the renter did not agree', [{ ...agreed, canaryConsent: false }, null], { planted: false, note: 'not planted: the renter did not agree to markers' }],
    ['access never worked', [{ ...agreed, readyAt: null }, null], { planted: false, note: 'not planted: access never worked' }],
    ['nobody came to it', [agreed, null], { planted: false, note: 'not planted: it was not begun' }],
    ['it was cut', [agreed, { ...record, plantedAt: null, planted: [], note: null }], { planted: false, note: 'planting was begun and not confirmed; what could have been planted was looked for' }],
    ['it failed', [agreed, { ...record, planted: [], note: 'The machine does not answer.' }], { planted: false, note: 'not planted: The machine does not answer.' }],
    ['some are there', [agreed, record], { planted: true, note: '1 of 4 markers were planted at the start: none in tmp' }],
    ['all that were asked for are there', [agreed, { ...record, note: null }], { planted: true, note: '1 of 4 markers were planted at the start' }],
  ])('when %s', (_name, [booking, kept], expected) => {
    expect(canaryStatementOf(booking, kept)).toEqual({ ...expected, markers: expected.planted ? [marker] : [] });
  }); // prettier-ignore
});
