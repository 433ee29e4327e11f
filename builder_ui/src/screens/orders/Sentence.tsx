import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Search, X } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { facetsQuery } from '@/api/queries';
import type { Facet } from '@/api/types';
import { cleared, filterCount, HOLDS, PERIODS, type GridQuery, type When } from '@/core/gridQuery';
import { formatCount } from '@/core/money';
import { dayOf } from '@/core/time';
import { useWords } from '@/i18n';
import { PlatformMark, usePlatformName } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import css from './Orders.module.css';

interface Props {
  readonly query: GridQuery;
  readonly ask: (change: Partial<GridQuery>) => void;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
  readonly mark?: ReactNode;
}

interface SlotProps {
  readonly what: string;
  readonly any: string;
  readonly chosen: readonly string[];
  readonly label: (value: string) => string;
  readonly clear: () => void;
  readonly children: ReactNode;
}

/** One changeable word of the sentence. */
function Slot({ what, any, chosen, label, clear, children }: SlotProps): ReactElement {
  const { t } = useWords();
  const [first = ''] = chosen;
  const text = chosen.length === 0 ? any : chosen.length === 1 ? label(first) : t('orders.filter.and_more', { first: label(first), n: chosen.length });
  return (
    <span className={css.slot} data-set={chosen.length > 0 || undefined}>
      <Popover position="bottom-start" withinPortal trapFocus>
        <Popover.Target>
          <button type="button" className={css.slotButton} aria-label={`${what}: ${text}`}>
            {text}
            <ChevronDown size={14} aria-hidden="true" />
          </button>
        </Popover.Target>
        <Popover.Dropdown className={css.slotBox ?? ''} aria-label={what}>{children}</Popover.Dropdown>
      </Popover>
      {chosen.length > 0 && (
        <button type="button" className={css.slotClear} aria-label={`${t('common.clear')} ${what}`} onClick={clear}><X size={13} aria-hidden="true" /></button>
      )}
    </span>
  );
}

const FIND_FROM = 9;

function Choices({ what, choices, chosen, choose }: {
  readonly what: string; readonly choices: readonly Choice[]; readonly chosen: readonly string[]; readonly choose: (values: readonly string[]) => void;
}): ReactElement {
  const { t } = useWords();
  const [find, setFind] = useState('');
  const shown = choices.filter((c) => c.label.toLowerCase().includes(find.trim().toLowerCase()));
  const toggle = (value: string): void => choose(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value]);
  return (
    <>
      {choices.length >= FIND_FROM && (
        <TextInput
          size="xs" value={find} onChange={(e) => setFind(e.currentTarget.value)} data-autofocus
          placeholder={t('orders.filter.find', { what })} aria-label={t('orders.filter.find', { what })} leftSection={<Search size={14} />}
        />
      )}
      <div className={css.choices} role="group" aria-label={what}>
        {shown.map((c) => (
          <label key={c.value} className={css.choice}>
            <Checkbox size="xs" checked={chosen.includes(c.value)} onChange={() => toggle(c.value)} />
            {c.mark}
            <span className={css.choiceLabel}>{c.label}</span>
            {c.count !== undefined && <span className={css.choiceCount}>{formatCount(c.count)}</span>}
          </label>
        ))}
        {shown.length === 0 && <p className={css.choiceNone}>{t('orders.filter.nothing', { what })}</p>}
      </div>
    </>
  );
}

function WhenChoices({ when, choose }: { readonly when: When; readonly choose: (when: When) => void }): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const today = dayOf(Date.now(), zone);
  const [first, setFirst] = useState(when && typeof when === 'object' ? when.first : today);
  const [last, setLast] = useState(when && typeof when === 'object' ? when.last : today);
  return (
    <div className={css.when}>
      {PERIODS.map((period) => (
        <button key={period} type="button" className={css.whenNamed} aria-pressed={when === period} onClick={() => choose(when === period ? null : period)}>
          {t(`orders.when.${period}`)}
        </button>
      ))}
      <p className={css.whenCustom}>{t('orders.when.custom')}</p>
      <div className={css.whenDays}>
        <TextInput type="date" size="xs" label={t('orders.when.first')} value={first} max={last || today} onChange={(e) => setFirst(e.currentTarget.value)} />
        <TextInput type="date" size="xs" label={t('orders.when.last')} value={last} min={first} max={today} onChange={(e) => setLast(e.currentTarget.value)} />
      </div>
      <Button size="xs" disabled={!first || !last || first > last} onClick={() => choose({ first, last })}>{t('orders.when.apply')}</Button>
    </div>
  );
}

