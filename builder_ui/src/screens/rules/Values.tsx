import { Menu } from '@mantine/core';
import { Check, Hash, Layers, Plus, Settings2, Sigma, SlidersHorizontal, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { fresh, isPlace, type About, type Comparison } from '@/core/operators';
import { field, list, lit, op, type Json, type Node } from '@/core/rule';
import type { LiveTable } from '@/core/ruleDocument';
import { factOf, fieldOf, formulaSign, instantOf, lookUpOf, named } from '@/core/ruleSay';
import { countOf, sumOfField } from '@/core/ruleTally';
import type { FactWords } from '@/api/rules';
import { Chip } from './Advanced';
import { InstantBox, MoneyBox, NumberBox, TextBox } from './Fields';
import { useLexicon, type FieldInfo, type Lexicon } from './names';
import { LaterMenu, LaterPopover, Pick, type Options } from './Pick';
import css from './Rules.module.css';

export type Change = (node: Node, typing?: boolean) => void;

const asOption = (info: FieldInfo) => ({ value: info.name, label: info.title });

export function fieldGroups(lexicon: Lexicon, inLines: boolean): readonly Options[] {
  const { t } = lexicon;
  const order = { label: t('rules.order_fields'), options: lexicon.order.map(asOption) };
  const own = { label: t(lexicon.line.length > 0 ? 'rules.own_fields' : 'records.field'), options: lexicon.own.map(asOption) };
  const line = { label: t('rules.line_fields'), options: lexicon.line.map(asOption) };
  // Inside a box of line conditions only the line can be read.
  const facts = { label: t('rules.facts'), options: lexicon.facts.map((fact) => ({ value: FACT + fact.name, label: lexicon.say(fact.title) })) };
  const tables = { label: t('rules.tables'), options: lexicon.tables.map((one) => ({ value: TABLE + one.key, label: lexicon.say(one.title) })) };
  return (inLines ? [line, tables] : [order, own, facts, tables]).filter((group) => group.options.length > 0);
}

const TABLE = 'table:';
const FALLBACKS: Readonly<Record<string, Json>> = { integer: 0, money: 0, yes_no: false, text: '' };
const KEYS: Readonly<Record<LiveTable['keys'], string>> = { province: 'province', integer: 'item_count', text: 'buyer_note' };

/** What a table says for the order's province, or whatever its keys are. */
export function lookUpNode(table: LiveTable, inLines: boolean, lexicon: Lexicon): Node {
  const wanted = inLines ? 'sku_code' : KEYS[table.keys];
  const key = lexicon.field(wanted).known ? wanted : (lexicon.own[0]?.name ?? 'now');
  return op('lookup', [lit(table.key), field(key), lit(FALLBACKS[table.values] ?? null)]);
}

const FACT = 'fact:';

/** A fact with the number it starts with, if it takes one. */
export function factNode(fact: FactWords): Node {
  return op('fact', fact.unit ? [lit(fact.name), lit(fact.default)] : [lit(fact.name)]);
}

function pickedNode(value: string, fallback: Node | null, lexicon: Lexicon, inLines: boolean): Node {
  const table = lexicon.tables.find((one) => TABLE + one.key === value);
  if (table) return lookUpNode(table, inLines, lexicon);
  const fact = lexicon.facts.find((one) => FACT + one.name === value);
  if (fact) return factNode(fact);
  return fallback ? op('var', [lit(value), fallback]) : field(value);
}

interface OperandProps {
  readonly node: Node;
  readonly about: About | null;
  readonly inLines: boolean;
  readonly label: string;
  readonly onChange: Change;
}

/** One value: written in the rule, a parameter, another field, or a formula. */
export function Operand(props: OperandProps): ReactElement {
  const { node, about, inLines, label, onChange } = props;
  const lexicon = useLexicon();
  const { t } = lexicon;
  const found = fieldOf(node);
  if (found) {
    return (
      <>
        <Pick
          label={label} value={found.name} shown={lexicon.field(found.name).title} groups={() => fieldGroups(lexicon, inLines)}
          onPick={(name) => onChange(pickedNode(name, found.fallback, lexicon, inLines))} strong
        />
        {found.fallback && (
          <>
            <span className={css.quiet}>{t('rules.when_empty')}</span>
            <Operand
              {...props} node={found.fallback} about={lexicon.field(found.name)} label={t('rules.when_empty')}
              onChange={(next, typing) => onChange(op('var', [lit(found.name), next]), typing)}
            />
          </>
        )}
      </>
    );
  }
  const fact = factOf(node);
  if (fact) return <FactOperand {...props} fact={fact} />;
  const lookUp = lookUpOf(node);
  if (lookUp) return <LookUp {...props} node={node} lookUp={lookUp} />;
  const parameter = named(node, 'param');
  if (parameter !== null) {
    const fits = () => [{ label: '', options: lexicon.parameters.map((p) => ({ value: p.key, label: t('rules.parameter', { title: lexicon.say(p.title) }) })) }];
    return (
      <Pick
        label={label} value={parameter} shown={t('rules.parameter', { title: lexicon.parameter(parameter) })} groups={fits}
        onPick={(key) => onChange(op('param', [lit(key)], true))}
      />
    );
  }
  if (node.kind === 'op' && formulaSign(node.op) && node.args.length === 2) return <Formula {...props} node={node} />;
  if (instantOf(node) !== null || node.kind === 'lit') return <Constant node={node} about={about} label={label} onChange={onChange} />;
  return <Chip node={node} onApply={onChange} />;
}

function FactOperand({ fact, inLines, label, onChange }: OperandProps & { readonly fact: { readonly name: string; readonly argument: number | null } }): ReactElement {
  const lexicon = useLexicon();
  const { name, argument } = fact;
  const unit = lexicon.facts.find((one) => one.name === name)?.unit;
  return (
    <>
      <Pick
        label={label} value={FACT + name} shown={lexicon.fact(name, null)} groups={() => fieldGroups(lexicon, inLines)}
        onPick={(picked) => onChange(pickedNode(picked, null, lexicon, inLines))} strong
      />
      {argument !== null && (
        <span className={css.unitBox}>
          <NumberBox label={lexicon.t('rules.fact_span_of')} value={argument} onChange={(n) => onChange(op('fact', [lit(name), lit(n)]), true)} />
          <span className={css.unit}>{unit ? lexicon.say(unit) : ''}</span>
        </span>
      )}
    </>
  );
}

interface LookUpProps extends OperandProps {
  readonly lookUp: NonNullable<ReturnType<typeof lookUpOf>>;
}

/** A value of a table: of which, under which key, and what counts where it has no such key. */
function LookUp({ node, lookUp, inLines, label, onChange }: LookUpProps): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const { table, key, fallback } = lookUp;
  const about = lexicon.table(table);
  const set = (index: number): Change => (next, typing) =>
    node.kind === 'op' && onChange({ ...node, args: node.args.map((arg, i) => (i === index ? next : arg)) }, typing);
  return (
    <span className={css.formula}>
      <Pick
        label={label} value={TABLE + table} shown={about.title} groups={() => fieldGroups(lexicon, inLines)} strong
        onPick={(picked) => onChange(pickedNode(picked, null, lexicon, inLines))}
      />
      <span className={css.quiet}>{t('rules.table_key')}</span>
      <Operand node={key} about={null} inLines={inLines} label={t('rules.table_key_of')} onChange={set(1)} />
      {fallback && (
        <>
          <span className={css.quiet}>{t('rules.table_else')}</span>
          <Operand node={fallback} about={about} inLines={inLines} label={t('rules.table_else_of')} onChange={set(2)} />
        </>
      )}
    </span>
  );
}

