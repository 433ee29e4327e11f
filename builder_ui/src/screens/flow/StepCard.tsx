import { BellRing, GitBranch, PackageCheck, Printer, Shuffle, Store, Warehouse, type LucideIcon } from 'lucide-react';
import type { CSSProperties, ReactElement } from 'react';
import type { FlowStep, StepKind } from '@/api/types';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import css from './Flow.module.css';

export const STEP_ICON: Readonly<Record<StepKind, LucideIcon>> = {
  source: Store, mapping: Shuffle, rules: GitBranch, warehouse: Warehouse, wms: PackageCheck, label: Printer, alert: BellRing,
};

interface Props {
  readonly step: FlowStep;
  readonly gain: number;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly style?: CSSProperties;
}

export function StepCard({ step, gain, chosen, choose, style }: Props): ReactElement {
  const { t, say } = useWords();
  const Icon = STEP_ICON[step.kind];
  return (
    <button
      type="button" className={css.card} data-kind={step.kind} data-step={step.id} aria-pressed={chosen} onClick={choose} style={style}
    >
      <span className={css.cardHead}>
        <span className={css.cardIcon}><Icon size={17} aria-hidden="true" /></span>
        <span className={css.cardTitle}>{say(step.title)}</span>
      </span>
      <span className={css.cardCounts}>
        <span className={css.cardCount} data-rising={gain > 0 || undefined}>{formatCount(step.count_24h)}</span>
        <span className="ol-hide">{t('flow.count_24h')}</span>
        {gain > 0 && <span key={step.count_24h} className={css.gain} aria-hidden="true">{`+${formatCount(gain)}`}</span>}
        {step.waiting > 0 && <span className={css.waiting}>{t('flow.waiting', { n: step.waiting })}</span>}
      </span>
      {step.faults > 0 && (
        <>
          <span className={css.fault} aria-hidden="true">{step.faults > 999 ? '999+' : step.faults}</span>
          <span className="ol-hide">{t('flow.faults', { n: step.faults })}</span>
        </>
      )}
    </button>
  );
}
