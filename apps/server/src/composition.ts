import type { Services, ServerInfoSource } from '@rsm/api';
import type { Clock } from '@rsm/domain/common/instant';
import type { JobName, JobPayload } from '@rsm/domain/jobs/job';
import type { ProcessorInbox } from '@rsm/domain/payments/processor-inbox';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { Workflow } from '@rsm/domain/workflows/workflow';
import type { Config } from './config.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Tracing } from './tracing/tracing.ts';

/** A workflow for every job of the product. */
export type Workflows = { readonly [Name in JobName]: Workflow<JobPayload<Name>> };

/** What the processes need of the composition root. `compose` makes it, tests make smaller ones. */
export interface HttpComposition {
  readonly services: Services;
  readonly serverInfo: ServerInfoSource;
  /** Takes what the payment processor sends to its webhook. */
  readonly processorInbox: Pick<ProcessorInbox, 'receive'>;
  /** Resolves when requests can be answered: the database answers and its schema is the one of this version. */
  checkReady(): Promise<void>;
}

export interface WorkerComposition {
  readonly clock: Clock;
  readonly workflows: Workflows;
  /** Straight to Postgres, as the role of the application. */
  readonly jobsUrl: string;
  /** What has to be done now and then to the database itself; repeatable, hourly is enough. */
  maintain(): Promise<void>;
  /** Calls back when there may be new job requests. Returns the way to stop. */
  onJobs(wake: () => void): () => void;
}

export interface Composition extends HttpComposition, WorkerComposition {
  readonly uow: UnitOfWork;
  /** Closes every pool and connection; the last thing a process does. */
  close(): Promise<void>;
}

/** An opened database: where it is, and how to close what was opened for it. */
export interface OpenDatabase {
  /** For queries, as the role of the application. */
  readonly url: string;
  /** The same role, straight to Postgres: jobs and the listener. */
  readonly directUrl: string;
  /** The owner of the tables, straight to Postgres: migrations. */
  readonly ownerUrl: string;
  /** Where stale reads may be made, and how old they may be. */
  readonly replica: { readonly url: string; readonly staleMsMax: number } | null;
  /** Stops Postgres when it was started here. */
  close(): Promise<void>;
}

/** The composition root. It owns what it opens and closes it; the database stays its caller's. */
export type Compose = (options: {
  readonly config: Config;
  readonly database: OpenDatabase;
  readonly log: Logger;
  /** Nothing is measured without. */
  readonly metrics?: Metrics;
  /** Nothing is traced without. */
  readonly tracing?: Tracing;
}) => Promise<Composition>;
