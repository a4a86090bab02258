import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../commands/run-until-stopped.ts';
import type { RunningHttp } from '../http/start-http.ts';
import { buildClient } from './client-build.ts';
import { findDesktopWindow, openDesktopWindow } from './desktop-window.ts';

export interface DemoClientOptions {
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
}

export interface DemoClient extends Part {
  /** Shows the client as soon as it is there; returns at once. */
  show(http: Pick<RunningHttp, 'loadPage'>, url: string): void;
}

/** Another build may be writing the folder just now: it is looked at again. */
const LOAD_TRIES_MAX = 5;
const LOAD_RETRY_MS = 2_000;

/** Builds the client beside the start of everything else, then serves it as a web page and opens a window where one can be. */
export function startDemoClient(options: DemoClientOptions): DemoClient {
  const { print, warn } = options;
  const stopping = new AbortController();
  const built = buildClient({
    rootDir: options.rootDir,
    env: options.env,
    signal: stopping.signal,
    onStart: () => print('Building the web page in the background, because its sources changed.'),
  });
  // Looked at in `show` and `stop`; until then nobody is there to see it.
  built.catch(() => undefined);
  let shown: Promise<void> = Promise.resolve();
  let window: Part | undefined;

  async function show(http: Pick<RunningHttp, 'loadPage'>, url: string): Promise<void> {
    const outcome = await built;
    if (outcome.kind === 'stopped') return;
    if (outcome.kind === 'failed') {
      warn(
        `The web page could not be built (${outcome.reason}); "npm run build" shows why, and the API works without it.`,
      );
    }
    if (!(await load(http))) return;
    print(`Web: ${url}`);
    const found = findDesktopWindow(options);
    if (found.kind === 'impossible') print(`No desktop window: ${found.reason}. The web page shows the same.`);
    else if (!stopping.signal.aborted) window = openDesktopWindow({ ...options, binary: found.binary, serverUrl: url });
  }

  async function load(http: Pick<RunningHttp, 'loadPage'>): Promise<boolean> {
    for (let tries = 1; tries <= LOAD_TRIES_MAX && !stopping.signal.aborted; tries += 1) {
      if (await http.loadPage().catch(() => false)) return true;
      await sleep(LOAD_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return false;
  }

  return {
    name: 'The web page',
    show: (http, url) => {
      shown = show(http, url).catch((error: unknown) => {
        warn(`The web page is not there: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    stop: async () => {
      stopping.abort();
      await built.catch(() => undefined);
      await shown;
      await window?.stop();
    },
  };
}
