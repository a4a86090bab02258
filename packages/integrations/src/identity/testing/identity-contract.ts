import { afterEach, describe } from 'vitest';
import { describeAccessTokens } from './contract/access-tokens.ts';
import { describeAccounts } from './contract/accounts.ts';
import type { IdentityContractHarness } from './contract/contract-test.ts';
import { contractTest } from './contract/contract-test.ts';
import { describeMailedTokens } from './contract/mailed-tokens.ts';
import { describeSessions } from './contract/sessions.ts';

export type { IdentityContractHarness, MailedTokenKind } from './contract/contract-test.ts';

export interface IdentityContractOptions {
  /** The adapter's second variant, which only differs in how people come in: the rest is seen again in the deep run only. */
  readonly isVariant?: boolean;
}

/** What every identity adapter must do. Run by each adapter's own test against its real counterpart. */
export function describeIdentityContract(
  adapter: string,
  start: () => Promise<IdentityContractHarness>,
  { isVariant = false }: IdentityContractOptions = {},
): void {
  const running: IdentityContractHarness[] = [];
  afterEach(async () => {
    for (const harness of running.splice(0)) await harness.close();
  });
  const setup = async () => {
    const harness = await start();
    running.push(harness);
    return contractTest(harness);
  };
  describeAccounts(adapter, setup);
  const isOnceMore = isVariant ? { tags: 'deep' } : {};
  describe('by mail', isOnceMore, () => {
    describeMailedTokens(adapter, setup);
  });
  describe('once inside', isOnceMore, () => {
    describeSessions(adapter, setup);
    describeAccessTokens(adapter, setup);
  });
}
