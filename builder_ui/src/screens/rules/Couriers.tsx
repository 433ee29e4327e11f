import { Menu } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { moved, replaced, without, type Action, type LiveTable } from '@/core/ruleDocument';
import { Grip } from '@/dnd/Grip';
import { useCourierName } from '@/ui/Chips';
import { useDraft } from './draft';
import { listItem } from './dragging';
import { NumberBox } from './Fields';
import { useLexicon } from './names';
import { LaterMenu, Pick } from './Pick';
import css from './Rules.module.css';

const COURIERS = ['ZTO', 'YTO', 'STO', 'YUNDA', 'SF', 'EMS', 'POSTB', 'JTSD', 'JD', 'DBKD'] as const;

interface Props {
  readonly action: Action;
  readonly zone: string;
  readonly change: (next: Action, typing?: string) => void;
}

const NO_TABLES: readonly LiveTable[] = [];

/** Whether couriers are chosen here, or by a live table that is edited without publishing. */
export function Couriers(props: Props): ReactElement {
  const { t, say } = useLexicon();
  const tables = useDraft((s) => s.history.now.tables ?? NO_TABLES).filter((table) => table.values === 'couriers');
  const { action, change } = props;
  const by = action.table ?? '';
  const title = (key: string): string => say(tables.find((table) => table.key === key)?.title ?? { zh: key, en: key });
  const shown = by ? t('rules.act.by_table', { title: title(by) }) : t('rules.act.by_weights');
  const groups = () => [{ label: '', options: [
    { value: '', label: t('rules.act.by_weights') },
    ...tables.map((table) => ({ value: table.key, label: t('rules.act.by_table', { title: say(table.title) }) })),
  ] }];
  const pick = (key: string): void => change(key ? { do: 'courier', table: key } : { do: 'courier', weights: [{ courier: 'ZTO', weight: 1 }] });
  return (
    <>
      {(by || tables.length > 0) && <Pick label={t('rules.act.courier_by')} value={by} shown={shown} groups={groups} onPick={pick} />}
      {by ? <Link href="/tables">{t('rules.act.to_tables')}</Link> : <Weights {...props} />}
    </>
  );
}

/** Couriers with the share of orders each gets. */
function Weights({ action, zone, change }: Props): ReactElement {
  const { t } = useLexicon();
  const name = useCourierName();
  const weights = action.weights ?? [];
  const whole = weights.reduce((sum, one) => sum + one.weight, 0);
  const put = (next: typeof weights, typing?: string): void => change({ ...action, weights: next }, typing);
  const groups = () => [{ label: '', options: COURIERS.map((code) => ({ value: code, label: name(code) })) }];
  const free = COURIERS.filter((code) => !weights.some((one) => one.courier === code));
  return (
    <div className={css.couriers} data-zone={zone}>
      {weights.map((one, n) => (
        <div key={`${one.courier}${n}`} className={css.courier} data-part={one.courier}>
          <Grip
            id={`${zone}/${one.courier}`} label={name(one.courier)}
            make={() => listItem(zone, n, weights.length, name(one.courier), `${zone}/${one.courier}`, (to) => t('rules.place_row', { n: to }), (to) => put(moved(weights, n, to)))}
          />
          <Pick label={t('rules.act.courier')} value={one.courier} shown={name(one.courier)} groups={groups} onPick={(courier) => put(replaced(weights, n, { ...one, courier }))} strong />
          <span className={css.quiet} aria-hidden="true">{t('rules.act.weight')}</span>
          <span className={css.short}>
            <NumberBox label={`${t('rules.act.weight')} ${name(one.courier)}`} value={one.weight} onChange={(weight) => put(replaced(weights, n, { ...one, weight: Math.max(0, Math.min(1000, weight)) }), `weight${n}`)} />
          </span>
          {whole > 0 && <span className={css.quiet}>{t('rules.act.share', { n: Math.round((one.weight / whole) * 100) })}</span>}
          <button type="button" className={css.chipX} aria-label={t('rules.remove_value', { value: name(one.courier) })} onClick={() => put(without(weights, n))}>
            <X size={13} aria-hidden="true" />
          </button>
        </div>
      ))}
      {free.length > 0 && (
        <LaterMenu label={t('rules.act.add_courier')} className={css.addChip} face={<><Plus size={13} aria-hidden="true" />{t('rules.act.add_courier')}</>}>
          {() => free.map((code) => <Menu.Item key={code} onClick={() => put([...weights, { courier: code, weight: 1 }])}>{name(code)}</Menu.Item>)}
        </LaterMenu>
      )}
    </div>
  );
}
