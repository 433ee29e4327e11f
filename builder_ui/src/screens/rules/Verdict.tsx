import type { ReactElement } from 'react';
import type { RuleList } from '@/core/ruleDocument';
import { useLexicon } from './names';
import type { Trial } from './results';
import css from './Rules.module.css';
import { useView } from './view';

/** Which rows act on the sample, as the server says. */
export function Verdict({ list, trial }: { readonly list: RuleList | null; readonly trial: Trial }): ReactElement {
  const { t, say } = useLexicon();
  const acting = useView((s) => s.tried).find((found) => found.id === list?.id)?.acting;
  const titles = acting?.map((id) => say(list?.rows.find((row) => row.id === id)?.title ?? { zh: id, en: id })) ?? [];
  const otherwise = list?.otherwise?.length ? t('rules.sample_nothing') : t('rules.sample_none_acting');
  const verdict = titles.length > 0 ? t('rules.sample_acting', { rows: titles.join(t('common.list_sep')) }) : otherwise;
  return (
    <span className={css.verdict} data-failed={trial.failed} data-some={titles.length > 0} role="status">
      {trial.failed ? t('rules.sample_failed') : acting ? verdict : t('rules.sample_busy')}
    </span>
  );
}
