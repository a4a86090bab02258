import type { Services } from '@rsm/api';
import { actorWith, servicesThat } from '@rsm/api/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger, withLogContext } from '../logging.ts';
import { createOtlpTracing } from './otlp-tracing.ts';
import { startCollector } from './testing/collector.ts';
import { traceServices } from './trace-services.ts';

async function setup() {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const collector = await startCollector();
  const tracing = createOtlpTracing({ endpoint: `${collector.url}/`, service: 'rsm-test', log, sendEveryMs: 10 });
  onTestFinished(async () => {
    await tracing.stop();
    await collector.close();
  });
  return { collector, tracing, lines };
}

const statement = { kind: 'statement', name: 'find_user', durationMs: 3, hasFailed: false } as const;

describe('traces', () => {
  it('have the time, the failure and what is around them', async () => {
    const { collector, tracing } = await setup();
    const failure = tracing.run({ kind: 'job', name: 'job sweep' }, async () => {
      tracing.ended(statement);
      throw new Error('It failed.');
    });
    await expect(failure).rejects.toThrow('It failed.');
    await expect.poll(() => collector.spans()).toHaveLength(2);
    const [inner, outer] = ['find_user', 'job sweep'].map((name) =>
      collector.spans().find((span) => span.name === name),
    );
    expect(inner?.parentSpanId).toBe(outer?.spanId);
    expect(outer?.parentSpanId).toBeUndefined();
    expect(outer?.status.code).toBe(2);
    expect(Number(inner?.endTimeUnixNano) - Number(inner?.startTimeUnixNano)).toBeCloseTo(3_000_000, -5);
  });

  it('of a request have its number, and so does what it causes', async () => {
    const { collector, tracing } = await setup();
    const requestId = '01900000-0000-7000-8000-000000000abc';
    withLogContext({ requestId }, () => tracing.ended(statement));
    tracing.answered({ kind: 'request', name: 'GET server.info', durationMs: 1, hasFailed: false }, requestId);
    await expect.poll(() => collector.spans()).toHaveLength(2);
    const root = collector.spans().find(({ name }) => name === 'GET server.info');
    const inner = collector.spans().find(({ name }) => name === 'find_user');
    expect(root).toMatchObject({ traceId: '01900000000070008000000000000abc', spanId: '8000000000000abc' });
    expect(inner).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  });

  it.each(['nonsense', '', '00000000-0000-0000-0000-000000000000'])(
    'of a number that is none begin anew: "%s"',
    async (requestId) => {
      const { collector, tracing } = await setup();
      withLogContext({ requestId }, () => tracing.ended(statement));
      await expect.poll(() => collector.spans()).toHaveLength(1);
      expect(collector.spans()[0]?.parentSpanId).toBeUndefined();
    },
  );

  it('do no harm when the collector is gone, and the log says so once', async () => {
    const { collector, lines, tracing } = await setup();
    collector.answer(400);
    tracing.ended(statement);
    await expect.poll(() => lines.join('')).toContain('Traces can not be sent');
    collector.answer(200);
    tracing.ended(statement);
    await expect.poll(() => lines.join('')).toContain('Traces are sent again');
    expect(lines).toHaveLength(2);
  });
});

describe('services inside spans', () => {
  it('answer as they did, whatever kind of answer it is', async () => {
    const { collector, tracing } = await setup();
    const plain = servicesThat(({ name }) => (name === 'dataWipes.keySet' ? { keys: [] } : Promise.resolve(name)));
    const traced: Services = traceServices(plain, tracing);
    expect(traced.dataWipes.keySet()).toEqual({ keys: [] });
    await expect(traced.earnings.listHeld(actorWith(), { limit: 1, cursor: null })).resolves.toBe('earnings.listHeld');
    await expect
      .poll(() => collector.spans().map(({ name }) => name))
      .toEqual(['dataWipes.keySet', 'earnings.listHeld']);
  });
});
