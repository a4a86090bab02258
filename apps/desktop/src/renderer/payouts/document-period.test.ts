import { describe, expect, it } from 'vitest';
import { monthOrDays } from './document-period.ts';

const period = (start: string, end: string): string => monthOrDays({ start: new Date(start), end: new Date(end) });

describe('what a document is about', () => {
  it('names a month, whatever zone the reader is in', () => {
    expect(period('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')).toMatch(/^November 2026$/);
    expect(period('2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z')).toMatch(/^December 2026$/);
  });

  it('names days where it is no month, the last one included', () => {
    expect(period('2026-11-01T00:00:00Z', '2026-11-08T00:00:00Z')).toMatch(/1.* to .*7/);
    expect(period('2026-11-05T00:00:00Z', '2026-11-06T00:00:00Z')).not.toContain(' to ');
  });
});
