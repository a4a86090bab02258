import { listProcedures, type ListedProcedure } from '@rsm/api/testing';
import fc from 'fast-check';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '@rsm/domain/users/user';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { API_PATH } from '../http/http-server.ts';
import { createLogger } from '../logging.ts';
import { dumpDatabase } from '../testing/database-dump.ts';
import { useApiScene } from '../testing/use-api-scene.ts';

/**
 * Random input over the wire to every procedure, by somebody who may do everything: never an answer with 5xx, nothing in the
 * server's log of errors, and whatever was refused has changed nothing.
 */
const RUNS = process.env['RSM_TEST_DEPTH'] === 'deep' ? 2_000 : 6;
const apiScene = useApiScene();
let http: RunningHttp;
let boss: Actor;
const lines: string[] = [];

beforeAll(async () => {
  const { cast, product } = apiScene();
  // The owner of everything in the scene, and an admin.
  await product.services.users.makeAdmin({ email: cast.provider.email });
  boss = await product.seed.again(cast.provider);
  http = await startHttp({
    composition: product,
    log: createLogger({ level: 'error', destination: { write: (line: string) => void lines.push(line) } }),
    publicUrl: product.config.http.publicUrl,
    desktopOrigin: product.config.http.desktopOrigin,
    trustedProxies: [],
    host: '127.0.0.1',
    port: 0,
  });
});

afterAll(async () => http.stop());

const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.double(),
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    Infinity,
    -1,
    2 ** 53,
    '',
    '\u0000',
    "'; DROP TABLE users; --",
    '../../etc/passwd',
    '9'.repeat(5_000),
    '019a0000-0000-7000-8000-00000000ffff',
    '2030-05-01T12:00:00Z',
    [],
    {},
  ),
);
const anything = fc.oneof(leaf, fc.anything({ withBigInt: true, withDate: true, maxDepth: 3 }));

/** A valid input with one field, at any depth, replaced: random objects seldom come past the first check. */
function mutated(sample: unknown): fc.Arbitrary<unknown> {
  if (typeof sample !== 'object' || sample === null || sample instanceof Date) return anything;
  const keys = Object.keys(sample);
  return fc.tuple(fc.constantFrom(...keys, 'unknownField'), anything, fc.boolean()).chain(([key, value, isDeeper]) => {
    const field: unknown = Reflect.get(sample, key);
    const next = isDeeper && typeof field === 'object' && field !== null ? mutated(field) : fc.constant(value);
    return next.map((replaced) =>
      Array.isArray(sample) ? [...(sample as unknown[]), replaced] : { ...sample, [key]: replaced },
    );
  });
}

