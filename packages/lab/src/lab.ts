import type { HostOptions, LabHost } from './hosts/lab-host.ts';
import type { RunningHost } from './hosts/running-host.ts';
import { startHost } from './hosts/start-host.ts';
import type { RootStore } from './roots/root-store.ts';

/** The hosts of one process. Any number of labs, in any number of processes, live side by side on a machine. */
export class Lab {
  readonly #roots: RootStore;
  readonly #cacheDir: string;
  readonly #hosts = new Set<RunningHost>();
  readonly #starting = new Set<Promise<RunningHost>>();
  #stopped = false;

  constructor(options: { roots: RootStore; cacheDir: string }) {
    this.#roots = options.roots;
    this.#cacheDir = options.cacheDir;
  }

  /** Starts a host and resolves when it is up. It ends with `stop`, with the lab, or when this process dies. */
  async startHost(options: HostOptions): Promise<LabHost> {
    if (this.#stopped) throw new Error('this lab was stopped');
    const context = {
      roots: this.#roots,
      cacheDir: this.#cacheDir,
      onStop: (host: RunningHost) => void this.#hosts.delete(host),
    };
    const starting = startHost(context, options).then((host) => {
      this.#hosts.add(host);
      return host;
    });
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /** Stops every host, also those that are just starting. Safe to call again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#hosts].map((host) => host.stop()));
  }
}
