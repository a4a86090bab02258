import { quote } from './trouble-context.ts';
import type { TroubleContext } from './trouble-context.ts';

export interface ClockTrouble {
  /** Moves the host to another zone, as an administrator would; cron is told. Its clock itself is that of this machine. */
  setTimeZone(zone: string): Promise<void>;
}

export function createClockTrouble(context: TroubleContext): ClockTrouble {
  return {
    setTimeZone: async (zone) => {
      const file = quote(`/usr/share/zoneinfo/${zone}`);
      await context.run(`
        if [ ! -f ${file} ]; then echo "timeZone: there is no zone ${zone}" >&2; exit 1; fi
        ln -sf ${file} /etc/localtime
        echo ${quote(zone)} > /etc/timezone
        if [ -x /etc/init.d/cron ]; then service cron restart; fi`);
    },
  };
}
