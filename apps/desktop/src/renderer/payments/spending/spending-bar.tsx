import { SPENDING_ALARM_PERCENTS } from '@rsm/domain/spending/spending';
import { BAR_PARTS, type SpendingShare } from './spending-share.ts';

const HEIGHT = 12;
const fills = { success: 'fill-chart-1', warning: 'fill-warning', danger: 'fill-danger' } as const;

/** A month as a bar, with marks where the person is told. */
export function SpendingBar({ share, label }: { readonly share: SpendingShare; readonly label: string }) {
  return (
    <div>
      <svg
        viewBox={`0 0 ${String(BAR_PARTS)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        className="h-3 w-full overflow-hidden rounded-full"
        role="img"
        aria-label={label}
      >
        <rect width={BAR_PARTS} height={HEIGHT} className="fill-border" />
        <rect width={share.parts} height={HEIGHT} className={fills[share.tone]} />
        {SPENDING_ALARM_PERCENTS.filter((percent) => percent < 100).map((percent) => (
          <line
            key={percent}
            x1={(percent * BAR_PARTS) / 100}
            x2={(percent * BAR_PARTS) / 100}
            y1={0}
            y2={HEIGHT}
            className="stroke-foreground"
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <div aria-hidden className="relative mt-1 h-4 text-xs text-muted-foreground tabular-nums">
        <span className="absolute left-0">0 %</span>
        <span className="absolute left-1/2 -translate-x-1/2">50 %</span>
        <span className="absolute left-[80%] -translate-x-1/2">80 %</span>
        <span className="absolute right-0">100 %</span>
      </div>
    </div>
  );
}
