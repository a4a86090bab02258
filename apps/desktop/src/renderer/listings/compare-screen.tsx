import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function CompareScreen() {
  return (
    <Page title="Compare">
      <Loading />
    </Page>
  );
}