function Formula({ node, ...props }: OperandProps & { readonly node: Extract<Node, { kind: 'op' }> }): ReactElement {
  const set = (index: number): Change => (next, typing) =>
    props.onChange({ ...node, args: node.args.map((arg, i) => (i === index ? next : arg)) }, typing);
  const [a, b] = node.args;
  return (
    <span className={css.formula}>
      {a && <Operand {...props} node={a} onChange={set(0)} />}
      <span aria-hidden="true">{formulaSign(node.op)}</span>
      {b && <Operand {...props} node={b} onChange={set(1)} />}
    </span>
  );
}

interface ConstantProps {
  readonly node: Node;
  readonly about: About | null;
  readonly label: string;
  readonly onChange: Change;
}

function Constant({ node, about, label, onChange }: ConstantProps): ReactElement {
  const { t, choice } = useLexicon();
  const instant = instantOf(node);
  if (instant !== null) return <InstantBox label={label} value={instant} onChange={(text) => onChange(op('ts', [lit(text)], true), true)} />;
  const value = node.kind === 'lit' ? node.value : null;
  if (typeof value === 'boolean') {
    const options = [{ value: 'true', label: t('rules.yes') }, { value: 'false', label: t('rules.no') }];
    return (
      <Pick
        label={label} value={String(value)} shown={t(value ? 'rules.yes' : 'rules.no')} groups={() => [{ label: '', options }]}
        onPick={(text) => onChange(lit(text === 'true'))}
      />
    );
  }
  if (typeof value === 'number') {
    const Box = about?.kind === 'money' && Number.isInteger(value) && value >= 0 ? MoneyBox : NumberBox;
    return <Box label={label} value={value} onChange={(number) => onChange(lit(number), true)} />;
  }
  if (typeof value !== 'string') return <Chip node={node} onApply={onChange} />;
  if (about && about.choices.length > 0) {
    const options = about.choices.map((one) => ({ value: one, label: choice(about.name, one) }));
    return (
      <Pick
        label={label} value={value} shown={value ? choice(about.name, value) : t('rules.choose')} groups={() => [{ label: '', options }]}
        onPick={(text) => onChange(lit(text))}
      />
    );
  }
  return <TextBox label={label} value={value} onChange={(text) => onChange(lit(text), true)} />;
}

