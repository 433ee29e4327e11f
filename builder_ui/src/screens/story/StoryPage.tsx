import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { orderQuery } from '@/api/queries';
import { useWords } from '@/i18n';
import { useNarrow } from '@/ui/media';
import { ScreenTitle } from '../frame/Frame';
import { StoryBody } from './StoryBody';
import css from './Story.module.css';

export default function StoryPage({ id }: { readonly id: string }): ReactElement {
  const { t } = useWords();
  const narrow = useNarrow();
  const no = useQuery(orderQuery(id)).data?.order.external_no;
  const back = (): void => history.back();
  return (
    <div className={css.page}>
      <ScreenTitle title={no && !narrow ? t('story.title', { no }) : t('story.drawer')}>
        {history.length > 1 && (
          <Button className={css.back ?? ''} variant="subtle" color="gray" size="compact-sm" leftSection={<ArrowLeft size={15} />} onClick={back}>{t('common.back')}</Button>
        )}
      </ScreenTitle>
      <StoryBody id={id}>
        <Button component={Link} href="/orders" variant="default">{t('nav.orders')}</Button>
      </StoryBody>
    </div>
  );
}
