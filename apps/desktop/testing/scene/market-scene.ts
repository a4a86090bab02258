import { useLab } from '@rsm/server/testing';
import type { Lab, LabHost } from '@rsm/lab';
import { openScene, type Scene } from './scene.ts';

/** A scene with a worker, and a throw-away host to connect. */
export interface MarketScene extends Scene {
  readonly labHost: LabHost;
}

/**
 * The scene for a file of tests that needs a machine. Where there can be no lab, its tests are skipped with the reason. Call it
 * at the top of the file, and `open` in a hook.
 */
export function useMarketScene(): { open(): Promise<MarketScene | null> } {
  const lab = useLab();
  return {
    open: async () => {
      const hosts = await lab.open();
      return hosts === null ? null : openWithHost(hosts);
    },
  };
}

async function openWithHost(lab: Lab): Promise<MarketScene> {
  const starting = lab.startHost({ flavour: 'debian' });
  // What the handover compares, and a second kind in another unit that takes next to no processor; the tour measures all of them.
  const scene = await openScene({ BENCHMARK_KINDS: 'cpu,network' });
  const [labHost] = await Promise.all([starting, scene.installation.work()]);
  return {
    ...scene,
    labHost,
    close: async () => {
      await scene.close();
      await lab.stop();
    },
  };
}
