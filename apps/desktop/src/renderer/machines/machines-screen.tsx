import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function MachinesScreen() {
  return (
    <Page title="Machines">
      <Loading />
    </Page>
  );
}
