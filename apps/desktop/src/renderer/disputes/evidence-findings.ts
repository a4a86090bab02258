import type { DisputeEvidence } from '@rsm/domain/disputes/dispute-evidence';

type Findings = NonNullable<DisputeEvidence['cleanUp']>['findings'];

/** What the checks of a clean-up saw, in a sentence. */
export function findingsSentence({
  clean,
  found,
  couldNotLook,
}: Pick<Findings, 'clean' | 'found' | 'couldNotLook'>): string {
  const all = clean + found + couldNotLook;
  if (all === 0) return 'Nothing was checked.';
  if (clean === all) return all === 1 ? 'The one check found nothing.' : `All ${String(all)} checks found nothing.`;
  const parts = [`${String(clean)} of ${String(all)} checks found nothing`];
  if (found > 0) parts.push(`${String(found)} found something left`);
  if (couldNotLook > 0) parts.push(`${String(couldNotLook)} could not look`);
  return `${parts.join(', ')}.`;
}
