import { CloudOff, PlugZap } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { Flow } from '@/api/types';
import { relative } from '@/core/time';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { useNarrow } from '@/ui/media';
import { useNow } from '@/ui/now';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import { Canvas } from './Canvas';
import { StageList } from './StageList';
import { StepPanel } from './StepPanel';
import { Tiles } from './Tiles';
import { useFlow } from './useFlow';
import css from './Flow.module.css';

function Stale({ since }: { readonly since: string }): ReactElement {
  const { t, locale } = useWords();
  const now = useNow(1_000);
  return (
    <div className={css.stale} role="alert">
      <CloudOff size={17} aria-hidden="true" />
      {t('flow.stale', { time: relative(since, now, locale) })}
    </div>
  );
}

function Plan({ flow, stale }: { readonly flow: Flow; readonly stale: boolean }): ReactElement {
  const { t } = useWords();
  return (
    <>
      <span className={css.live} data-stale={stale || undefined}>{t(stale ? 'top.live_lost' : 'top.live')}</span>
      {flow.plan ? (
        <span className={css.plan}>
          {t('flow.plan')}
          {' '}
          <Time iso={flow.plan.published_at} />
        </span>
      ) : (
        <span className={css.plan}>{t('flow.no_plan')}</span>
      )}
    </>
  );
}

function Body({ flow, gains }: { readonly flow: Flow; readonly gains: ReadonlyMap<string, number> }): ReactElement {
  const { t } = useWords();
  const narrow = useNarrow();
  const [chosen, setChosen] = useState<string | null>(null);
  const step = flow.steps.find((s) => s.id === chosen);
  const close = (): void => {
    const back = chosen;
    setChosen(null);
    document.querySelector<HTMLElement>(`[data-step="${CSS.escape(back ?? '')}"]`)?.focus();
  };
  const toggle = (id: string): void => setChosen(id === chosen ? null : id);
  if (flow.steps.length === 0) {
    return <EmptyState icon={PlugZap} title={t('flow.empty')} text={t('flow.empty_how')} />;
  }
  return (
    <div className={css.body}>
      {narrow ? <StageList flow={flow} gains={gains} choose={toggle} /> : <Canvas flow={flow} gains={gains} chosen={chosen} choose={toggle} />}
      {step && <StepPanel flow={flow} step={step} choose={setChosen} close={close} />}
    </div>
  );
}

export default function FlowScreen(): ReactElement {
  const { t } = useWords();
  const live = useFlow();
  const { flow } = live;
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('flow.title')}>{flow && <Plan flow={flow} stale={live.staleSince !== null} />}</ScreenTitle>
      {!flow && live.error !== null && <ProblemState error={live.error} title={t('problem.offline')} retry={live.retry} />}
      {!flow && live.error === null && <Busy />}
      {live.staleSince && <Stale since={live.staleSince} />}
      {flow && <Tiles flow={flow} />}
      {flow && <Body flow={flow} gains={live.gains} />}
    </div>
  );
}
