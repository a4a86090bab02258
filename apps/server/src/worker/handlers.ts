import type { Instant } from '@rsm/domain/common/instant';
import { jobPayloadSchemas, type JobName } from '@rsm/domain/jobs/job';
import { splitOrigin, withOrigin } from '@rsm/domain/jobs/job-origin';
import type { Workflow } from '@rsm/domain/workflows/workflow';
import type { JobHelpers, Task } from 'graphile-worker';
import type { z } from 'zod';
import type { Workflows } from '../composition.ts';
import { withLogContext } from '../logging.ts';
import type { JobOutcome, Metrics } from '../metrics/metrics.ts';
import type { Tracing } from '../tracing/tracing.ts';

export interface HandlersOptions {
  readonly workflows: Workflows;
  readonly now: () => Instant;
  /** Asks for the job to be run again at that time. */
  readonly requestAgain: (job: {
    readonly name: JobName;
    readonly payload: unknown;
    readonly key: string;
    readonly runAt: Instant;
  }) => Promise<void>;
  /** Aborts when the process is about to end: passed to the workflows. */
  readonly stopping: AbortSignal;
  /** Aborts when a handler was asked to stop and did not: it is left behind, and its lease keeps others away. */
  readonly givenUp: AbortSignal;
  readonly metrics: Pick<Metrics, 'jobEnded'>;
  readonly tracing: Pick<Tracing, 'run'>;
}

export type Handlers = { readonly [Name in JobName]: Task };

/**
 * What graphile-worker calls for each job. A handler that throws is tried again with growing pauses; one that was
 * interrupted by our own end goes back to the queue at once, and that costs it no attempt.
 */
export function createHandlers(options: HandlersOptions): Handlers {
  const { workflows } = options;

  const handler =
    <Payload>(name: JobName, schema: z.ZodType<Payload>, workflow: Workflow<Payload>): Task =>
    async (rawPayload: unknown, { job }: JobHelpers): Promise<void> => {
      const written = splitOrigin(rawPayload);
      const payload = schema.parse(written.payload);
      // A job without a key was not made by us; it can be run, and repeated under its own name.
      const key = job.key ?? name;
      const { requestId } = written;
      const again = async (runAt: Instant): Promise<void> =>
        options.requestAgain({ name, payload: withOrigin(name, payload, requestId), key, runAt });
      const beganAtMs = Date.now();
      let result: JobOutcome = 'done';
      const lines = { job: name, jobKey: key, ...(requestId === null ? {} : { requestId }) };
      await withLogContext(lines, async () => {
        try {
          const span = { kind: 'job', name: `job ${name}`, attributes: { 'rsm.job_key': key } } as const;
          const run = options.tracing.run(span, async () => workflow.run(payload, { signal: options.stopping }));
          const outcome = await orGivenUp(run, options.givenUp);
          if (outcome.kind === 'again') {
            result = 'again';
            await again(outcome.at);
          }
        } catch (error) {
          result = options.stopping.aborted ? 'interrupted' : 'failed';
          if (!options.stopping.aborted) throw error;
          await again(options.now());
        } finally {
          const durationMs = Date.now() - beganAtMs;
          const startDelayMs = beganAtMs - job.run_at.getTime();
          options.metrics.jobEnded({ name, outcome: result, durationMs, startDelayMs });
        }
      });
    };

  return {
    'machine.scan': handler('machine.scan', jobPayloadSchemas['machine.scan'], workflows['machine.scan']),
    'machine.verify': handler('machine.verify', jobPayloadSchemas['machine.verify'], workflows['machine.verify']),
    'machine.install_tools': handler(
      'machine.install_tools',
      jobPayloadSchemas['machine.install_tools'],
      workflows['machine.install_tools'],
    ),
    'machine.probe': handler('machine.probe', jobPayloadSchemas['machine.probe'], workflows['machine.probe']),
    'machine.reliability': handler(
      'machine.reliability',
      jobPayloadSchemas['machine.reliability'],
      workflows['machine.reliability'],
    ),
    'benchmark.run': handler('benchmark.run', jobPayloadSchemas['benchmark.run'], workflows['benchmark.run']),
    'benchmarks.remeasure': handler(
      'benchmarks.remeasure',
      jobPayloadSchemas['benchmarks.remeasure'],
      workflows['benchmarks.remeasure'],
    ),
    'booking.provision': handler(
      'booking.provision',
      jobPayloadSchemas['booking.provision'],
      workflows['booking.provision'],
    ),
    'booking.check_handover': handler(
      'booking.check_handover',
      jobPayloadSchemas['booking.check_handover'],
      workflows['booking.check_handover'],
    ),
    'booking.move_deadline': handler(
      'booking.move_deadline',
      jobPayloadSchemas['booking.move_deadline'],
      workflows['booking.move_deadline'],
    ),
    'booking.auto_extend': handler(
      'booking.auto_extend',
      jobPayloadSchemas['booking.auto_extend'],
      workflows['booking.auto_extend'],
    ),
    'booking.settle_week': handler(
      'booking.settle_week',
      jobPayloadSchemas['booking.settle_week'],
      workflows['booking.settle_week'],
    ),
    'booking.end': handler('booking.end', jobPayloadSchemas['booking.end'], workflows['booking.end']),
    'booking.notice': handler('booking.notice', jobPayloadSchemas['booking.notice'], workflows['booking.notice']),
    'wipe.run': handler('wipe.run', jobPayloadSchemas['wipe.run'], workflows['wipe.run']),
    'payment.auto_top_up': handler(
      'payment.auto_top_up',
      jobPayloadSchemas['payment.auto_top_up'],
      workflows['payment.auto_top_up'],
    ),
    'payment.settle': handler('payment.settle', jobPayloadSchemas['payment.settle'], workflows['payment.settle']),
    'processor_event.apply': handler(
      'processor_event.apply',
      jobPayloadSchemas['processor_event.apply'],
      workflows['processor_event.apply'],
    ),
    'processor.reconcile': handler(
      'processor.reconcile',
      jobPayloadSchemas['processor.reconcile'],
      workflows['processor.reconcile'],
    ),
    'earning.release': handler('earning.release', jobPayloadSchemas['earning.release'], workflows['earning.release']),
    'documents.issue': handler('documents.issue', jobPayloadSchemas['documents.issue'], workflows['documents.issue']),
    'payout.send': handler('payout.send', jobPayloadSchemas['payout.send'], workflows['payout.send']),
    'payouts.run': handler('payouts.run', jobPayloadSchemas['payouts.run'], workflows['payouts.run']),
    sweep: handler('sweep', jobPayloadSchemas.sweep, workflows.sweep),
  };
}

async function orGivenUp<Result>(run: Promise<Result>, givenUp: AbortSignal): Promise<Result> {
  let giveUp: (() => void) | undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new Error('The handler did not stop in time.'));
    givenUp.addEventListener('abort', giveUp, { once: true });
    if (givenUp.aborted) giveUp();
  });
  try {
    return await Promise.race([run, abandoned]);
  } finally {
    if (giveUp !== undefined) givenUp.removeEventListener('abort', giveUp);
    // Left behind, it may still fail; nobody waits for it any more.
    run.catch(() => undefined);
    abandoned.catch(() => undefined);
  }
}
