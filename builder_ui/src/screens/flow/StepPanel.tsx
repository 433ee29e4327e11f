import { Button, CloseButton } from '@mantine/core';
import { ArrowRight, CircleAlert } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { Flow, FlowStep } from '@/api/types';
import { ordersBehind } from '@/core/flow';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import { STEP_ICON } from './StepCard';
import css from './Flow.module.css';

interface Props {
  readonly flow: Flow;
  readonly step: FlowStep;
  readonly choose: (id: string) => void;
  readonly close: () => void;
}

function Neighbours({ title, steps, choose }: { readonly title: string; readonly steps: readonly FlowStep[]; readonly choose: (id: string) => void }): ReactElement | null {
  const { say } = useWords();
  if (steps.length === 0) return null;
  return (
    <section>
      <h3 className={css.panelHead}>{title}</h3>
      <div className={css.neighbours}>
        {steps.map((s) => {
          const Icon = STEP_ICON[s.kind];
          return (
            <button key={s.id} type="button" className={css.neighbour} data-kind={s.kind} onClick={() => choose(s.id)}>
              <Icon size={14} aria-hidden="true" />
              {say(s.title)}
            </button>
          );
        })}
      </div>
    </section>
  );
}

function Now({ step }: { readonly step: FlowStep }): ReactElement {
  const { t, say } = useWords();
  return (
    <section>
      <h3 className={css.panelHead}>{t('flow.panel.now')}</h3>
      <dl className={css.facts}>
        <div><dt>{t('flow.count_24h')}</dt><dd>{formatCount(step.count_24h)}</dd></div>
        <div data-tone={step.waiting > 0 ? 'warn' : undefined}><dt>{t('flow.tile.waiting')}</dt><dd>{formatCount(step.waiting)}</dd></div>
      </dl>
      {step.detail && <p className={css.panelText}>{say(step.detail)}</p>}
      {step.faults > 0 && (
        <p className={css.panelFault}>
          <CircleAlert size={16} aria-hidden="true" />
          {t('flow.panel.fault', { n: step.faults })}
        </p>
      )}
    </section>
  );
}

export function StepPanel({ flow, step, choose, close }: Props): ReactElement {
  const { t, say } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  const Icon = STEP_ICON[step.kind];
  const orders = ordersBehind(step);
  const linked = (ids: readonly string[]): FlowStep[] => flow.steps.filter((s) => ids.includes(s.id));
  useEffect(() => {
    title.current?.focus();
  }, [step.id]);
  return (
    <aside className={css.panel} aria-label={say(step.title)} onKeyDown={(e) => e.key === 'Escape' && close()}>
      <header className={css.panelTop} data-kind={step.kind}>
        <span className={css.cardIcon}><Icon size={18} aria-hidden="true" /></span>
        <div>
          <h2 ref={title} tabIndex={-1} className={css.panelTitle}>{say(step.title)}</h2>
          <span className={css.panelKind}>{t(`flow.column.${step.kind}`)}</span>
        </div>
        <CloseButton aria-label={t('common.close')} onClick={close} />
      </header>
      <Now step={step} />
      <section>
        <h3 className={css.panelHead}>{t('flow.panel.what')}</h3>
        <p className={css.panelText}>{t(`flow.what.${step.kind}`)}</p>
      </section>
      <Neighbours title={t('flow.panel.from')} steps={linked(flow.edges.filter((e) => e.to === step.id).map((e) => e.from))} choose={choose} />
      <Neighbours title={t('flow.panel.feeds')} steps={linked(flow.edges.filter((e) => e.from === step.id).map((e) => e.to))} choose={choose} />
      <div className={css.panelActions}>
        {orders !== null && (
          <Button component={Link} href={orders ? `/orders?${orders}` : '/orders'} rightSection={<ArrowRight size={16} />}>{t('flow.panel.orders')}</Button>
        )}
        {(step.faults > 0 || step.kind === 'alert') && (
          <Button component={Link} href="/exceptions" variant="default">{t('flow.panel.exceptions')}</Button>
        )}
      </div>
    </aside>
  );
}
