import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import { previewQuery, type CellProblem, type Preview as Found, type PreviewOrder, type PreviewRow } from '@/api/imports';
import { known, useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { Disclosure } from '@/ui/Disclosure';
import { Money } from '@/ui/Money';
import { ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import css from './Imports.module.css';

function Columns({ of }: { readonly of: Found }): ReactElement | null {
  const { t, say } = useWords();
  if (of.columns.length === 0) return null;
  const own = of.columns.filter((column) => column.own).length;
  return (
    <Disclosure show={t('imports.columns_show', { n: of.columns.length - own, own })} hide={t('imports.columns_hide')}>
      {() => (
        <ul className={css.columns}>
          {of.columns.map((column, at) => (
            <li key={at}>
              <b>{column.title}</b>
              <span>{column.becomes.length > 0 ? column.becomes.map((field) => say(field.title)).join(t('common.list_sep')) : t(column.own ? 'imports.column_kept' : 'imports.column_unused')}</span>
            </li>
          ))}
        </ul>
      )}
    </Disclosure>
  );
}

function Problem({ of }: { readonly of: CellProblem }): ReactElement {
  const { t, say } = useWords();
  const place = [of.cell && t('imports.cell', { cell: of.cell }), of.column ?? (of.title && say(of.title))].filter(Boolean).join(' ');
  return (
    <li>
      <CircleAlert size={14} aria-hidden="true" />
      <span>{place && <b>{place} </b>}{say(of.message)} {of.how && <span className={css.quiet}>{say(of.how)}</span>}</span>
    </li>
  );
}

const where = (order: PreviewOrder): string =>
  [order.province, order.city, order.district, order.town, order.address].filter(Boolean).join(' ');

function Cells({ order }: { readonly order: PreviewOrder }): ReactElement {
  const { t } = useWords();
  const paid = order.payment_state ? known('pay', order.payment_state) : null;
  return (
    <>
      <td data-label={t('imports.col.placed')}>{order.placed_at && <Time iso={order.placed_at} as="absolute" />}</td>
      <td data-label={t('imports.col.total')}>{order.total !== null && <Money fen={order.total} />} <span className={css.quiet}>{paid && t(paid as 'pay.paid')}</span></td>
      <td data-label={t('imports.col.receiver')}>{order.receiver_name} <span className="ol-num">{order.phone}</span><span className={css.under}>{where(order)}</span></td>
      <td data-label={t('imports.col.goods')}>
        {order.lines.map((line, at) => <span key={at} className={css.under}>{[line.sku_code, line.title, line.spec].filter(Boolean).join(' · ')} × {line.quantity ?? '?'}</span>)}
      </td>
    </>
  );
}

function Rows({ of }: { readonly of: PreviewRow }): ReactElement {
  const { t } = useWords();
  const flawed = of.problems.length > 0;
  return (
    <tbody data-flawed={flawed || undefined}>
      <tr>
        <th scope="row" data-label={t(of.is_row ? 'imports.row' : 'imports.record', { n: of.place })}>
          <span className={css.at}>{of.place}</span> {of.external_no ?? t('imports.no_number')}
        </th>
        {of.values ? <Cells order={of.values} /> : <td colSpan={4} className={css.quiet}>{t(flawed ? 'imports.no_order' : 'imports.not_mapped')}</td>}
      </tr>
      {flawed && <tr className={css.problems}><td colSpan={5}><ul>{of.problems.map((problem, at) => <Problem key={at} of={problem} />)}</ul></td></tr>}
    </tbody>
  );
}

function Verdict({ of }: { readonly of: Found }): ReactElement {
  const { t } = useWords();
  const flawed = of.rows.filter((row) => row.problems.length > 0).length;
  const Icon = flawed ? CircleAlert : CircleCheck;
  const words = { n: of.rows.length, flawed };
  return (
    <p className={css.verdict} data-flawed={flawed > 0 || undefined} role="status">
      <Icon size={16} aria-hidden="true" />
      {flawed ? t('imports.preview_flawed', words) : t(of.more ? 'imports.preview_good' : 'imports.preview_all_good', { n: of.rows.length })}
    </p>
  );
}

/** The first records as the orders they would become; each problem with its cell, in words. */
export function Preview({ id }: { readonly id: string }): ReactElement {
  const { t } = useWords();
  const { data: found, error, refetch } = useQuery(previewQuery(id));
  if (!found) return error ? <ProblemState error={error} title={t('imports.preview_failed')} retry={() => void refetch()} /> : <Busy />;
  return (
    <section>
      <h2>{t('imports.preview')}</h2>
      <Verdict of={found} />
      {!found.published && <p className={css.warn}>{t('imports.unpublished')}</p>}
      <Columns of={found} />
      <div className={css.tableBox} tabIndex={0} role="region" aria-label={t('imports.preview')}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('imports.col.number')}</th><th scope="col">{t('imports.col.placed')}</th><th scope="col">{t('imports.col.total')}</th>
              <th scope="col">{t('imports.col.receiver')}</th><th scope="col">{t('imports.col.goods')}</th>
            </tr>
          </thead>
          {found.rows.map((row, at) => <Rows key={at} of={row} />)}
        </table>
      </div>
      {found.more && <p className={css.quiet}>{t('imports.preview_more', { n: found.rows.length })}</p>}
    </section>
  );
}
