import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function MarketScreen() {
  return (
    <Page title="Market">
      <Loading />
    </Page>
  );
}
