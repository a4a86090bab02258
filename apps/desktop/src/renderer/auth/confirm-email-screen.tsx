import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ConfirmEmailScreen() {
  return (
    <Page title="Confirm">
      <Loading />
    </Page>
  );
}
