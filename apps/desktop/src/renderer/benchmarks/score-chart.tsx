import { REFERENCE_SCORE } from '@rsm/domain/benchmarks/benchmark-method';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatInteger } from '../format/size.ts';
import { useTheme } from '../settings/use-theme.ts';

import type { ScorePoint } from './score-history.ts';

const HEIGHT_PX = 160;
const DAY_S = 86_400;
const dayWords = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Scores over time, with the reference as a dashed line. Loaded only when it is looked at. */
export function ScoreChart({ points }: { readonly points: readonly ScorePoint[] }) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const styles = getComputedStyle(document.documentElement);
    const color = (name: string): string => styles.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--muted-foreground'),
      grid: { stroke: color('--border'), width: 1 },
      ticks: { show: false },
      font: '11px sans-serif',
    };
    const times = points.map(({ at }) => at.getTime() / 1_000);
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          // One day at least, so that two runs within minutes do not look like a trend over years.
          x: { range: (_, min, max) => (max - min < DAY_S ? [max - DAY_S, max + DAY_S / 12] : [min, max]) },
          y: { range: (_, __, max) => [0, Math.max(max, REFERENCE_SCORE) * 1.1] },
        },
        axes: [
          { ...axis, values: (_, times) => times.map((time) => dayWords.format(time * 1_000)) },
          { ...axis, size: 48, values: (_, scores) => scores.map((score) => formatInteger(score)) },
        ],
        series: [
          {},
          { stroke: color('--chart-1'), width: 2, points: { show: true, size: 7, fill: color('--chart-1') } },
          { stroke: color('--muted-foreground'), width: 1, dash: [5, 4], points: { show: false } },
        ],
      },
      [times, points.map(({ score }) => score), points.map(() => REFERENCE_SCORE)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, theme]);
  return <div ref={host} aria-hidden style={{ height: HEIGHT_PX }} />;
}
