import { expect, test } from 'vitest';
import { keepReport, readKept, type KeptReport, type ReportShelf } from './report-store.ts';

function memoryShelf(): ReportShelf {
  const rows = new Map<string, unknown>();
  return {
    read: async (bookingId) => rows.get(bookingId),
    write: async (bookingId, change) => {
      rows.set(bookingId, change(rows.get(bookingId)));
    },
  };
}

const key = (kid: string, x: string) => ({ kty: 'OKP', crv: 'Ed25519', kid, x }) as const;
const report = (change: Partial<KeptReport> = {}): KeptReport => ({
  bookingId: 'b1',
  jws: 'a.b.c',
  keySet: { keys: [key('k1', 'first')] },
  keptAtMs: 1,
  ...change,
});

test('a report is found again with its keys', async () => {
  const shelf = memoryShelf();
  expect(await readKept(shelf, 'b1')).toBeNull();
  await keepReport(shelf, report());
  expect(await readKept(shelf, 'b1')).toEqual(report());
});

test('a key that was seen first is not replaced by a later one of its name', async () => {
  const shelf = memoryShelf();
  await keepReport(shelf, report());
  await keepReport(shelf, report({ keySet: { keys: [key('k1', 'forged'), key('k2', 'new')] }, keptAtMs: 2 }));
  expect(await readKept(shelf, 'b1')).toEqual(report({ keySet: { keys: [key('k1', 'first'), key('k2', 'new')] } }));
});

test('that a key was retired is learned later, and not forgotten again', async () => {
  const shelf = memoryShelf();
  const retired = (exp: number) => ({ keys: [{ ...key('k1', 'first'), exp }] });
  await keepReport(shelf, report());
  await keepReport(shelf, report({ keySet: retired(50) }));
  await keepReport(shelf, report({ keySet: retired(99) }));
  await keepReport(shelf, report());
  expect(await readKept(shelf, 'b1')).toMatchObject({ keySet: retired(50) });
});

test('the report of a later attempt takes the place of the first', async () => {
  const shelf = memoryShelf();
  await keepReport(shelf, report());
  await keepReport(shelf, report({ jws: 'd.e.f', keptAtMs: 9 }));
  expect(await readKept(shelf, 'b1')).toMatchObject({ jws: 'd.e.f', keptAtMs: 9 });
});

test('what another version left there counts as none, and is replaced', async () => {
  const shelf = memoryShelf();
  await shelf.write('b1', () => JSON.parse('{"old":true}') as KeptReport);
  expect(await readKept(shelf, 'b1')).toBeNull();
  await keepReport(shelf, report());
  expect(await readKept(shelf, 'b1')).toEqual(report());
});
