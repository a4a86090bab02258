import type { Instant } from '@rsm/domain/common/instant';
import { earlier, instant, later, plusMs } from '@rsm/domain/common/instant';
import type { JobName } from '@rsm/domain/jobs/job';
import { jobPayloadSchemas } from '@rsm/domain/jobs/job';
import { splitOrigin } from '@rsm/domain/jobs/job-origin';
import type { WorkflowOutcome } from '@rsm/domain/workflows/workflow';
import type { Client } from 'pg';
import type { Workflows } from '../composition.ts';
import type { SettableClock } from './settable-clock.ts';

interface JobRow {
  readonly key: string;
  readonly name: JobName;
  readonly payload: unknown;
}

export interface FailedJob {
  readonly name: JobName;
  readonly error: unknown;
}

/** More jobs than this in one go are a loop that does not end. */
const JOBS_MAX = 20_000;
/** Pause before a job whose handler threw is tried again. */
const FAILED_RETRY_MS = 2_000;

/**
 * Runs what `job_requests` asks for through the workflows, in this process and by the test's clock, the way the worker does it
 * by the real one. A job that dies (its promise never settles) is lost, as with a killed worker: the sweep finds its subject.
 */
export class JobDriver {
  readonly #workflows: Workflows;
  readonly #clock: SettableClock;
  readonly #sql: Client;
  readonly #abort = new AbortController();
  #deaths = 0;
  #dying: PromiseWithResolvers<'died'> = Promise.withResolvers();

  /** What handlers threw; the worker would log it and try again. */
  readonly failures: FailedJob[] = [];

  constructor(options: { readonly workflows: Workflows; readonly clock: SettableClock; readonly sql: Client }) {
    this.#workflows = options.workflows;
    this.#clock = options.clock;
    this.#sql = options.sql;
  }

  /** Runs everything that is due at this moment, until nothing is. */
  async runDue(): Promise<void> {
    for (let count = 0; count < JOBS_MAX; count += 1) {
      const job = await this.#take();
      if (job === null) return;
      await this.#run(job);
    }
    throw new Error(`More than ${String(JOBS_MAX)} jobs at one moment: something asks for itself again and again.`);
  }

  /** From now on nobody looks at the machines of earlier tests: with each of them, every hour of the next test would take longer. */
  async forgetProbes(): Promise<void> {
    await this.#sql.query(`DELETE FROM job_requests WHERE name = 'machine.probe'`);
  }

  /** Looks for work whose job was lost, as the worker does every 15 seconds, and runs it. */
  async sweep(): Promise<void> {
    await this.#workflows.sweep.run({}, { signal: this.#abort.signal });
    await this.runDue();
  }

  /**
   * Lets time pass from job to job, running each when it is due. With `stepMs` the worker is late: it looks only so often.
   */
  async advance(ms: number, options: { readonly sweepEveryMs?: number; readonly stepMs?: number } = {}): Promise<void> {
    const until = plusMs(this.#clock.now(), ms);
    let nextSweep = options.sweepEveryMs === undefined ? null : plusMs(this.#clock.now(), options.sweepEveryMs);
    await this.runDue();
    for (let count = 0; count < JOBS_MAX; count += 1) {
      const due = await this.#nextDue();
      const next = earlier(until, earlier(due ?? until, nextSweep ?? until));
      const look = plusMs(this.#clock.now(), options.stepMs ?? 0);
      // A slow visit may have taken the clock past the end already.
      this.#clock.set(later(this.#clock.now(), earlier(until, later(next, look))));
      if (nextSweep !== null && options.sweepEveryMs !== undefined && nextSweep <= this.#clock.now()) {
        await this.sweep();
        nextSweep = plusMs(this.#clock.now(), options.sweepEveryMs);
      }
      await this.runDue();
      if (this.#clock.now() >= until) return;
    }
    throw new Error('Time does not pass: something asks for itself again and again.');
  }

  /** Lets time pass until nothing is asked for within `horizonMs`; sweeps meanwhile. */
  async settle(horizonMs: number): Promise<void> {
    for (let count = 0; count < 1_000; count += 1) {
      await this.sweep();
      const due = await this.#nextDue();
      if (due === null || due > this.#clock.now() + horizonMs) return;
      await this.advance(due - this.#clock.now());
    }
    throw new Error('It never comes to rest.');
  }

  /**
   * Ends the worker here and now: the caller's promise never settles, the driver goes on with the next job. For `onVisit`.
   */
  die(): Promise<never> {
    this.#deaths += 1;
    this.#dying.resolve('died');
    return new Promise(() => undefined);
  }

  get deaths(): number {
    return this.#deaths;
  }

  async #run(job: JobRow): Promise<void> {
    this.#dying = Promise.withResolvers();
    try {
      const outcome = await Promise.race([this.#call(job), this.#dying.promise]);
      if (outcome !== 'died' && outcome.kind === 'again') await this.#again(job, outcome.at);
    } catch (error) {
      this.failures.push({ name: job.name, error });
      await this.#again(job, plusMs(this.#clock.now(), FAILED_RETRY_MS));
    }
  }

  #call({ name, payload: written }: JobRow): Promise<WorkflowOutcome> {
    const { payload } = splitOrigin(written);
    const work = { signal: this.#abort.signal };
    switch (name) {
      case 'machine.scan':
      case 'machine.verify':
      case 'machine.install_tools':
      case 'machine.probe':
      case 'machine.reliability':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'benchmark.run':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'benchmarks.remeasure':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'booking.provision':
      case 'booking.check_handover':
      case 'booking.move_deadline':
      case 'booking.auto_extend':
      case 'booking.settle_week':
      case 'booking.end':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'booking.notice':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'wipe.run':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'earning.release':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'payment.auto_top_up':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'payment.settle':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'processor_event.apply':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'payout.send':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'processor.reconcile':
      case 'documents.issue':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
      case 'payouts.run':
      case 'sweep':
        return this.#workflows[name].run(jobPayloadSchemas[name].parse(payload), work);
    }
  }

  async #take(): Promise<JobRow | null> {
    const { rows } = await this.#sql.query<JobRow>({
      // Named, so that Postgres plans it once: this is asked more often than anything else in the long tests.
      name: 'take-job',
      text: `DELETE FROM job_requests WHERE key = (
         SELECT key FROM job_requests WHERE run_at <= to_timestamp($1::float8 / 1000) ORDER BY run_at, key LIMIT 1)
       RETURNING key, name, payload`,
      values: [this.#clock.now()],
    });
    return rows[0] ?? null;
  }

  async #nextDue(): Promise<Instant | null> {
    const { rows } = await this.#sql.query<{ at: string | null }>({
      name: 'next-job',
      text: 'SELECT (extract(epoch FROM min(run_at)) * 1000)::bigint AS at FROM job_requests',
    });
    const at = rows[0]?.at ?? null;
    return at === null ? null : instant(Number(at));
  }

  /** The earlier time wins, as with the real mover. */
  async #again(job: JobRow, at: Instant): Promise<void> {
    await this.#sql.query(
      `INSERT INTO job_requests (key, name, payload, run_at, created_at)
       VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000))
       ON CONFLICT (key) DO UPDATE SET run_at = least(job_requests.run_at, excluded.run_at)`,
      [job.key, job.name, JSON.stringify(job.payload), at, this.#clock.now()],
    );
  }
}
