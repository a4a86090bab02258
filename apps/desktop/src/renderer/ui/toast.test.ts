import { expect, test } from 'vitest';
import { takeToasts, toast } from './toast.ts';

test('what is said before somebody shows it is shown in order as soon as somebody does, and once', () => {
  const shown: string[] = [];
  toast.success('Saved.');
  toast.error('Gone.');
  const stop = takeToasts((kind, text) => shown.push(`${kind}: ${text}`));
  toast.success('Renamed.');
  expect(shown).toEqual(['success: Saved.', 'error: Gone.', 'success: Renamed.']);
  stop();
  toast.success('Later.');
  takeToasts((kind, text) => shown.push(`${kind}: ${text}`))();
  expect(shown.slice(3)).toEqual(['success: Later.']);
});
