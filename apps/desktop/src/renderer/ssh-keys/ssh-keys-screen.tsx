import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function SshKeysScreen() {
  return (
    <Page title="SSH keys">
      <Loading />
    </Page>
  );
}
