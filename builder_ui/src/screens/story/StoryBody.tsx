import { useQuery } from '@tanstack/react-query';
import { CirclePause, CircleAlert, Undo2 } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { orderQuery } from '@/api/queries';
import type { OrderHead } from '@/api/types';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { Chip, PlatformMark, StateChip, usePlatformName } from '@/ui/Chips';
import { CopyButton } from '@/ui/Copy';
import { Money } from '@/ui/Money';
import { ProblemState } from '@/ui/States';
import { Facts } from './Facts';
import { Progress } from './Progress';
import { Timeline } from './Timeline';
import css from './Story.module.css';
import { WhyNotElsewhere } from './WhyNot';

function Head({ order }: { readonly order: OrderHead }): ReactElement {
  const { t } = useWords();
  const platformName = usePlatformName();
  return (
    <div className={css.head}>
      <div className={css.headLine}>
        <PlatformMark platform={order.platform} />
        <span className={css.no}>{order.external_no}</span>
        <CopyButton text={order.external_no} label={t('orders.copy_no', { no: order.external_no })} />
        <span className={css.headMoney}><Money fen={order.total} currency={order.currency} big /></span>
      </div>
      <div className={css.headLine}>
        <StateChip state={order.state} />
        <Chip tone={order.payment_state === 'paid' ? 'good' : 'grey'}>{t(`pay.${order.payment_state}`)}</Chip>
        {order.hold_state !== 'none' && <Chip tone="warn" icon={CirclePause}>{t(`hold.${order.hold_state}`)}</Chip>}
        {order.after_sale_state !== 'none' && <Chip tone="orange" icon={Undo2}>{t(`after.${order.after_sale_state}`)}</Chip>}
        {order.open_exceptions > 0 && <Chip tone="bad" icon={CircleAlert}>{t('orders.exceptions', { n: order.open_exceptions })}</Chip>}
        <span className={css.small}>
          {[platformName(order.platform), order.account.title, order.customer_ref && t('story.customer', { ref: order.customer_ref }),
            order.parent_no && t('story.parent', { no: order.parent_no })].filter(Boolean).join(' · ')}
        </span>
      </div>
      {order.tags.length > 0 && <div className={css.headLine}>{order.tags.map((tag) => <span key={tag} className={css.tag}>{tag}</span>)}</div>}
    </div>
  );
}

interface Props {
  readonly id: string;
  readonly children?: ReactNode;
}

/** One order, whole; lays itself out to the width it is given. */
export function StoryBody({ id, children }: Props): ReactElement {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(orderQuery(id));
  if (!data && error) return <ProblemState error={error} title={t('story.failed')} retry={() => void refetch()}>{children}</ProblemState>;
  if (!data) return <Busy />;
  return (
    <div className={css.body}>
      <Head order={data.order} />
      <Progress data={data} />
      <div className={css.columns}>
        <Facts data={data} />
        <section className={css.story}>
          <h3>{t('story.timeline')}</h3>
          {data.story.some((entry) => entry.kind === 'routed') && <WhyNotElsewhere order={data.order.id} />}
          <Timeline story={data.story} />
        </section>
      </div>
    </div>
  );
}
