import { Page } from '../ui/page.tsx';
import { Loading } from '../ui/states.tsx';

export function ListingScreen() {
  return (
    <Page title="Listing">
      <Loading />
    </Page>
  );
}
