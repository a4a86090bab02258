import { expect, it } from 'vitest';
import { returnMemory } from './return-memory.ts';

it('gives the room of what nobody holds any more back to the system', async () => {
  let garbage: object[] | null = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  const { heapTotal: withGarbage } = process.memoryUsage();
  expect(garbage).toHaveLength(1_000_000);
  garbage = null;
  await returnMemory();
  expect(withGarbage - process.memoryUsage().heapTotal).toBeGreaterThan(20_000_000);
});