interface SourceProps {
  readonly about: FieldInfo;
  readonly inLines: boolean;
  /** Whether it can be a sum or number of lines. */
  readonly tallies?: boolean;
  readonly onChange: Change;
}

/** Compare with a fixed value, a parameter or another field. */
export function Source({ about, inLines, tallies = false, onChange }: SourceProps): ReactElement {
  const lexicon = useLexicon();
  const { t, say } = lexicon;
  const kinds: Readonly<Record<string, readonly string[]>> = { money: ['money'], integer: ['integer'], text: ['text'], choice: ['text'] };
  const parameters = lexicon.parameters.filter((p) => kinds[about.kind]?.includes(p.kind));
  const tables = lexicon.tables.filter((one) => one.values === about.kind);
  const sums = tallies && (about.kind === 'integer' || about.kind === 'money') ? lexicon.line.filter((f) => f.kind === about.kind) : [];
  const fields = (inLines ? lexicon.line : [...lexicon.order, ...lexicon.own]).filter((f) => f.kind === about.kind && f.name !== about.name);
  return (
    <LaterMenu label={t('rules.source')} face={<SlidersHorizontal size={14} aria-hidden="true" />}>
      {() => (
        <>
          <Menu.Item onClick={() => onChange(fresh(about))}>{t('rules.source.value')}</Menu.Item>
          {parameters.length > 0 && <Menu.Label>{t('rules.source.param')}</Menu.Label>}
          {parameters.map((p) => <Menu.Item key={p.key} leftSection={<Settings2 size={14} />} onClick={() => onChange(op('param', [lit(p.key)], true))}>{say(p.title)}</Menu.Item>)}
          {tables.length > 0 && <Menu.Label>{t('rules.tables')}</Menu.Label>}
          {tables.map((one) => <Menu.Item key={one.key} onClick={() => onChange(lookUpNode(one, inLines, lexicon))}>{say(one.title)}</Menu.Item>)}
          {sums.length > 0 && <Menu.Label>{t('rules.line_fields')}</Menu.Label>}
          {sums.map((f) => <Menu.Item key={f.name} leftSection={<Sigma size={14} />} onClick={() => onChange(sumOfField(f.name))}>{t('rules.tally.sum', { what: f.title })}</Menu.Item>)}
          {sums.length > 0 && about.kind === 'integer' && <Menu.Item leftSection={<Hash size={14} />} onClick={() => onChange(countOf())}>{t('rules.tally.count')}</Menu.Item>}
          {fields.length > 0 && <Menu.Label>{t('rules.source.field')}</Menu.Label>}
          {fields.map((f) => <Menu.Item key={f.name} onClick={() => onChange(field(f.name))}>{f.title}</Menu.Item>)}
        </>
      )}
    </LaterMenu>
  );
}

interface ManyProps {
  readonly node: Node;
  readonly cmp: Comparison;
  readonly about: FieldInfo;
  readonly label: string;
  readonly onChange: Change;
}

