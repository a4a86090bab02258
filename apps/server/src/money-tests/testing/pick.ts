/** One of them; any number names one. */
export function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % Math.max(1, items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
