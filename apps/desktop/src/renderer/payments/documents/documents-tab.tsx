import { BillingDataCard } from './billing-data-card.tsx';
import { DocumentList } from './document-list.tsx';

/** What the tax office wants to see, and what stands on it. */
export function DocumentsTab() {
  return (
    <div className="flex flex-col gap-5">
      <DocumentList />
      <BillingDataCard />
    </div>
  );
}
