import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ConnectMachineScreen() {
  return (
    <Page title="Connect a machine">
      <Loading />
    </Page>
  );
}
