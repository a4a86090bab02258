import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ForgotPasswordScreen() {
  return (
    <Page title="Forgot password">
      <Loading />
    </Page>
  );
}
