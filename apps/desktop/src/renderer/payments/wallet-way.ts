import type { ClientError } from '../api/client-error.ts';

/** What the way to the wallet is called after a refusal that is dealt with there; null after all others. */
export function walletWay({ code, field }: Pick<ClientError, 'code' | 'field'>): string | null {
  if (code === 'limit_reached' && field === 'spending') return 'Open your monthly limit';
  if (code === 'account_restricted') return 'See what is owed';
  if (code === 'insufficient_funds') return 'Open the wallet';
  return null;
}
