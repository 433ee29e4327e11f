import { Menu } from '@mantine/core';
import { CircleX, Ellipsis, Info, Plus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Finding } from '@/api/rules';
import { changeList, copyOf, inserted, moved, newRow, OTHERWISE, without, type RuleList, type RuleRow } from '@/core/ruleDocument';
import { Grip } from '@/dnd/Grip';
import { focusGrip } from '@/dnd/drag';
import { useToasts } from '@/store/toasts';
import { commit, current, useDraft } from './draft';
import { listItem } from './dragging';
import { editRows } from './edit';
import { placeOf } from './Findings';
import { bilingual, useLexicon } from './names';
import { LaterMenu } from './Pick';
import css from './Rules.module.css';
import { Mark } from './Tick';
import { choose, useRow, useView } from './view';

const ROWS = 'rows';
const ICONS = { error: CircleX, warning: TriangleAlert, note: Info } as const;
const LEVELS = ['error', 'warning', 'note'] as const;

function worst(findings: readonly Finding[]): Finding['level'] | null {
  return LEVELS.find((level) => findings.some((finding) => finding.level === level)) ?? null;
}

interface Seen {
  readonly matched: boolean | null;
  readonly acting: boolean;
  /** In a first-match list an earlier row already won. */
  readonly beaten: boolean;
  readonly failed: boolean;
}

function useSeen(list: RuleList, row: RuleRow): Seen {
  const tried = useView((s) => s.tried).find((found) => found.id === list.id);
  const at = tried?.rows.findIndex((found) => found.id === row.id) ?? -1;
  const found = tried?.rows[at];
  if (!tried || !found) return { matched: null, acting: false, beaten: false, failed: false };
  const acting = tried.acting.includes(row.id);
  const winner = tried.rows.findIndex((one) => tried.acting.includes(one.id));
  const beaten = list.mode !== 'all' && winner >= 0 && at > winner;
  return { matched: found.matched, acting, beaten, failed: found.failed !== null };
}

function useFindings(list: RuleList, index: number): readonly Finding[] {
  const number = useDraft((s) => s.history.now.rules?.indexOf(list) ?? -1);
  const findings = useDraft((s) => s.findings);
  return findings.filter((finding) => {
    const place = placeOf(finding.where);
    return place?.list === number && place.row === index;
  });
}

