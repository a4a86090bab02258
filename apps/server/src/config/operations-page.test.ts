import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentVariables } from './environment.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');

it('docs/operations.md names every variable once, in the order of the program, and no other', () => {
  const named = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
  expect(named).toEqual(Object.keys(environmentVariables));
});
