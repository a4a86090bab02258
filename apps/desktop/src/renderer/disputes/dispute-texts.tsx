import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { formatDateTime } from '../format/time.ts';
import { decisionText, disputeReasonWords, otherSide, sideName } from './dispute-words.ts';

/** What both sides say, and how it was decided. */
export function DisputeTexts({ dispute }: { readonly dispute: DisputeRead }) {
  const { createdAt, decision, openedBy, reason, respondedAt, response, closedAt, text } = dispute;
  const answering = otherSide(openedBy);
  return (
    <div className="flex flex-col gap-3">
      <Statement
        who={`${sideName(dispute, openedBy)} (${openedBy})`}
        at={createdAt}
        title={disputeReasonWords[reason]}
        text={text}
      />
      {response !== null && (
        <Statement
          who={`${sideName(dispute, answering)} (${answering})`}
          at={respondedAt ?? createdAt}
          title="Answer"
          text={response}
        />
      )}
      {decision !== null && (
        <Statement
          who="An administrator"
          at={closedAt ?? createdAt}
          title={`Decision: ${decisionText(dispute)}`}
          text={decision.reason}
        />
      )}
    </div>
  );
}

function Statement({
  who,
  at,
  title,
  text,
}: {
  readonly who: string;
  readonly at: Date;
  readonly title: string;
  readonly text: string;
}) {
  return (
    <figure className="rounded-md border-l-2 border-input bg-muted px-4 py-3 text-sm">
      <figcaption className="mb-1">
        <span className="font-medium">{title}</span>
        <span className="block text-[13px] text-muted-foreground">
          {who}, {formatDateTime(at)}
        </span>
      </figcaption>
      <blockquote className="break-words whitespace-pre-line">{text}</blockquote>
    </figure>
  );
}
