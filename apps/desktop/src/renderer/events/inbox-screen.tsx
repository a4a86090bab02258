import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function InboxScreen() {
  return (
    <Page title="Inbox">
      <Loading />
    </Page>
  );
}
