import { Menu } from '@mantine/core';
import { Ellipsis, Plus, Settings2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { type Bilingual, type RuleList } from '@/core/ruleDocument';
import { LIST_MODES, moveList, newList, STAGES, withList, withoutList, type Stage } from '@/core/ruleLists';
import { ONS, withTriggered, type Trigger } from '@/core/ruleTriggers';
import { Grip } from '@/dnd/Grip';
import { useToasts } from '@/store/toasts';
import { commit, current, useDraft } from './draft';
import { listItem } from './dragging';
import { editList } from './edit';
import { Titles } from './Fields';
import { bilingual, useLexicon, type Lexicon } from './names';
import { LaterMenu, LaterPopover, Pick } from './Pick';
import css from './Rules.module.css';
import { choose } from './view';

const LISTS = 'lists';
const nameOf = (list: RuleList, { say, t }: Lexicon): string => say(list.title) || t('rules.untitled');
const placeOf = (list: RuleList): number => current().rules?.findIndex((one) => one.id === list.id) ?? -1;

function shift(list: RuleList, to: number, lexicon: Lexicon): void {
  commit(moveList(current(), placeOf(list), to), lexicon.t('rules.step.move', { what: nameOf(list, lexicon) }));
}

/** A new list starts empty: until it has rows nothing changes. */
export function AddList(): ReactElement {
  const { t } = useLexicon();
  const add = (stage: Stage): void => {
    const list = newList(current(), stage, bilingual((words) => words('rules.new_list')));
    commit(withList(current(), list), t('rules.step.add', { what: t('rules.new_list') }));
    choose(list.id, null);
  };
  const addTriggered = (on: Trigger['on']): void => {
    const made = withTriggered(current(), on, bilingual((words) => words('rules.new_list')));
    commit(made.document, t('rules.step.add', { what: t('rules.new_list') }));
    choose(made.list.id, null);
  };
  return (
    <LaterMenu label={t('rules.add_list')} className={css.addChip} face={<><Plus size={14} aria-hidden="true" />{t('rules.add_list')}</>}>
      {() => (
        <>
          <Menu.Label>{t('rules.add_list_how')}</Menu.Label>
          {STAGES.map((stage) => (
            <Menu.Item key={stage} data-stage={stage} onClick={() => add(stage)}>
              {t(`rules.stage.${stage}`)}<span className={css.stageHow}>{t(`rules.stage_how.${stage}`)}</span>
            </Menu.Item>
          ))}
          <Menu.Divider />
          {ONS.map((on) => (
            <Menu.Item key={on} data-trigger={on} onClick={() => addTriggered(on)}>
              {t(`records.on.${on}`)}<span className={css.stageHow}>{t(`records.on_how.${on}`)}</span>
            </Menu.Item>
          ))}
        </>
      )}
    </LaterMenu>
  );
}

/** All lists in the order they are asked. */
export function Lists({ list }: { readonly list: RuleList }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const rules = useDraft((s) => s.history.now.rules) ?? [];
  const make = (entry: RuleList, index: number) => () =>
    listItem(LISTS, index, rules.length, nameOf(entry, lexicon), `${LISTS}/${entry.id}`, (n) => t('rules.place_row', { n }), (to) => shift(entry, to, lexicon));
  return (
    <div className={css.listsBar}>
      <div className={css.tabs} role="group" aria-label={t('rules.lists')} data-zone={LISTS} data-across="true">
        {rules.map((entry, index) => (
          <span key={entry.id} className={css.tab} data-part={entry.id} data-chosen={entry.id === list.id}>
            <Grip id={`${LISTS}/${entry.id}`} label={nameOf(entry, lexicon)} make={make(entry, index)} />
            <button type="button" className={css.tabFace} data-list={entry.id} aria-pressed={entry.id === list.id} onClick={() => choose(entry.id, null)}>
              {nameOf(entry, lexicon)}<span className={css.tabCount}>{entry.rows.length}</span>
            </button>
          </span>
        ))}
      </div>
      <AddList />
    </div>
  );
}

/** What is true of the whole list: its stage, how its rows compete, its names. */
export function ListHead({ list }: { readonly list: RuleList }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const mode = list.mode ?? 'first';
  const options = LIST_MODES.map((one) => ({ value: one, label: t(`rules.${one}`) }));
  const compete = (chosen: string): void =>
    editList((now) => ({ ...now, mode: chosen === 'all' ? 'all' : 'first' }), t('rules.step.mode', { what: t(chosen === 'all' ? 'rules.all' : 'rules.first') }));
  const rename = (side: keyof Bilingual, text: string): void =>
    editList((now) => ({ ...now, title: { ...now.title, [side]: text } }), t('rules.step.title'), side);
  return (
    <div className={css.listHead}>
      <span className={css.stage}>{list.trigger ? t(`records.on.${list.trigger.on}`) : t(`rules.stage.${list.stage ?? 'risk'}`)}</span>
      <Pick label={t('rules.list_mode')} value={mode} shown={t(`rules.${mode}`)} groups={() => [{ label: '', options }]} onPick={compete} />
      <span className={css.listTools}>
        <LaterPopover label={t('rules.rename_list')} face={<Settings2 size={16} aria-hidden="true" />}>
          {() => <Titles title={list.title} onChange={rename} />}
        </LaterPopover>
        <ListMenu list={list} />
      </span>
    </div>
  );
}

function ListMenu({ list }: { readonly list: RuleList }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const show = useToasts((s) => s.show);
  const what = nameOf(list, lexicon);
  const place = useDraft((s) => s.history.now.rules?.findIndex((one) => one.id === list.id) ?? 0);
  const size = useDraft((s) => s.history.now.rules?.length ?? 0);
  const restore = (): void => {
    if (placeOf(list) >= 0) return;
    commit(withList(current(), list, place), t('rules.step.add', { what }));
    choose(list.id, null);
  };
  const drop = (): void => {
    commit(withoutList(current(), placeOf(list)), t('rules.step.delete', { what }));
    show('plain', t('rules.deleted', { title: what }), null, { label: t('rules.undo_it'), run: restore });
  };
  return (
    <LaterMenu label={t('rules.more', { what })} face={<Ellipsis size={16} aria-hidden="true" />}>
      {() => (
        <>
          <Menu.Item disabled={place === 0} onClick={() => shift(list, place - 1, lexicon)}>{t('rules.list_earlier')}</Menu.Item>
          <Menu.Item disabled={place === size - 1} onClick={() => shift(list, place + 2, lexicon)}>{t('rules.list_later')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item className={css.danger} onClick={drop}>{t('rules.delete_list')}</Menu.Item>
        </>
      )}
    </LaterMenu>
  );
}
