import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ResetPasswordScreen() {
  return (
    <Page title="New password">
      <Loading />
    </Page>
  );
}
