import type { Services, ServerInfoSource } from '@rsm/api';
import type { Clock } from '@rsm/domain/common/instant';
import type { JobName, JobPayload } from '@rsm/domain/jobs/job';
import type { Workflow } from '@rsm/domain/workflows/workflow';

/** A workflow for every job of the product. */
export type Workflows = { readonly [Name in JobName]: Workflow<JobPayload<Name>> };

/** The published half of the keys that sign certificates (RFC 7517). */
export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** What the processes need of the composition root. `compose` makes it, tests make smaller ones. */
export interface HttpComposition {
  readonly services: Services;
  readonly serverInfo: ServerInfoSource;
  /** Key set for certificates, all keys that ever signed. */
  certificateKeySet(): Promise<JsonWebKeySet>;
  /** Resolves when requests can be answered: the database answers and its schema is the one of this version. */
  checkReady(): Promise<void>;
}

export interface WorkerComposition {
  readonly clock: Clock;
  readonly workflows: Workflows;
  /** Straight to Postgres, as the role of the application. */
  readonly jobsUrl: string;
  /** Calls back when there may be new job requests. Returns the way to stop. */
  onJobs(wake: () => void): () => void;
}

export interface Composition extends HttpComposition, WorkerComposition {
  /** Closes every pool and connection; the last thing a process does. */
  close(): Promise<void>;
}
