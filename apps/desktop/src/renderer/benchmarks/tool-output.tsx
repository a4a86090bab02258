import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { benchmarkKindWords } from '../format/words.ts';
import { RawOutput } from '../ui/raw-output.tsx';

/** The tool's own words, loaded only when somebody asks for them. */
export function ToolOutput({ run }: { readonly run: BenchmarkRead }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const raw = useQuery(
    trpc.benchmarks.rawOutput.queryOptions({ id: run.id }, { enabled: isOpen, meta: { passing: true } }),
  );
  return <RawOutput subject={benchmarkKindWords[run.kind]} isOpen={isOpen} onOpenChange={setOpen} query={raw} />;
}
