import type { SshSession } from '../ssh/ssh-session.ts';

/** What reaches a strategy through its factory. */
export interface BenchmarkContext {
  /** Ends with the work's signal. */
  readonly session: SshSession;
  /** Goes on for a while after the work's signal, so that what was put on the machine is taken away also then. */
  readonly cleanUpSession: SshSession;
  /** Part of the names of what a strategy puts on the machine; derived from the benchmark's id. */
  readonly runId: string;
  /** From 0 to 100. */
  readonly onProgress: (percent: number) => void;
}