const choicesOf = (facets: readonly Facet[] | undefined, chosen: readonly string[], label: (f: Facet) => string, mark?: (v: string) => ReactNode): Choice[] => {
  const known = facets ?? [];
  const gone = chosen.filter((v) => !known.some((f) => f.value === v)).map((value) => ({ value, count: 0 }));
  return [...known, ...gone].map((f) => ({ value: f.value, label: label(f), count: f.count, ...(mark ? { mark: mark(f.value) } : {}) }));
};

/** "Orders of [channel] shipped by [warehouse] to [province] placed [time]". */
export function Sentence({ query, ask }: Props): ReactElement {
  const { t } = useWords();
  const { zone } = useHub();
  const facets = useQuery(facetsQuery(query, zone)).data;
  const platformName = usePlatformName();
  const warehouseName = (id: string): string => facets?.warehouses.find((w) => w.value === id)?.title ?? id;
  const whenText = (): string => {
    const { when } = query;
    if (when === null) return t('orders.any.when');
    return typeof when === 'string' ? t(`orders.when.${when}`) : t('orders.when.range', { first: when.first, last: when.last });
  };
  return (
    <div className={css.sentence}>
      <span>{t('orders.say.start')}</span>
      <Slot what={t('orders.filter.platform')} any={t('orders.any.platform')} chosen={query.platforms} label={platformName} clear={() => ask({ platforms: [] })}>
        <Choices what={t('orders.filter.platform')} chosen={query.platforms} choose={(v) => ask({ platforms: v })}
          choices={choicesOf(facets?.platforms, query.platforms, (f) => platformName(f.value), (v) => <PlatformMark platform={v} />)} />
      </Slot>
      <span>{t('orders.say.from')}</span>
      <Slot what={t('orders.filter.warehouse')} any={t('orders.any.warehouse')} chosen={query.warehouses} label={warehouseName} clear={() => ask({ warehouses: [] })}>
        <Choices what={t('orders.filter.warehouse')} chosen={query.warehouses} choose={(v) => ask({ warehouses: v })}
          choices={choicesOf(facets?.warehouses, query.warehouses, (f) => f.title ?? f.value)} />
      </Slot>
      <span>{t('orders.say.to')}</span>
      <Slot what={t('orders.filter.province')} any={t('orders.any.province')} chosen={query.provinces} label={(v) => v} clear={() => ask({ provinces: [] })}>
        <Choices what={t('orders.filter.province')} chosen={query.provinces} choose={(v) => ask({ provinces: v })}
          choices={choicesOf(facets?.provinces, query.provinces, (f) => f.title ?? f.value)} />
      </Slot>
      <span>{t('orders.say.when')}</span>
      <Slot what={t('orders.filter.when')} any={t('orders.any.when')} chosen={query.when ? [whenText()] : []} label={(v) => v} clear={() => ask({ when: null })}>
        <WhenChoices when={query.when} choose={(when) => ask({ when })} />
      </Slot>
      {(query.state === 'held' || query.holds.length > 0) && (
        <Slot what={t('orders.hold.reason')} any={t('orders.hold.reason')} chosen={query.holds} label={(v) => t(`hold.${v as 'risk'}`)} clear={() => ask({ holds: [] })}>
          <Choices what={t('orders.hold.reason')} chosen={query.holds} choices={HOLDS.map((h) => ({ value: h, label: t(`hold.${h}`) }))}
            choose={(v) => ask({ holds: HOLDS.filter((h) => v.includes(h)) })} />
        </Slot>
      )}
      {filterCount(query) > 0 && (
        <button type="button" className={css.reset} onClick={() => ask(cleared(query))}>{t('orders.filter.reset')}</button>
      )}
    </div>
  );
}
