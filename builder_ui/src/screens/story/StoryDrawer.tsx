import { ActionIcon } from '@mantine/core';
import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { StoryBody } from './StoryBody';
import css from './Story.module.css';

interface Props {
  readonly id: string;
  readonly close: () => void;
  readonly step: (by: 1 | -1) => (() => void) | undefined;
}

/** The order beside the grid; the grid stays in use, J and K walk through it. */
export default function StoryDrawer({ id, close, step }: Props): ReactElement {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [previous, next] = [step(-1), step(1)];
  useEffect(() => {
    void box.current?.scrollTo({ top: 0 });
  }, [id]);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus({ preventScroll: true });
    return () => before?.focus?.({ preventScroll: true });
  }, []);
  return (
    <aside className={css.drawer} aria-label={t('story.drawer')}>
      <div className={css.drawerBar}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('story.previous')} title={`${t('story.previous')} (K)`} disabled={!previous} onClick={previous}><ChevronUp size={18} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('story.next')} title={`${t('story.next')} (J)`} disabled={!next} onClick={next}><ChevronDown size={18} /></ActionIcon>
        <span className={css.drawerSpace} />
        <ActionIcon component={Link} href={orderPath(id)} variant="subtle" color="gray" aria-label={t('story.open_page')} title={t('story.open_page')}><Maximize2 size={16} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('common.close')} title={`${t('common.close')} (Esc)`} onClick={close}><X size={18} /></ActionIcon>
      </div>
      <div ref={box} className={css.drawerBox} tabIndex={0} role="region" aria-label={t('story.drawer')}>
        <StoryBody id={id} />
      </div>
    </aside>
  );
}
