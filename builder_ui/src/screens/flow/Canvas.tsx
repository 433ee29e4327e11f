import { useElementSize } from '@mantine/hooks';
import { useMemo, type CSSProperties, type ReactElement } from 'react';
import type { Flow } from '@/api/types';
import { layOut, LEAST_WIDTH, type Line } from '@/core/flow';
import { useWords } from '@/i18n';
import { StepCard } from './StepCard';
import css from './Flow.module.css';

interface Props {
  readonly flow: Flow;
  readonly gains: ReadonlyMap<string, number>;
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
}

function Thread({ line, moving, lit }: { readonly line: Line; readonly moving: boolean; readonly lit: boolean }): ReactElement {
  return (
    <g>
      <path className={css.thread} d={line.path} data-lit={lit || undefined} />
      {moving && <circle className={css.pulse} r="4.5" style={{ offsetPath: `path("${line.path}")` } as CSSProperties} />}
    </g>
  );
}

/** The flow from left to right, drawn to the width there is. */
export function Canvas({ flow, gains, chosen, choose }: Props): ReactElement {
  const { t } = useWords();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const layout = useMemo(() => layOut(flow.steps, flow.edges, Math.max(width, LEAST_WIDTH)), [flow.steps, flow.edges, width]);
  const steps = new Map(flow.steps.map((s) => [s.id, s]));
  return (
    <div className={css.canvas} role="group" aria-label={t('flow.canvas', { n: flow.steps.length })}>
      <p className={css.legend}>{t('flow.legend')}</p>
      <div ref={ref} className={css.stage} style={{ height: layout.height }}>
        <svg className={css.threads} width={layout.width} height={layout.height} aria-hidden="true">
          {layout.lines.map((line) => (
            <Thread key={line.id} line={line} moving={gains.has(line.from) && gains.has(line.to)} lit={chosen === line.from || chosen === line.to} />
          ))}
        </svg>
        {layout.columns.map((column) => (
          <span key={column.kind} className={css.columnName} style={{ left: column.x, width: column.w }}>{t(`flow.column.${column.kind}`)}</span>
        ))}
        {layout.cards.map((card) => {
          const step = steps.get(card.id);
          return step && (
            <StepCard
              key={card.id} step={step} gain={gains.get(card.id) ?? 0} chosen={chosen === card.id} choose={() => choose(card.id)}
              style={{ left: card.x, top: card.y, width: card.w, height: card.h }}
            />
          );
        })}
      </div>
    </div>
  );
}
