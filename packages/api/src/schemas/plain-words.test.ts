import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checked } from '../policies/checked-input.ts';

function messagesOf(schema: z.ZodType, value: unknown): readonly string[] {
  const result = checked(schema)['~standard'].validate(value);
  return 'issues' in result ? result.issues.map((issue) => issue.message) : [];
}

describe('plain words', () => {
  it.each([
    [z.string(), undefined, 'Must be given.'],
    [z.string(), 7, 'Must be a text.'],
    [z.int(), 1.5, 'Must be a whole number.'],
    [z.boolean(), 'yes', 'Must be true or false.'],
    [z.strictObject({}), null, 'Must be an object with named fields.'],
    [z.string().max(3), 'abcd', 'Must have at most 3 characters.'],
    [z.array(z.int()).min(2), [1], 'Must have at least 2 entries.'],
    [z.int().min(1), 0, 'Must be at least 1.'],
    [z.number().gt(1), 1, 'Must be more than 1.'],
    [z.enum(['a', 'b', 'c']), 'd', 'Must be a, b or c.'],
    [z.literal('forward'), 'back', 'Must be forward.'],
    [z.strictObject({}), { a: 1, b: 2 }, 'Has unknown fields: a, b. Leave them out.'],
    [z.strictObject({}), { ['x'.repeat(60)]: 1 }, `Has unknown fields: ${'x'.repeat(40)}…. Leave them out.`],
    [z.email(), 'nobody', 'Must be a valid e-mail address.'],
    [z.string({ error: 'Own words win.' }), 7, 'Own words win.'],
  ])('%# say what must be', (schema, value, message) => {
    expect(messagesOf(schema, value)).toEqual([message]);
  });
});
