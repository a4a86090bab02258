import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function EarningsScreen() {
  return (
    <Page title="Earnings">
      <Loading />
    </Page>
  );
}
