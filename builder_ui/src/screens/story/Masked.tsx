import { Tooltip } from '@mantine/core';
import { EyeOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWords } from '@/i18n';
import css from './Story.module.css';

export function Masked(): ReactElement {
  const { t } = useWords();
  return (
    <Tooltip label={t('story.masked_how')} multiline w={240}>
      <span className={css.masked}>
        <EyeOff size={12} aria-hidden="true" />
        {t('story.masked')}
      </span>
    </Tooltip>
  );
}
