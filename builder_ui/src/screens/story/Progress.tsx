import { Check, Clock, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { OrderStory } from '@/api/types';
import { stages, type StageSeen } from '@/core/story';
import { useWords } from '@/i18n';
import { entryId } from './Timeline';
import css from './Story.module.css';

const MARK = { done: Check, failed: X, waiting: Clock, ahead: null } as const;

function jump(entry: number): void {
  const target = document.getElementById(entryId(entry));
  target?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  target?.focus({ preventScroll: true });
}

function Stage({ seen, index }: { readonly seen: StageSeen; readonly index: number }): ReactElement {
  const { t } = useWords();
  const Mark = MARK[seen.state];
  return (
    <li className={css.stage} data-state={seen.state}>
      <button type="button" disabled={seen.entry === null} onClick={() => seen.entry !== null && jump(seen.entry)}>
        <span className={css.stageDot} aria-hidden="true">{Mark ? <Mark size={13} strokeWidth={3} /> : index + 1}</span>
        <span className={css.stageWord}>{t(`story.stage.${seen.stage}`)}</span>
        <span className="ol-hide">{t(`story.stage_state.${seen.state}`)}</span>
      </button>
    </li>
  );
}

/** How far the order got; a stage leads to its place in the story. */
export function Progress({ data }: { readonly data: OrderStory }): ReactElement {
  const { t } = useWords();
  return (
    <ol className={css.progress} aria-label={t('story.progress')}>
      {stages(data.story, data.order.open_exceptions).map((seen, i) => <Stage key={seen.stage} seen={seen} index={i} />)}
    </ol>
  );
}
