import { setTimeout as sleep } from 'node:timers/promises';
import { useTestDatabase } from '@rsm/db/testing';
import { DAY_MS } from '@rsm/domain/common/instant';
import superjson from 'superjson';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createCommandLogSink } from '../command-log-sink.ts';
import { API_PATH } from '../http/http-server.ts';
import { startHttp } from '../http/start-http.ts';
import { createLogger } from '../logging.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { createTestProduct, type TestProduct } from '../testing/test-product.ts';
import { createOtlpTracing, type RunningTracing } from '../tracing/otlp-tracing.ts';
import { startCollector, type Collector } from '../tracing/testing/collector.ts';
import { startWorker } from '../worker/worker.ts';

const database = useTestDatabase();
let collector: Collector;
let tracing: RunningTracing;
let made: TestProduct | undefined;
const product = (): TestProduct => {
  if (made === undefined) throw new Error('The product exists only while tests run.');
  return made;
};

beforeAll(async () => {
  collector = await startCollector();
  const log = createLogger({ level: 'silent' });
  tracing = createOtlpTracing({ endpoint: collector.url, service: 'rsm-test', log });
  made = await createTestProduct({ database: database(), tracing });
});
afterAll(async () => {
  await made?.close();
  await tracing.stop();
  await collector.close();
});

interface Line {
  readonly requestId?: string;
  readonly job?: string;
  readonly event?: string;
  readonly path?: string;
  readonly msg?: string;
}

it('one search of the log follows a booking from its request through its job to the commands on the machine', async () => {
  const { config, seed } = product();
  const lines: Line[] = [];
  const log = createLogger({
    level: 'info',
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  });
  const { listing, machine } = await seed.listing();
  const renter = await seed.renter();
  const http = await startHttp({
    composition: product(),
    log,
    tracing,
    publicUrl: config.http.publicUrl,
    desktopOrigin: config.http.desktopOrigin,
    trustedProxies: [],
    host: '127.0.0.1',
    port: 0,
  });
  onTestFinished(async () => http.stop());

  const answer = await fetch(`http://127.0.0.1:${String(http.port)}${API_PATH}/bookings.create`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${Buffer.from(renter.actor.email).toString('base64url')}`,
    },
    body: superjson.stringify({
      idempotencyKey: 'booking-trail-1',
      listingId: listing.id,
      start: null,
      durationMs: DAY_MS,
      sshKeyIds: [renter.sshKeyId],
    }),
  });
  expect(await answer.text()).toContain('"status"');
  expect(answer.status).toBe(200);
  const requestId = answer.headers.get('x-request-id');

  // The machine is the test's, so its commands are recorded as the SSH pool records them: by who awaits them.
  const commandLog = createCommandLogSink({ uow: product().uow, log, metrics: noMetrics, tracing });
  onTestFinished(async () => commandLog.close());
  const { workflows } = product();
  const worker = await startWorker({
    composition: {
      ...product(),
      workflows: {
        ...workflows,
        'booking.provision': {
          run: async (payload, work) => {
            await sleep(1);
            commandLog.record({
              machineId: machine.id,
              credential: 'control',
              purpose: 'provision',
              template: 'useradd -- {name}',
              kind: 'changing',
              outcome: 'exited',
              exitStatus: 0,
              startedAt: product().clock.now(),
              durationMs: 4,
              outputBytes: 0,
            });
            return workflows['booking.provision'].run(payload, work);
          },
        },
      },
    },
    log,
    tracing,
    concurrency: 2,
  });
  onTestFinished(async () => worker.stop());

  const trail = (): readonly Line[] => lines.filter((line) => line.requestId === requestId);
  await expect.poll(() => trail().some(({ event }) => event === 'ssh_command'), { timeout: 30_000 }).toBe(true);
  expect(trail()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ msg: 'request', path: `${API_PATH}/bookings.create` }),
      expect.objectContaining({ event: 'ssh_command', job: 'booking.provision' }),
    ]),
  );

  // The same trail as a trace, whose id is the number of the request; a job is in it when it has ended.
  await worker.stop();
  await tracing.stop();
  const spans = collector.spans().filter(({ traceId }) => traceId === requestId?.replaceAll('-', ''));
  const parentNameOf = (name: string): string | undefined => {
    const span = spans.find((one) => one.name === name);
    return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
  };
  expect(parentNameOf('POST bookings.create')).toBeUndefined();
  expect(parentNameOf('bookings.create')).toBe('POST bookings.create');
  expect(parentNameOf('write_job_requests')).toBe('bookings.create');
  expect(parentNameOf('job booking.provision')).toBe('POST bookings.create');
  expect(parentNameOf('ssh provision')).toBe('job booking.provision');
  // Neither who books nor with what is anywhere in it.
  expect(JSON.stringify(spans)).not.toContain(renter.actor.userId);

  // What runs by itself is nobody's request.
  expect(lines.filter(({ job }) => job === 'sweep').every((line) => line.requestId === undefined)).toBe(true);
});