/** superjson sends no field called `prototype` and the like; whoever means ill does not ask it. */
function enveloped(input: unknown): string {
  try {
    return JSON.stringify(superjson.serialize(input));
  } catch {
    return JSON.stringify({ json: input }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}

const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
/** No server gave these: no JSON, other JSON, other types, numbers beyond any column, a statement. */
const TAMPERED_CURSORS = [
  'AAAA',
  '%00',
  cursorOf(null),
  cursorOf({}),
  cursorOf([]),
  cursorOf(['1', '2', '3']),
  cursorOf([1e308, '019a0000-0000-7000-8000-00000000ffff']),
  cursorOf([0, "'; DROP TABLE users; --"]),
  cursorOf('9'.repeat(300)),
  'A'.repeat(100_000),
];
/** Before anything that was ever made; most lists have the newest first. */
const PAST_THE_END = cursorOf([0, '00000000-0000-0000-0000-000000000000']);

/** The text of a request body: superjson's envelope around anything, the envelope itself out of shape, or no JSON at all. */
function bodies(sample: unknown): fc.Arbitrary<string> {
  const inputs = fc.oneof({ weight: 3, arbitrary: mutated(sample) }, anything);
  return fc.oneof(
    { weight: 6, arbitrary: inputs.map(enveloped) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{"json":{},"meta":{"values":{"__proto__":["Date"]}}}',
        '{"json":{"a":"x"},"meta":{"values":{"a":["Date"]}}}',
        '{"json":{"a":"x"},"meta":{"values":{"a":["bigint"]}}}',
        '{"json":{"constructor":{"prototype":{"x":1}}},"meta":{"values":{"constructor.prototype":["set"]}}}',
      ),
    },
  );
}

async function send(procedure: ListedProcedure, body: string): Promise<Response> {
  const { product } = apiScene();
  const isMutation = procedure.type === 'mutation';
  const url = `http://127.0.0.1:${String(http.port)}${API_PATH}/${procedure.path}`;
  return fetch(isMutation ? url : `${url}?input=${encodeURIComponent(body.toWellFormed()).slice(0, 8_000)}`, {
    method: isMutation ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${product.seed.tokenOf(boss)}`,
      ...(isMutation ? { 'content-type': 'application/json' } : {}),
    },
    ...(isMutation ? { body } : {}),
    signal: AbortSignal.timeout(10_000),
  });
}

describe('random input over the wire', () => {
  it.each(listProcedures())(
    'to $path never ends in 5xx, and changes nothing when it is refused',
    async (procedure) => {
      const { product, scene } = apiScene();
      const reader = await product.reader();
      let before = await dumpDatabase(reader);
      await fc.assert(
        fc.asyncProperty(bodies(procedure.sample(scene.ids)), async (body) => {
          const response = await send(procedure, body);
          const isRefused = response.status >= 400;
          if (isRefused) {
            const text = await response.text();
            expect(response.status, text).toBeLessThan(500);
          } else {
            // A feed never ends by itself.
            await response.body?.cancel();
          }
          expect(lines).toEqual([]);
          // What was accepted may have changed something; what was refused, and whatever only asks, may not.
          const [earlier, after] = [before, await dumpDatabase(reader)];
          // First, so that a failure shrinks to the input that changed something and not to any other.
          before = after;
          if (isRefused || procedure.type !== 'mutation') expect(after).toEqual(earlier);
        }),
        { numRuns: RUNS },
      );
    },
    60_000 * (RUNS > 100 ? 20 : 1),
  );

  it.each(listProcedures().filter(({ type }) => type === 'query'))(
    'to $path with a place in a list that was tampered with, or that lies past the end, is refused or an empty page',
    async (procedure) => {
      const { scene } = apiScene();
      const sample = procedure.sample(scene.ids);
      for (const cursor of [...TAMPERED_CURSORS, PAST_THE_END]) {
        const input = enveloped(typeof sample === 'object' ? { ...sample, cursor } : { cursor });
        const response = await send(procedure, input);
        const text = await response.text();
        expect([200, 400], text).toContain(response.status);
        if (response.status === 200) expect(text).toMatch(/"items":\[\]|"nextCursor":null/);
        else expect(text).toMatch(/"code":"(?:invalid_cursor|invalid_input)"/);
        // A procedure without pages does not know the field.
        if (cursor === TAMPERED_CURSORS[0] && !text.includes('"invalid_cursor"')) break;
      }
      expect(lines).toEqual([]);
    },
  );

  it.each([
    ['an unknown procedure', 'POST', '/bookings.steal', '{}', 404],
    ['an unknown noun', 'GET', '/nothing', undefined, 404],
    ['a query sent as a mutation', 'POST', '/bookings.list', '{"json":{}}', 405],
    ['a body that is too large', 'POST', '/users.updateMe', `{"json":{"displayName":"${'a'.repeat(300_000)}"}}`, 413],
    [
      'a batch that is too long',
      'GET',
      `/${Array.from({ length: 40 }, () => 'server.info').join(',')}?batch=1`,
      undefined,
      400,
    ],
  ] as const)('%s is refused in plain words', async (_what, method, path, body, status) => {
    const { product } = apiScene();
    const response = await fetch(`http://127.0.0.1:${String(http.port)}${API_PATH}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${product.seed.tokenOf(boss)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/stack|node_modules|SELECT /);
  });
});
