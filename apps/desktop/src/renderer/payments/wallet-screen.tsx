import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function WalletScreen() {
  return (
    <Page title="Wallet">
      <Loading />
    </Page>
  );
}
