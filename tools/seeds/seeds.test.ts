import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from '../style/source-files.ts';
import { declares, DESIGNED_NAMES, strategiesIn } from './designed-names.ts';

/** Reads docs/seeds.md, whose tables have rows like: | `UsersService` | what it is | `packages/domain/src/users/users-service.ts` | */
const REPOSITORY = join(import.meta.dirname, '../..');
const ROW = /^\|\s*`(?<name>[^`]+)`\s*\|.*\|\s*`(?<file>[^`]+)`\s*\|\s*$/;

const rows = readFileSync(join(REPOSITORY, 'docs/seeds.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const { name, file } = ROW.exec(line)?.groups ?? {};
    return name === undefined || file === undefined ? [] : [{ name, file }];
  });

const code = sourceFiles().filter(
  ({ path }) => /^(apps|packages)\/.*[.]tsx?$/.test(path) && !/[.]test[.]tsx?$/.test(path),
);

test('the map has rows', () => {
  expect(rows.length).toBeGreaterThan(10);
});

test('no name is mapped twice', () => {
  const names = rows.map((row) => row.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(rows)('$name is in $file', ({ name, file }) => {
  const path = join(REPOSITORY, file);
  expect(existsSync(path), `${file} does not exist`).toBe(true);
  expect(declares(readFileSync(path, 'utf8'), name), `${file} does not export ${name}`).toBe(true);
});

test('every name of the design that is declared is on the map', () => {
  const mapped = new Set(rows.map((row) => row.name));
  const missing = DESIGNED_NAMES.filter((name) => !mapped.has(name)).flatMap((name) =>
    code.filter(({ text }) => declares(text, name)).map(({ path }) => `${name} in ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every strategy is on the map', () => {
  const mapped = new Set(rows.map((row) => row.name));
  const all = code.flatMap(({ path, text }) => strategiesIn(text).map((name) => ({ name, path })));
  expect(all.filter(({ name }) => !mapped.has(name))).toEqual([]);
  expect(strategiesIn('export class ContainerDestroy implements DataWipeStrategy {')).toEqual(['ContainerDestroy']);
});

test('a declaration is told from a mention', () => {
  expect(declares('export class BookingsService {', 'BookingsService')).toBe(true);
  expect(declares('export interface BookingRepository extends BookingReads {', 'BookingRepository')).toBe(true);
  expect(declares('export async function compose(', 'compose')).toBe(true);
  expect(declares("import { BookingsService } from './bookings-service.ts';", 'BookingsService')).toBe(false);
  expect(declares('export class BookingsServiceFake {', 'BookingsService')).toBe(false);
});
