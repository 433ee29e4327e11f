import { EyeOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import css from './Story.module.css';

export function Masked(): ReactElement {
  const { t } = useWords();
  return (
    <span className={css.masked} title={t('story.masked_how')}>
      <EyeOff size={12} aria-hidden="true" />
      {t('story.masked')}
    </span>
  );
}
