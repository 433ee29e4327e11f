import { Button } from '@mantine/core';
import { Lightbulb, RotateCw } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { LabelItem } from '@/api/labels';
import { hasNumber } from '@/core/labels';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { PlatformMark, useCourierName } from '@/ui/Chips';
import { CopyButton } from '@/ui/Copy';
import { useHub } from '@/ui/hub';
import { Time } from '@/ui/Time';
import type { Phase } from '../exceptions/useRetries';
import { LabelChip } from './LabelChip';
import { PrintButton } from './PrintDialog';
import css from './Labels.module.css';

function Number({ item }: { readonly item: LabelItem }): ReactElement {
  const { t } = useWords();
  const courierName = useCourierName();
  return (
    <div className={css.number}>
      <span className={css.small}>{item.courier ? courierName(item.courier) : t('story.no_courier')}</span>
      {item.tracking_no
        ? <span className={css.tracking}><b className="ol-num">{item.tracking_no}</b><CopyButton text={item.tracking_no} label={`${t('common.copy')} ${item.tracking_no}`} /></span>
        : <span className={css.dim}>{t('lab.no_number')}</span>}
    </div>
  );
}

function When({ item }: { readonly item: LabelItem }): ReactElement {
  const { t } = useWords();
  if (item.printed_at) return <>{t('lab.prints', { n: item.prints })} <Time iso={item.printed_at} /></>;
  if (item.made_at) return <>{t('lab.made')} <Time iso={item.made_at} /></>;
  return <>{t('lab.due')} <Time iso={item.due_at} as="compact" /></>;
}

function Problem({ item }: { readonly item: LabelItem }): ReactElement | null {
  const { say } = useWords();
  if (!item.problem) return null;
  return (
    <div className={css.problem}>
      <p>{say(item.problem.message)}</p>
      {item.problem.how && <p className={css.small}><Lightbulb size={14} aria-hidden="true" />{say(item.problem.how)}</p>}
    </div>
  );
}

interface Props {
  readonly item: LabelItem;
  readonly phase: Phase | undefined;
  readonly retry: (exception: string) => void;
  readonly print: (ids: readonly string[]) => void;
}

/** One label: its number or why there is none, whose it is, and what can be done. */
export function Row({ item, phase, retry, print }: Props): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const { exception_id: exception } = item;
  const may = user.role !== 'viewer';
  const printable = hasNumber(item.state);
  const busy = phase === 'sending' || phase === 'working';
  return (
    <li className={css.row}>
      <Number item={item} />
      <div className={css.whose}>
        <span><PlatformMark platform={item.platform} /> <Link href={orderPath(item.order.id)} className="ol-num">{item.order.title}</Link></span>
        <span className={css.small}>{[item.fulfilment.title, item.warehouse.title].join(' · ')}</span>
      </div>
      <div className={css.how}>
        <LabelChip state={item.state} />
        <span className={css.small}><When item={item} /></span>
      </div>
      <div className={css.act}>
        {may && printable && <PrintButton words={t(item.prints === 0 ? 'lab.print' : 'lab.print_again')} print={() => print([item.id])} />}
        {may && exception && (
          <Button size="compact-sm" variant="default" loading={busy} leftSection={<RotateCw size={14} />} onClick={() => retry(exception)}>{t('common.retry')}</Button>
        )}
      </div>
      <Problem item={item} />
    </li>
  );
}