function RowMenu({ list, row, index }: RowProps): ReactElement {
  const { t, say } = useLexicon();
  const show = useToasts((s) => s.show);
  const what = say(row.title) || t('rules.untitled');
  const shift = (to: number): void => editRows((rows) => moved(rows, index, to), t('rules.step.move', { what }));
  const copy = (): void => {
    const twin = copyOf(list, row, bilingual((words, side) => words('rules.copy', { title: row.title[side] })));
    editRows((rows) => inserted(rows, index + 1, twin), t('rules.step.duplicate', { what }));
    choose(list.id, twin.id);
  };
  const restore = (): void => {
    const back = (rows: readonly RuleRow[]) => (rows.some((one) => one.id === row.id) ? rows : inserted(rows, index, row));
    commit(changeList(current(), list.id, (now) => ({ ...now, rows: back(now.rows) })), t('rules.step.add', { what }));
    choose(list.id, row.id);
  };
  const drop = (): void => {
    editRows((rows) => without(rows, index), t('rules.step.delete', { what }));
    show('plain', t('rules.deleted', { title: what }), null, { label: t('rules.undo_it'), run: restore });
  };
  return (
    <LaterMenu label={t('rules.more', { what })} face={<Ellipsis size={16} aria-hidden="true" />}>
      {() => (
        <>
          <Menu.Item disabled={index === 0} onClick={() => shift(index - 1)}>{t('rules.up')}</Menu.Item>
          <Menu.Item disabled={index === list.rows.length - 1} onClick={() => shift(index + 2)}>{t('rules.down')}</Menu.Item>
          <Menu.Item onClick={copy}>{t('rules.duplicate')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item className={css.danger} onClick={drop}>{t('rules.delete')}</Menu.Item>
        </>
      )}
    </LaterMenu>
  );
}

interface RowProps {
  readonly list: RuleList;
  readonly row: RuleRow;
  readonly index: number;
}

function Count({ list, id }: { readonly list: RuleList; readonly id: string }): ReactElement | null {
  const { t } = useLexicon();
  const counted = useView((s) => s.counted);
  const found = counted?.lists.find((one) => one.id === list.id);
  if (!counted || !found) return null;
  const n = id === OTHERWISE ? found.none : found.matched[id];
  if (n === undefined) return null;
  const acts = found.acting[id];
  return (
    <span className={css.count}>
      {t('rules.hits', { n, all: counted.orders })}
      {acts !== undefined && acts !== n && ` · ${t('rules.acts', { n: acts })}`}
    </span>
  );
}

function Row({ list, row, index }: RowProps): ReactElement {
  const { t, say } = useLexicon();
  const open = useRow(list);
  const seen = useSeen(list, row);
  const findings = useFindings(list, index);
  const level = worst(findings);
  const Icon = level && ICONS[level];
  const title = say(row.title) || t('rules.untitled');
  const id = `${ROWS}/${row.id}`;
  const shift = (to: number): void => editRows((rows) => moved(rows, index, to), t('rules.step.move', { what: title }));
  const make = () => listItem(ROWS, index, list.rows.length, title, id, (to) => t('rules.place_row', { n: to }), shift);
  const isOpen = open !== OTHERWISE && open.id === row.id;
  return (
    <li className={css.row} data-part={row.id} data-row={row.id} data-open={isOpen} data-beaten={seen.beaten} data-acting={seen.acting}>
      <Grip id={id} label={title} make={make} />
      <button type="button" className={css.rowFace} aria-current={isOpen ? 'true' : undefined} onClick={() => choose(list.id, row.id)}>
        <span className={css.rowTitle}>
          <span className={css.number}>{index + 1}</span>
          <span>{title}</span>
        </span>
        <span className={css.rowMeta}>
          <Count list={list} id={row.id} />
          {seen.beaten && <span>{t('rules.beaten')}</span>}
          {Icon && level && <span className={css.level} data-level={level}><Icon size={13} aria-hidden="true" />{t(`rules.level.${level}`)}</span>}
        </span>
      </button>
      {seen.failed && <Mark state="open" title={t('rules.row_failed')} />}
      {seen.matched !== null && !seen.failed && <Mark state={seen.matched ? 'yes' : 'no'} title={t(seen.matched ? 'rules.tick.yes' : 'rules.tick.no')} />}
      <RowMenu list={list} row={row} index={index} />
    </li>
  );
}

function Otherwise({ list }: { readonly list: RuleList }): ReactElement {
  const { t } = useLexicon();
  const open = useRow(list);
  const tried = useView((s) => s.tried).find((found) => found.id === list.id);
  const isOpen = open === OTHERWISE;
  return (
    <div className={css.row} data-open={isOpen} data-last="true" data-row={OTHERWISE}>
      <button type="button" className={css.rowFace} aria-current={isOpen ? 'true' : undefined} onClick={() => choose(list.id, OTHERWISE)}>
        <span className={css.rowTitle}>{t('rules.otherwise')}</span>
        <span className={css.rowMeta}><Count list={list} id={OTHERWISE} /><span>{t('rules.otherwise_how')}</span></span>
      </button>
      {tried && tried.acting.length === 0 && <Mark state="yes" title={t('rules.wins')} />}
    </div>
  );
}

export function RowList({ list }: { readonly list: RuleList }): ReactElement {
  const { t } = useLexicon();
  const add = (): void => {
    const row = newRow(list, bilingual((words) => words('rules.new_row')), []);
    editRows((rows) => [...rows, row], t('rules.step.add', { what: t('rules.new_row') }));
    choose(list.id, row.id);
    focusGrip(`${ROWS}/${row.id}`);
  };
  return (
    <section aria-label={t('rules.rows')}>
      <ol className={css.rows} data-zone={ROWS}>
        {list.rows.map((row, index) => <Row key={row.id} list={list} row={row} index={index} />)}
      </ol>
      <Otherwise list={list} />
      <button type="button" className={css.adder} onClick={add}><Plus size={14} aria-hidden="true" />{t('rules.add_row')}</button>
    </section>
  );
}
