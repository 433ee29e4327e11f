import { Boxes, Braces, Hash, History, Rows3, Sigma } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { inserted, OTHERWISE, type RuleList, type Verb } from '@/core/ruleDocument';
import { verbsOf } from '@/core/ruleTriggers';
import { field, op, type Node } from '@/core/rule';
import { bodyOf, newGroup } from '@/core/ruleShape';
import { countOf, sumOfField } from '@/core/ruleTally';
import type { Item } from '@/dnd/drag';
import { useGrip } from '@/dnd/Grip';
import { THEN } from './ActionEditor';
import { addAction, makeAction, VERB_ICONS } from './Actions';
import { add, newItem } from './dragging';
import { editActions, here, rule } from './edit';
import { COMMON, COMMON_LINE, conditionOn, factTest, newCondition, newLines, newTally } from './making';
import { useLexicon, type Lexicon } from './names';
import css from './Rules.module.css';
import { factNode } from './Values';

interface TileProps {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly make: () => Item;
  readonly onAdd: () => void;
}

function Tile({ id, label, icon, make, onAdd }: TileProps): ReactElement {
  const handlers = useGrip(id, make);
  return (
    <button type="button" className={css.tile} data-grip={id} data-tile={id} onClick={onAdd} {...handlers}>
      {icon}{label}
    </button>
  );
}

interface WhenTile {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly make: (inLines: boolean) => Node;
}

function whenTiles(lexicon: Lexicon): readonly WhenTile[] {
  const { t } = lexicon;
  const known = (name: string): boolean => lexicon.field(name).known;
  return [
    ...(lexicon.line.length > 0 ? COMMON.filter(known) : lexicon.own.map((one) => one.name)).map((name) => ({ id: `new-${name}`, label: lexicon.field(name).title, make: () => conditionOn(name, lexicon) })),
    ...COMMON_LINE.filter(known).map((name) => ({
      id: `new-line-${name}`, label: lexicon.field(name).title, icon: <Rows3 size={14} aria-hidden="true" />,
      // Outside a box of line conditions, a line's field brings its own box.
      make: (inLines: boolean) => (inLines ? conditionOn(name, lexicon) : op('some', [field('lines'), conditionOn(name, lexicon)])),
    })),
    ...lexicon.facts.map((fact) => ({
      id: `new-fact-${fact.name}`, label: lexicon.say(fact.title), icon: <History size={14} aria-hidden="true" />, make: () => factTest(factNode(fact)),
    })),
    { id: 'new-condition', label: t('rules.add_condition'), icon: <Braces size={14} aria-hidden="true" />, make: (inLines) => newCondition(lexicon, inLines) },
    { id: 'new-group', label: t('rules.add_group'), icon: <Boxes size={14} aria-hidden="true" />, make: (inLines) => newGroup('any', [newCondition(lexicon, inLines)]) },
    ...(lexicon.line.length > 0 ? linesTiles(lexicon) : []),
  ];
}

function linesTiles(lexicon: Lexicon): readonly WhenTile[] {
  const { t } = lexicon;
  return [
    { id: 'new-lines', label: t('rules.add_lines'), icon: <Rows3 size={14} aria-hidden="true" />, make: () => newLines(lexicon) },
    { id: 'new-sum', label: t('rules.add_sum'), icon: <Sigma size={14} aria-hidden="true" />, make: () => newTally(sumOfField('quantity')) },
    { id: 'new-count', label: t('rules.add_count'), icon: <Hash size={14} aria-hidden="true" />, make: () => newTally(countOf()) },
  ];
}

function actionItem(id: string, verb: Verb, what: string, lexicon: Lexicon): Item {
  const row = here()?.row;
  const size = (row === OTHERWISE ? here()?.list.otherwise : row?.then)?.length ?? 0;
  const words = (n: number): string => lexicon.t('rules.place_row', { n });
  return {
    id, label: what, accepts: (target) => target.zone === THEN, from: () => size,
    choices: () => Array.from({ length: size + 1 }, (_, index) => ({ zone: THEN, index, words: words(index + 1) })),
    drop: ({ index }) => editActions((actions) => inserted(actions, index, makeAction(verb)), lexicon.t('rules.step.add', { what })),
  };
}

/** What can be put into the open rule, by dragging or with a click. */
export function Palette({ list, conditions }: { readonly list: RuleList; readonly conditions: boolean }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  return (
    <section className={css.palette} aria-label={t('rules.palette')}>
      <p className={css.quiet}>{t('rules.palette')}</p>
      {conditions && <h3 className={css.small}>{t('rules.palette_when')}</h3>}
      {conditions && (
        <div className={css.tiles}>
          {whenTiles(lexicon).map((tile) => (
            <Tile
              key={tile.id} id={tile.id} label={tile.label} icon={tile.icon} make={() => newItem(tile.id, tile.label, tile.make, lexicon)}
              onAdd={() => add(() => tile.make(false), { container: '', index: bodyOf(rule()).kids.length }, tile.label, lexicon)}
            />
          ))}
        </div>
      )}
      <h3 className={css.small}>{t('rules.palette_then')}</h3>
      <div className={css.tiles}>
        {verbsOf(list).map((verb) => {
          const Icon = VERB_ICONS[verb];
          const [id, what] = [`new-${verb}`, t(`rules.do.${verb}`)];
          return (
            <Tile
              key={verb} id={id} label={what} icon={<Icon size={14} aria-hidden="true" />} make={() => actionItem(id, verb, what, lexicon)}
              onAdd={() => {
                const row = here()?.row;
                addAction(verb, (row === OTHERWISE ? here()?.list.otherwise : row?.then)?.length ?? 0, lexicon);
              }}
            />
          );
        })}
      </div>
    </section>
  );
}
