import { expect, it } from 'vitest';
import { findingsSentence } from './evidence-findings.ts';

it.each([
  [{ clean: 12, found: 0, couldNotLook: 0 }, 'All 12 checks found nothing.'],
  [{ clean: 1, found: 0, couldNotLook: 0 }, 'The one check found nothing.'],
  [{ clean: 1, found: 1, couldNotLook: 0 }, '1 of 2 checks found nothing, 1 found something left.'],
  [{ clean: 0, found: 0, couldNotLook: 3 }, '0 of 3 checks found nothing, 3 could not look.'],
  [{ clean: 0, found: 0, couldNotLook: 0 }, 'Nothing was checked.'],
])('says what the checks of a clean-up saw: %j', (findings, sentence) => {
  expect(findingsSentence(findings)).toBe(sentence);
});
