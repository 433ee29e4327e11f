import type { ReactElement } from 'react';
import type { Flow } from '@/api/types';
import { COLUMNS, columnOf } from '@/core/flow';
import { useWords } from '@/i18n';
import { StepCard } from './StepCard';
import css from './Flow.module.css';

interface Props {
  readonly flow: Flow;
  readonly gains: ReadonlyMap<string, number>;
  readonly choose: (id: string) => void;
}

/** The same flow from top to bottom, for narrow screens. */
export function StageList({ flow, gains, choose }: Props): ReactElement {
  const { t } = useWords();
  const stages = [...COLUMNS, 'alert' as const]
    .map((kind) => ({ kind, steps: flow.steps.filter((s) => columnOf(s.kind) === kind) }))
    .filter((stage) => stage.steps.length > 0);
  return (
    <ol className={css.stages}>
      {stages.map(({ kind, steps }) => (
        <li key={kind} className={css.stageItem}>
          <h2 className={css.stageName}>{t(`flow.column.${kind}`)}</h2>
          <div className={css.stageCards}>
            {steps.map((step) => (
              <StepCard key={step.id} step={step} gain={gains.get(step.id) ?? 0} chosen={false} choose={() => choose(step.id)} />
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}
