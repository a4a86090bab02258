import { expect, test } from 'vitest';
import { CompareSelection } from './compare-selection.ts';

const listing = (id: string) => ({ id, title: `Listing ${id}` });

test('at most four listings are compared, and one can be taken out for another', () => {
  const selection = new CompareSelection();
  for (const id of ['a', 'b', 'c', 'd', 'e']) selection.toggle(listing(id));
  expect(selection.get().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  selection.toggle(listing('b'));
  selection.toggle(listing('e'));
  expect(selection.get().map(({ id }) => id)).toEqual(['a', 'c', 'd', 'e']);
});

test('whoever listens hears of each change', () => {
  const selection = new CompareSelection();
  const sizes: number[] = [];
  selection.subscribe(() => sizes.push(selection.get().length));
  selection.toggle(listing('a'));
  selection.clear();
  expect(sizes).toEqual([1, 0]);
});

test('the listings of a link can be ticked together, four at most', () => {
  const selection = new CompareSelection();
  selection.toggle(listing('x'));
  selection.replace(['a', 'b', 'c', 'd', 'e'].map(listing));
  expect(selection.get().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
});
