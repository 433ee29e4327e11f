import { Gift, MapPin, MessageSquareText, Package, Phone, Ticket, TriangleAlert, Truck, UserRound } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { Label } from '@/api/labels';
import type { Fulfilment, OrderHead, OrderLine, OrderStory, ReceiverField } from '@/api/types';
import { hasNumber } from '@/core/labels';
import { formatMoney } from '@/core/money';
import { sayPersonal } from '@/core/values';
import { useWords } from '@/i18n';
import { Chip, FulfilChip, useCourierName } from '@/ui/Chips';
import { CopyButton } from '@/ui/Copy';
import { Money } from '@/ui/Money';
import { useHub } from '@/ui/hub';
import { useNow } from '@/ui/now';
import { Time } from '@/ui/Time';
import { LabelChip } from '../labels/LabelChip';
import { PrintButton, PrintDialog } from '../labels/PrintDialog';
import { Masked } from './Masked';
import css from './Story.module.css';

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={css.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Receiver({ order }: { readonly order: OrderHead }): ReactElement {
  const { t } = useWords();
  const { receiver } = order;
  const place: readonly ReceiverField[] = ['province', 'city', 'district', 'town', 'address'];
  const masked = (fields: readonly ReceiverField[]): boolean => fields.some((f) => receiver.masked.includes(f));
  const address = [...new Set(place.map((f) => sayPersonal(receiver[f], t)).filter(Boolean))].join(' ');
  const rows = [
    { icon: UserRound, text: sayPersonal(receiver.name, t), fields: ['name'] as const },
    { icon: Phone, text: sayPersonal(receiver.phone, t), fields: ['phone'] as const },
    { icon: MapPin, text: address, fields: place },
  ];
  return (
    <Section title={t('story.receiver')}>
      <ul className={css.receiver}>
        {rows.map(({ icon: Icon, text, fields }) => (
          <li key={fields[0]}>
            <Icon size={15} aria-hidden="true" />
            <span>
              {text || <span className={css.small}>{t('common.empty_value')}</span>}
              {masked(fields) && <Masked />}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Sums({ order }: { readonly order: OrderHead }): ReactElement {
  const { t } = useWords();
  const { money, times } = order;
  const now = useNow(60_000);
  const late = times.ship_by !== null && Date.parse(times.ship_by) < now && ['to_ship', 'held', 'short', 'exception'].includes(order.state);
  const moments = ([['story.placed', times.placed], ['story.paid_at', times.paid], ['story.modified', times.modified], ['story.ship_by', times.ship_by]] as const)
    .filter((m): m is readonly [typeof m[0], string] => m[1] !== null);
  return (
    <dl className={css.sums}>
      <div><dt>{t('story.paid')}</dt><dd><Money fen={money.paid} currency={order.currency} /></dd></div>
      <div><dt>{t('story.freight')}</dt><dd><Money fen={money.freight} currency={order.currency} /></dd></div>
      <div><dt>{t('story.discount')}</dt><dd><Money fen={-money.discount} currency={order.currency} /></dd></div>
      {moments.map(([key, iso]) => (
        <div key={key} data-wide>
          <dt>{t(key)}</dt>
          <dd>
            <Time iso={iso} as="both" />
            {key === 'story.ship_by' && late && <span className={css.late}><TriangleAlert size={13} aria-hidden="true" />{t('story.overdue')}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Notes({ order }: { readonly order: OrderHead }): ReactElement | null {
  const { t } = useWords();
  const notes = [[t('story.note_buyer'), order.notes.buyer], [t('story.note_seller'), order.notes.seller]].filter(([, text]) => text);
  if (notes.length === 0) return null;
  return (
    <div className={css.notes}>
      {notes.map(([who, text]) => (
        <p key={who}><MessageSquareText size={14} aria-hidden="true" /><span><b>{who}</b> {text}</span></p>
      ))}
    </div>
  );
}

function Line({ line, currency }: { readonly line: OrderLine; readonly currency: string }): ReactElement {
  const { t } = useWords();
  return (
    <li className={css.line}>
      <span className={css.lineIcon}>{line.gift ? <Gift size={16} aria-hidden="true" /> : <Package size={16} aria-hidden="true" />}</span>
      <div className={css.lineText}>
        <div className={css.lineTitle}>{line.title}</div>
        <div className={css.small}>{[line.spec, line.sku?.code ?? line.sku_code].filter(Boolean).join(' · ')}</div>
        {(!line.sku || line.gift || line.refund_state !== 'none') && (
          <div className={css.lineChips}>
            {!line.sku && <Chip tone="bad" icon={TriangleAlert}>{t('story.line_unknown')}</Chip>}
            {line.gift && <Chip tone="teal">{t('story.line_gift')}</Chip>}
            {line.refund_state !== 'none' && <Chip tone="warn">{t(`after.${line.refund_state}`)}</Chip>}
          </div>
        )}
      </div>
      <div className={css.linePrice}>
        <div>{t('story.line_price', { price: formatMoney(line.price, currency), n: line.quantity })}</div>
        <div className={css.small}><Money fen={line.paid_share} currency={currency} /></div>
      </div>
    </li>
  );
}

/** The waybill number of a fulfilment, and printing it. */
function LabelLine({ label }: { readonly label: Label }): ReactElement {
  const { t, say } = useWords();
  const { user } = useHub();
  const courierName = useCourierName();
  const [printing, setPrinting] = useState(false);
  const printable = hasNumber(label.state);
  return (
    <div className={css.label}>
      <Ticket size={14} aria-hidden="true" />
      <span>{[label.courier && courierName(label.courier), label.tracking_no ?? t('lab.no_number')].filter(Boolean).join(' ')}</span>
      {label.tracking_no && <CopyButton text={label.tracking_no} label={`${t('common.copy')} ${label.tracking_no}`} />}
      <LabelChip state={label.state} />
      {printable && user.role !== 'viewer' && <PrintButton words={t(label.prints === 0 ? 'lab.print' : 'lab.print_again')} print={() => setPrinting(true)} />}
      {label.problem && <p className={css.refused}>{say(label.problem.message)}</p>}
      {printing && <PrintDialog ids={[label.id]} close={() => setPrinting(false)} />}
    </div>
  );
}

function OneFulfilment({ item }: { readonly item: Fulfilment }): ReactElement {
  const { t } = useWords();
  const courierName = useCourierName();
  return (
    <li className={css.fulfilment}>
      <div className={css.fulfilmentHead}>
        <b>{item.no}</b>
        <FulfilChip state={item.state} />
      </div>
      <div className={css.small}>{[item.warehouse.title, item.courier ? courierName(item.courier) : t('story.no_courier')].join(' · ')}</div>
      <ul className={css.fulfilmentLines}>
        {item.lines.map((l) => <li key={l.line_id}>{l.sku_code} <span className="ol-num">{`× ${l.quantity}`}</span></li>)}
      </ul>
      {item.hand_over_at && item.state === 'waiting' && (
        <div className={css.small}>{t('story.hand_over', { time: '' })} <Time iso={item.hand_over_at} as="compact" /></div>
      )}
      {item.label && <LabelLine label={item.label} />}
      {item.parcels.filter((p) => p.shipped_at || p.tracking_no !== item.label?.tracking_no).map((p) => (
        <div key={p.tracking_no} className={css.parcel}>
          <Truck size={14} aria-hidden="true" />
          <span>{[p.courier && courierName(p.courier), p.tracking_no].filter(Boolean).join(' ')}</span>
          <CopyButton text={p.tracking_no} label={`${t('common.copy')} ${p.tracking_no}`} />
          {p.shipped_at && <span className={css.small}><Time iso={p.shipped_at} /></span>}
        </div>
      ))}
    </li>
  );
}

/** What the order is: money, receiver, products, fulfilments. */
export function Facts({ data }: { readonly data: OrderStory }): ReactElement {
  const { t } = useWords();
  const { order, lines, fulfilments } = data;
  return (
    <div className={css.factsColumn}>
      <Sums order={order} />
      <Receiver order={order} />
      <Notes order={order} />
      <Section title={t('story.lines', { n: lines.reduce((sum, l) => sum + l.quantity, 0) })}>
        <ul>{lines.map((l) => <Line key={l.id} line={l} currency={order.currency} />)}</ul>
      </Section>
      <Section title={t('story.fulfilments', { n: fulfilments.length })}>
        {fulfilments.length === 0
          ? <p className={css.small}>{t('story.no_fulfilment')}</p>
          : <ul className={css.fulfilments}>{fulfilments.map((f) => <OneFulfilment key={f.id} item={f} />)}</ul>}
      </Section>
    </div>
  );
}
