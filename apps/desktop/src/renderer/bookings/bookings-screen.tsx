import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function BookingsScreen() {
  return (
    <Page title="Bookings">
      <Loading />
    </Page>
  );
}
