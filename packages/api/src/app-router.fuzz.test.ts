import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainErrorCodes } from '@rsm/domain/common/domain-error';
import { ApiError } from './errors/api-error.ts';
import { MASKED_MESSAGE } from './errors/client-error.ts';
import { actorWith, callProcedure, fakeContext, servicesThat } from './testing/fake-services.ts';
import { listProcedures, sampleIds } from './testing/procedure-matrix.ts';

const SECRET = 'relation "users" does not exist';

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom<unknown>(Number.NaN, Infinity, -0, undefined, null, '__proto__', '\u0000', '9'.repeat(10_000)),
);
const anything = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), leaf);

/** A valid input with one or two fields, at any depth, put out of shape: random objects seldom come past the first check. */
function mutated(sample: unknown): fc.Arbitrary<unknown> {
  if (typeof sample !== 'object' || sample === null || sample instanceof Date) return anything;
  const keys = Object.keys(sample);
  return fc.tuple(fc.constantFrom(...keys, 'unknownField'), anything, fc.boolean()).chain(([key, value, deeper]) => {
    const field: unknown = (sample as Record<string, unknown>)[key];
    const replaced = deeper && typeof field === 'object' && field !== null ? mutated(field) : fc.constant(value);
    return replaced.map((next) =>
      Array.isArray(sample) ? [...(sample as unknown[]), next] : { ...sample, [key]: next },
    );
  });
}

async function outcomeOf(
  procedure: Parameters<typeof callProcedure>[0],
  services: ReturnType<typeof servicesThat>,
  input: unknown,
) {
  const ctx = fakeContext({ services, actor: actorWith('provider', 'admin') });
  try {
    await callProcedure(procedure, ctx, input);
    return null;
  } catch (error) {
    return error;
  }
}

function expectMasked(error: unknown): void {
  expect(error).toBeInstanceOf(ApiError);
  if (!(error instanceof ApiError)) return;
  expect(domainErrorCodes).toContain(error.client.code);
  expect(JSON.stringify(error.client)).not.toContain(SECRET);
  expect(error.message).toBe(error.client.message);
  expect(error.client.message.length).toBeLessThan(600);
}

describe('random input', () => {
  it.each(listProcedures())(
    'to $path is refused as input, or reaches the service, and nothing of ours shows',
    async (procedure) => {
      const failing = servicesThat(() => {
        throw new Error(SECRET);
      });
      await fc.assert(
        fc.asyncProperty(fc.oneof(anything, mutated(procedure.sample(sampleIds))), async (input) => {
          const error = await outcomeOf(procedure, failing, input);
          if (error === null) return;
          expectMasked(error);
          expect(['invalid_input', 'internal', 'session_expired']).toContain((error as ApiError).client.code);
        }),
      );
    },
  );
});

describe('random answers of a service', () => {
  it.each(listProcedures().filter(({ path }) => path !== 'server.info'))(
    'of $path never get past its output schema unseen',
    async (procedure) => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.anything(), fc.constant({ items: [{ [SECRET]: SECRET }], nextCursor: SECRET })),
          async (answer) => {
            const error = await outcomeOf(
              procedure,
              servicesThat(() => Promise.resolve(answer)),
              procedure.sample(sampleIds),
            );
            if (error === null) return;
            expectMasked(error);
            expect((error as ApiError).client.message).toBe(MASKED_MESSAGE);
          },
        ),
        { numRuns: 20 },
      );
    },
  );
});
