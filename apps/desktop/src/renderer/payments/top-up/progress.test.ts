import { expect, it } from 'vitest';
import { progressOf } from './progress.ts';

const PAGE = 'https://bank.example/confirm';

it.each([
  ['pending', null, 'under_way'],
  ['pending', PAGE, 'confirm'],
  ['succeeded', null, 'paid'],
  ['succeeded', PAGE, 'paid'],
  ['failed', PAGE, 'not_paid'],
  ['cancelled', null, 'not_paid'],
] as const)('a top-up that is %s with %s is "%s"', (status, actionUrl, progress) => {
  expect(progressOf({ status, actionUrl })).toBe(progress);
});
