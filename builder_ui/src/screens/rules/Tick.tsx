import { Check, Minus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import css from './Rules.module.css';
import { useView } from './view';

interface MarkProps {
  readonly state: 'yes' | 'no' | 'open';
  readonly text?: string;
  readonly title: string;
}

const ICONS = { yes: Check, no: X, open: Minus } as const;

export function Mark({ state, text, title }: MarkProps): ReactElement {
  const Icon = ICONS[state];
  return (
    <span className={css.tick} data-state={state} title={title}>
      <Icon size={13} strokeWidth={2.6} aria-hidden="true" />
      {text}
      <span className="ol-hide">{title}</span>
    </span>
  );
}

/** Whether the sample order meets the part at a place, as the server judged it. */
export function Tick({ at }: { readonly at: string }): ReactElement | null {
  const { t } = useWords();
  const any = useView((s) => s.ticks.size > 0);
  const yes = useView((s) => s.ticks.get(at)?.yes);
  const no = useView((s) => s.ticks.get(at)?.no);
  if (!any) return null;
  if (yes === undefined || no === undefined) return <Mark state="open" title={t('rules.tick.open')} />;
  const state = yes > 0 ? 'yes' : 'no';
  if (yes + no === 1) return <Mark state={state} title={t(`rules.tick.${state}`)} />;
  return <Mark state={state} text={`${yes}/${yes + no}`} title={t('rules.tick.lines', { yes, all: yes + no })} />;
}
