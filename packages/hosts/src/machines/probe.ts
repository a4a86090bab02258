import { DomainError } from '@rsm/domain/common/domain-error';
import type { MachineProber } from '@rsm/domain/machines/machine-host';
import { readOnly } from '../ssh/command-template.ts';
import { SshError } from '../ssh/ssh-error.ts';
import type { SshPool } from '../ssh/ssh-pool.ts';

/** Shorter than everything around it: two failed looks 30 s apart make a `down` minute. */
export const PROBE_TIMEOUT_MS = 8_000;

const DETAIL_LENGTH_MAX = 300;

/**
 * One cheap look, made of the shell's own words: the connection works, a process can be started, and the root file system
 * has not become read-only, which is what Linux does with a disk that fails. Runs as the login user, without sudo.
 */
const probeTemplate = readOnly(
  `options=
while read -r device place type flags rest; do
  if [ "$place" = / ]; then options=$flags; fi
done < /proc/mounts
case ",$options," in *,ro,*) echo read-only ;; *) echo up ;; esac`,
  { timeoutMs: 5_000, maxOutputBytes: 1_024 },
);

export interface MachineProberOptions {
  readonly pool: SshPool;
  /**
   * Our own control probe: whether we could have reached anything just now. Asked only when the machine did not answer, so
   * that an outage of ours is never counted against a provider.
   */
  readonly isOurNetworkUp: (signal: AbortSignal) => Promise<boolean>;
  readonly timeoutMs?: number;
}

export function createMachineProber(options: MachineProberOptions): MachineProber {
  const { isOurNetworkUp, pool } = options;
  return {
    async probe(target, work) {
      const late = AbortSignal.timeout(options.timeoutMs ?? PROBE_TIMEOUT_MS);
      const signal = AbortSignal.any([work.signal, late]);
      try {
        const { stdout } = await pool.session(target, { ...work, signal }).run(probeTemplate, {}, { as: 'login' });
        if (stdout.trim() === 'up') return { outcome: 'up', detail: null };
        return { outcome: 'degraded', detail: 'The file system of the machine has become read-only.' };
      } catch (error) {
        if (error instanceof DomainError && error.code === 'host_key_changed') throw error;
        work.signal.throwIfAborted();
        if (!late.aborted && !(error instanceof SshError)) throw error;
        // Our own lack of capacity says nothing about the machine.
        if (error instanceof SshError && error.code === 'busy')
          return { outcome: 'control_failed', detail: error.message };
        const detail = late.aborted ? 'The machine did not answer in time.' : messageOf(error);
        if (!(await isOurNetworkUp(work.signal)))
          return { outcome: 'control_failed', detail: 'Our own network was down.' };
        return { outcome: 'down', detail: detail.slice(0, DETAIL_LENGTH_MAX) };
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The machine did not answer.';
}
