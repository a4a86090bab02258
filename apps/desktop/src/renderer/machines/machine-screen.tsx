import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function MachineScreen() {
  return (
    <Page title="Machine">
      <Loading />
    </Page>
  );
}
