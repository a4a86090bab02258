import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { domainErrorCodes } from '@rsm/domain/common/domain-error';
import { describe, expect, it } from 'vitest';
import { desktopErrorCodes } from './bridge-refusal.ts';

describe('docs/errors.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../../../docs/errors.md'), 'utf8');
  const [, section = ''] = text.split(/^## The desktop client$/m);
  const rows = [...section.matchAll(/^\| `([a-z_]+)` *\| *(\S.*?) *\| *(\S.*?) *\|$/gm)];

  it.each(desktopErrorCodes)('explains %s, with cause and next step', (code) => {
    const row = rows.find(([, documented]) => documented === code);
    expect(row?.[2]?.length).toBeGreaterThan(15);
    expect(row?.[3]?.length).toBeGreaterThan(10);
  });
});

it('gives no code of the API another meaning', () => {
  expect(desktopErrorCodes.filter((code) => (domainErrorCodes as readonly string[]).includes(code))).toEqual([]);
});
