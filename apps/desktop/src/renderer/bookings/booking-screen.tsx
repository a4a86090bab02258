import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function BookingScreen() {
  return (
    <Page title="Booking">
      <Loading />
    </Page>
  );
}