/** Several words as chips: picked from what the field can be, from named sets, or typed. */
export function Many({ node, cmp, about, label, onChange }: ManyProps): ReactElement {
  const { t, choice, set, parameter } = useLexicon();
  const [setKey, paramKey] = [named(node, 'set'), named(node, 'param')];
  const items: readonly Node[] | null = node.kind === 'list' ? node.items : node.kind === 'lit' && typeof node.value === 'string' ? [node] : null;
  const words = items?.every((item) => item.kind === 'lit' && typeof item.value === 'string') ? items.map((item) => String(item.kind === 'lit' ? item.value : '')) : null;
  const put = (next: readonly string[]): void => onChange(list(next.map(lit)));
  if (words === null && setKey === null && paramKey === null) return <Chip node={node} onApply={onChange} />;
  return (
    <span className={css.chips} role="group" aria-label={label}>
      {setKey !== null && <span className={css.chip} data-kind="set"><Layers size={13} aria-hidden="true" />{t('rules.set', { title: set(setKey) })}</span>}
      {paramKey !== null && <span className={css.chip} data-kind="set"><Settings2 size={13} aria-hidden="true" />{t('rules.parameter', { title: parameter(paramKey) })}</span>}
      {words?.map((word) => (
        <span key={word} className={css.chip} data-kind={word.startsWith('@') ? 'set' : 'word'}>
          {word.startsWith('@') && <Layers size={13} aria-hidden="true" />}
          {choice(about.name, word)}
          <button type="button" className={css.chipX} aria-label={t('rules.remove_value', { value: choice(about.name, word) })} onClick={() => put(words.filter((w) => w !== word))}>
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      ))}
      <LaterPopover label={`${label}：${t('rules.add_value')}`} className={css.addChip} face={<><Plus size={13} aria-hidden="true" />{t('rules.add_value')}</>}>
        {() => <Chooser words={words ?? []} cmp={cmp} about={about} put={put} onChange={onChange} setKey={setKey} />}
      </LaterPopover>
    </span>
  );
}

interface ChooserProps {
  readonly words: readonly string[];
  readonly cmp: Comparison;
  readonly about: FieldInfo;
  readonly put: (words: readonly string[]) => void;
  readonly onChange: Change;
  readonly setKey: string | null;
}

function Chooser({ words, cmp, about, put, onChange, setKey }: ChooserProps): ReactElement {
  const { t, choice, regions, regionSets, sets, say } = useLexicon();
  const [text, setText] = useState('');
  const byRegion = cmp.endsWith('region');
  const known = isPlace(about.name) && (about.name === 'province' || byRegion) ? regions : about.choices;
  const fits = (word: string): boolean => word.includes(text.trim()) || choice(about.name, word).toLowerCase().includes(text.trim().toLowerCase());
  const toggle = (word: string): void => put(words.includes(word) ? words.filter((w) => w !== word) : [...words, word]);
  const add = (): void => {
    const word = text.trim();
    if (word && !words.includes(word)) put([...words, word]);
    setText('');
  };
  const groups: readonly (readonly [string, readonly string[]])[] = [
    [t('rules.region_sets'), byRegion ? Object.keys(regionSets).map((name) => `@${name}`) : []],
    [known === regions ? t('rules.provinces') : t('rules.choices'), known],
  ];
  return (
    <div className={css.chooser}>
      <input
        className={css.input} aria-label={known.length > 0 ? t('rules.search') : t('rules.add_word')} data-autofocus
        placeholder={known.length > 0 ? t('rules.search') : t('rules.add_word')} value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && add()}
      />
      {known.length === 0 && <button type="button" className={css.textButton} disabled={!text.trim()} onClick={add}>{t('rules.add_value')}</button>}
      {sets.length > 0 && (
        <div role="group" aria-label={t('rules.sets')}>
          <p className={css.popTitle}>{t('rules.sets')}</p>
          <div className={css.options}>
            {sets.map((entry) => (
              <button key={entry.key} type="button" className={css.option} aria-pressed={setKey === entry.key} onClick={() => onChange(op('set', [lit(entry.key)], true))}>
                <Layers size={13} aria-hidden="true" />{say(entry.title)}
              </button>
            ))}
          </div>
        </div>
      )}
      {groups.map(([title, all]) => all.some(fits) && (
        <div key={title} role="group" aria-label={title}>
          <p className={css.popTitle}>{title}</p>
          <div className={css.options}>
            {all.filter(fits).map((word) => (
              <button key={word} type="button" className={css.option} aria-pressed={words.includes(word)} onClick={() => toggle(word)}>
                {words.includes(word) && <Check size={13} aria-hidden="true" />}{choice(about.name, word)}
              </button>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
