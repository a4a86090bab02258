import type { UpdateState } from '../../../shared/bridge.ts';
import type { Ports, UpdateEvent, UpdatesPort } from '../ports.ts';

/** Knows how far an update is. A new version is downloaded by itself and installed when the person says so. */
export interface Updater {
  state(): UpdateState;
  /** Looks now, and then from time to time. */
  start(): void;
  /** Nothing happens when no version is ready. */
  install(): void;
  stop(): void;
}

const CHECK_INTERVAL_MS = 6 * 3_600_000;

export function createUpdater(options: {
  readonly port: UpdatesPort;
  readonly onState: (state: UpdateState) => void;
  readonly log: Ports['log'];
  readonly checkIntervalMs?: number;
}): Updater {
  const { port, onState, log, checkIntervalMs = CHECK_INTERVAL_MS } = options;
  let state: UpdateState = port.kind === 'off' ? { kind: 'off', reason: port.reason } : { kind: 'current' };
  let timer: NodeJS.Timeout | null = null;

  const become = (next: UpdateState): void => {
    state = next;
    onState(next);
  };

  async function check(): Promise<void> {
    // What is on its way or waiting to be installed is not asked for again.
    if (port.kind === 'off' || state.kind === 'checking' || state.kind === 'downloading' || state.kind === 'ready')
      return;
    become({ kind: 'checking' });
    await port.check();
  }

  function look(): void {
    check().catch((error: unknown) => failed('The update feed can’t be read.', error));
  }

  function failed(message: string, error: unknown): void {
    log({ event: 'update_failed', detail: message, error });
    become({ kind: 'failed', message });
  }

  return {
    state: () => state,
    start: () => {
      if (port.kind === 'off' || timer !== null) return;
      port.listen((event) => {
        const next = afterEvent(state, event);
        if (next === null) return;
        if (next.kind === 'failed') failed(next.message, null);
        else become(next);
      });
      timer = setInterval(look, checkIntervalMs);
      timer.unref();
      look();
    },
    install: () => {
      if (port.kind === 'feed' && state.kind === 'ready') port.install();
    },
    stop: () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}

/** The next state, or null when an event comes too late to mean anything: a version that is ready stays so. */
export function afterEvent(state: UpdateState, event: UpdateEvent): UpdateState | null {
  if (state.kind === 'ready' || state.kind === 'off') return null;
  switch (event.kind) {
    case 'none':
      return { kind: 'current' };
    case 'progress':
      return { kind: 'downloading', version: event.version, percent: percentOf(event.percent) };
    case 'downloaded':
      return { kind: 'ready', version: event.version };
    case 'failed':
      return { kind: 'failed', message: event.message };
  }
}

function percentOf(value: number): number {
  return Number.isFinite(value) ? Math.round(Math.min(100, Math.max(0, value))) : 0;
}
