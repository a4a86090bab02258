import { serveMoney, type MoneyPerson, type ServedMoney } from '@rsm/server/testing';
import { openDesktopHost } from '../host/desktop-host.ts';
import type { Desktop } from '../host/desktop.ts';
import { signIn } from './door-flow.ts';
import { mouse } from './hands.ts';

/** A product in which money was earned and disputed, and computers of people who are signed in there. */
export interface MoneyScene {
  readonly money: ServedMoney;
  /** Starts a client whose clock agrees with the product's. */
  readonly start: (person: MoneyPerson) => Promise<Desktop>;
  readonly close: () => Promise<void>;
}

export async function openMoneyScene(): Promise<MoneyScene> {
  const host = await openDesktopHost();
  const money = await serveMoney({ desktopOrigin: host.origin });
  const desktops: Desktop[] = [];
  return {
    money,
    start: async (person) => {
      const desktop = await host.start({ serverUrl: money.url });
      desktops.push(desktop);
      await desktop.page.clock.setSystemTime(money.nowMs);
      await signIn(mouse, desktop.page, person);
      return desktop;
    },
    close: async () => {
      for (const desktop of desktops) await desktop.close();
      await host.close();
      await money.close();
    },
  };
}
