import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ServerScreen() {
  return (
    <Page title="Server">
      <Loading />
    </Page>
  );
}
